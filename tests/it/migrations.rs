//! The migrations: each is undone by its `down.sql`.

use std::fs;
use std::path::{Path, PathBuf};

use planwright::PgConnection;
use planwright::migrate::Migrator;

use crate::fixture::{Database, migrations};
use crate::raw;

on_each_release! { empty:
    each_migration_is_undone_by_its_revert,
    all_revert_and_apply_again,
}

async fn each_migration_is_undone_by_its_revert(db: &Database) {
    let conn = &mut db.connect().await;
    // Applied one by one, from a directory that gets one more each time.
    let growing = tempfile::tempdir().expect("a directory");
    let mut schemas = vec![schema(conn).await];
    let all = in_order();
    for migration in &all {
        copy(migration, growing.path());
        let migrator = Migrator::from_path(growing.path()).unwrap();
        let applied = migrator.up(&db.url()).await.unwrap();
        assert_eq!(applied, [name(migration)]);
        let after = schema(conn).await;
        assert_ne!(
            schemas.last(),
            Some(&after),
            "{} does nothing",
            name(migration)
        );
        schemas.push(after);
    }
    let migrator = Migrator::from_path(migrations()).unwrap();
    for migration in all.iter().rev() {
        schemas.pop();
        let reverted = migrator.down(&db.url(), 1).await.unwrap();
        assert_eq!(reverted, [name(migration)]);
        let after = schema(conn).await;
        assert_eq!(
            schemas.last(),
            Some(&after),
            "{} leaves something",
            name(migration)
        );
    }
}

async fn all_revert_and_apply_again(db: &Database) {
    let conn = &mut db.connect().await;
    let migrator = Migrator::from_path(migrations()).unwrap();
    let all: Vec<_> = in_order().iter().map(|migration| name(migration)).collect();
    assert_eq!(schema(conn).await, [""; 0]);
    assert_eq!(migrator.pending(&db.url()).await.unwrap(), all);

    assert_eq!(migrator.up(&db.url()).await.unwrap(), all);
    let migrated = schema(conn).await;
    assert!(migrator.pending(&db.url()).await.unwrap().is_empty());
    assert!(migrator.up(&db.url()).await.unwrap().is_empty());

    let reverted = migrator.down(&db.url(), all.len()).await.unwrap();
    assert!(
        reverted.iter().rev().eq(&all),
        "the last first: {reverted:?}"
    );
    assert_eq!(schema(conn).await, [""; 0], "no table and no type is left");

    assert_eq!(migrator.up(&db.url()).await.unwrap(), all);
    assert_eq!(schema(conn).await, migrated);
}

/// All that is in the schema but the list of migrations: tables and views with
/// their columns, indexes, constraints, types and functions, a line each.
async fn schema(conn: &mut PgConnection) -> Vec<String> {
    let parts = [
        "SELECT format('%s %s.%s %s %s %s', relkind, relname, attname,
                       format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid))
         FROM pg_class c
         JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
         LEFT JOIN pg_attrdef d ON adrelid = c.oid AND adnum = attnum
         WHERE relnamespace = 'public'::regnamespace AND relname !~ 'diesel'",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ 'diesel'",
        "SELECT format('%s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid))
         FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text !~ 'diesel'",
        "SELECT format('%s %s', typname, array(SELECT enumlabel FROM pg_enum
                       WHERE enumtypid = t.oid ORDER BY enumsortorder))
         FROM pg_type t WHERE typnamespace = 'public'::regnamespace AND typname !~ 'diesel'",
        "SELECT oid::regprocedure::text FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND proname !~ 'diesel'",
    ];
    let mut schema = Vec::new();
    for part in parts {
        schema.extend(raw::texts(conn, part).await);
    }
    schema.sort_unstable();
    schema
}

fn in_order() -> Vec<PathBuf> {
    let entries = fs::read_dir(migrations())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    all.sort_unstable();
    assert!(!all.is_empty());
    all
}

fn name(migration: &Path) -> String {
    migration.file_name().unwrap().to_str().unwrap().to_owned()
}

fn copy(migration: &Path, into: &Path) {
    let copied = into.join(name(migration));
    fs::create_dir(&copied).unwrap();
    for file in fs::read_dir(migration).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), copied.join(file.file_name())).unwrap();
    }
}
