//! Opening the input: files, folders, their sizes and encodings. What is wrong with one file or one record
//! becomes a refused row; only what makes the whole request senseless is an error.
use super::decode::decode;
use super::draft::{Position, Row, Source};
use super::problem::{Problem, Reason};
use super::snipe_it::Mapping;
use super::{glpi, snipe_it};
use std::fs;
use std::path::{Path, PathBuf};

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 32 * 1024 * 1024;

/// Most records in one import.
pub const MAX_ROWS: usize = 50_000;

/// The format of the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// GLPI agent inventories: one JSON document, a list of them, or one on each line.
    Glpi,
    /// A CSV file of assets as Snipe-IT exports and imports it.
    SnipeIt,
    /// A CSV file of one's own: the same columns, and any by a mapping.
    Csv,
}

impl Format {
    /// The format of this name: `glpi`, `snipe-it` or `csv`.
    pub fn from_name(name: &str) -> Option<Format> {
        match name {
            "glpi" => Some(Format::Glpi),
            "snipe-it" | "snipe_it" => Some(Format::SnipeIt),
            "csv" => Some(Format::Csv),
            _ => None,
        }
    }

    /// Endings of the files a folder is searched for.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Format::Glpi => &["json", "jsonl", "ndjson"],
            Format::SnipeIt | Format::Csv => &["csv"],
        }
    }
}

/// The request itself makes no sense; nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{path} can't be opened: {source}", path = path.display())]
    Path { path: PathBuf, source: std::io::Error },
    #[error("{path} holds no {endings} files", path = path.display())]
    EmptyFolder { path: PathBuf, endings: String },
    #[error("more than {MAX_ROWS} records; import them in parts")]
    TooMany,
    #[error("the file is neither UTF-8, UTF-16 nor GB18030 text with a first line of column names")]
    Text,
    #[error("the column mapping can't be used: {0}")]
    Mapping(String),
}

/// Reads files and folders (not the folders inside them), in the order given, a folder's files by name.
///
/// # Errors
/// A path does not exist or can't be listed, a folder has no such files, or there are too many records.
pub fn read_files(
    paths: &[PathBuf],
    format: Format,
    mapping: Option<&Mapping>,
) -> Result<Vec<Row>, ImportError> {
    let mut rows = Vec::new();
    for path in paths {
        for file in files_of(path, format)? {
            let name = file
                .file_name()
                .map_or_else(|| file.to_string_lossy(), |name| name.to_string_lossy())
                .into_owned();
            let size = fs::metadata(&file)
                .map_err(|source| cannot_open(&file, source))?
                .len();
            if size > MAX_FILE_BYTES {
                rows.push(refused(&name, too_large()));
                continue;
            }
            let bytes = fs::read(&file).map_err(|source| cannot_open(&file, source))?;
            rows.extend(read_bytes(&name, &bytes, format, mapping)?);
            if rows.len() > MAX_ROWS {
                return Err(ImportError::TooMany);
            }
        }
    }
    Ok(rows)
}

/// Reads the contents of one file that goes by `name` in messages.
///
/// # Errors
/// There are too many records.
pub fn read_bytes(
    name: &str,
    bytes: &[u8],
    format: Format,
    mapping: Option<&Mapping>,
) -> Result<Vec<Row>, ImportError> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Ok(vec![refused(name, too_large())]);
    }
    let Some(text) = decode(bytes) else {
        let why = "neither UTF-8, UTF-16 nor GB18030 text".to_owned();
        return Ok(vec![refused(name, Reason::Unreadable(why))]);
    };
    let rows = match format {
        Format::Glpi => glpi::read(name, &text),
        Format::SnipeIt => snipe_it::read(name, &text, Source::SnipeIt, mapping),
        Format::Csv => snipe_it::read(name, &text, Source::Csv, mapping),
    };
    if rows.len() > MAX_ROWS {
        return Err(ImportError::TooMany);
    }
    Ok(rows)
}

/// The columns of a CSV file, each with the field it is taken for by its name.
///
/// # Errors
/// It is no text, or has no header.
pub fn columns(bytes: &[u8]) -> Result<Vec<snipe_it::Column>, ImportError> {
    let text = decode(bytes).ok_or(ImportError::Text)?;
    snipe_it::columns(&text)
}

fn files_of(path: &Path, format: Format) -> Result<Vec<PathBuf>, ImportError> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let listed = || -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect()
    };
    let mut files = listed().map_err(|source| cannot_open(path, source))?;
    files.retain(|file| {
        let ending = file
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        file.is_file() && ending.is_some_and(|ending| format.endings().contains(&ending.as_str()))
    });
    files.sort();
    if files.is_empty() {
        return Err(ImportError::EmptyFolder {
            path: path.to_owned(),
            endings: format.endings().join(", "),
        });
    }
    Ok(files)
}

fn cannot_open(path: &Path, source: std::io::Error) -> ImportError {
    ImportError::Path {
        path: path.to_owned(),
        source,
    }
}

fn too_large() -> Reason {
    Reason::TooLarge {
        most: format!("{} MiB", MAX_FILE_BYTES / 1024 / 1024),
    }
}

fn refused(name: &str, reason: Reason) -> Row {
    Row {
        at: Position {
            file: name.to_owned(),
            row: 1,
        },
        read: Err(Problem::new(reason)),
    }
}
