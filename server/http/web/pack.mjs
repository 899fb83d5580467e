/**
 * Turns the built web app into what the server embeds: `node pack.mjs DIST OUT` writes OUT/files.rs, a table of every
 * file with its media type, a tag of its content, and compressed forms where they are smaller. Compressed forms are
 * kept under the tag, so that a build after a small change compresses what changed and nothing else.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** Media type by extension, and whether such a file is worth compressing. */
const KINDS = {
  ".css": ["text/css; charset=utf-8", true],
  ".html": ["text/html; charset=utf-8", true],
  ".ico": ["image/x-icon", false],
  ".js": ["text/javascript; charset=utf-8", true],
  ".json": ["application/json", true],
  ".png": ["image/png", false],
  ".svg": ["image/svg+xml", true],
  ".txt": ["text/plain; charset=utf-8", true],
  ".wasm": ["application/wasm", true],
  ".webmanifest": ["application/manifest+json", true],
  ".webp": ["image/webp", false],
  ".woff2": ["font/woff2", false],
};

const [dist, out] = process.argv.slice(2);
const packed = join(out, "packed");
mkdirSync(packed, { recursive: true });

/** The Rust expression of a compressed form, if it is smaller. */
function compressed(tag, ending, bytes, compress) {
  const file = join(packed, `${tag}.${ending}`);
  if (!existsSync(file)) writeFileSync(file, compress(bytes));
  return readFileSync(file).length < bytes.length ? `Some(include_bytes!(${JSON.stringify(file)}))` : "None";
}

function entry(path) {
  const kind = KINDS[extname(path)];
  if (!kind) throw new Error(`${path}: no media type is known for it; name one in ${process.argv[1]}`);
  const [mediaType, worthwhile] = kind;
  const file = join(dist, path);
  const bytes = readFileSync(file);
  const tag = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  const gzip = worthwhile ? compressed(tag, "gz", bytes, (plain) => gzipSync(plain, { level: 9 })) : "None";
  const brotli = worthwhile ? compressed(tag, "br", bytes, (plain) => brotliCompressSync(plain)) : "None";
  return `    WebFile {
        path: ${JSON.stringify(path)},
        media_type: ${JSON.stringify(mediaType)},
        tag: "W/\\"${tag}\\"",
        plain: include_bytes!(${JSON.stringify(file)}),
        gzip: ${gzip},
        brotli: ${brotli},
    },
`;
}

const paths = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((found) => found.isFile())
  .map((found) => join(found.parentPath, found.name).slice(dist.length + 1))
  .sort();
if (!paths.includes("index.html")) throw new Error(`${dist} has no index.html: the web app was not built`);
writeFileSync(join(out, "files.rs"), `&[\n${paths.map(entry).join("")}]\n`);
