//! The migrations made of both databases what the code believes them to be.
use onsite_store::{TABLES, migrate, pending_migrations, table_columns};
use std::collections::BTreeSet;
use std::path::Path;

on_both! {
    fn every_table_has_the_columns_of_the_schema(database) {
        let mut declared: Vec<String> = TABLES
            .iter()
            .flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}")))
            .collect();
        declared.sort();
        assert_eq!(table_columns(database.address()).unwrap(), declared);
    }

    fn migrating_again_does_nothing(database) {
        assert_eq!(pending_migrations(database.address()).unwrap(), Vec::<String>::new());
        assert_eq!(migrate(database.address()).unwrap(), Vec::<String>::new());
    }
}

#[test]
fn both_databases_have_migrations_of_the_same_names() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let names = |kind: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder.join(kind)).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert!(!names("sqlite").is_empty());
    assert_eq!(names("sqlite"), names("postgres"));
}
