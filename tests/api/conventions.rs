//! What the code promises about itself: import directions, who may name an engine, and the API document in step.

use std::{
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Features from left to right; each may use those to its left only (docs/architecture.md).
const FEATURES: [&str; 31] = [
    "tallies",
    "units",
    "people",
    "notices",
    "attachments",
    "registrations",
    "imports",
    "cards",
    "devices",
    "events",
    "calendar",
    "check_ins",
    "exports",
    "home",
    "print",
    "posts",
    "recruits",
    "censuses",
    "elections",
    "documents",
    "plans",
    "talks",
    "opinions",
    "pairings",
    "supervision",
    "submissions",
    "bulletins",
    "commendations",
    "summary",
    "inbox",
    "own_data",
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// Every source file with its text; comments and tests' own words count too, which keeps this simple.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(ROOT).join("server/src");
    rust_files(&root)
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below the root").display().to_string();
            (name, fs::read_to_string(path).expect("text"))
        })
        .collect()
}

/// The top folder (or file) that a source file belongs to.
fn feature_of(name: &str) -> &str {
    name.split('/').next().unwrap_or(name).trim_end_matches(".rs")
}

/// Whether `text` names `crate::{…, feature…}` or `crate::feature`.
fn uses(text: &str, feature: &str) -> bool {
    let is_end = |rest: &str| !rest.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '_');
    let direct = text.match_indices(&format!("crate::{feature}")).any(|(at, found)| is_end(&text[at + found.len()..]));
    // `use crate::{` blocks: a name at the first level of the braces.
    let mut grouped = false;
    for (at, _) in text.match_indices("use crate::{") {
        let mut depth = 0;
        let mut word = String::new();
        for c in text[at + "use crate::".len()..].chars() {
            match c {
                '{' | '}' | ',' | ':' => {
                    grouped |= depth == 1 && word.trim() == feature;
                    word.clear();
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    if depth == 0 {
                        break;
                    }
                }
                c => word.push(c),
            }
        }
    }
    direct || grouped
}

#[test]
fn features_import_only_those_to_their_left() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        let Some(place) = FEATURES.iter().position(|f| *f == feature_of(&name)) else { continue };
        for right in &FEATURES[place + 1..] {
            if uses(&text, right) {
                wrong.push(format!("{name} imports {right}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn models_are_pure_and_stores_hold_all_sql() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        let file = name.rsplit('/').next().unwrap_or(&name);
        if file == "model.rs" && (text.contains("axum::") || text.contains("sqlx::query")) {
            wrong.push(format!("{name} is a model and knows axum or runs SQL"));
        }
        if matches!(file, "routes.rs" | "service.rs") && text.contains("sqlx::query") {
            wrong.push(format!("{name} has SQL outside of a store"));
        }
        if file.ends_with("store.rs") && text.contains("axum::") {
            wrong.push(format!("{name} is a store and knows axum"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_database_module_names_an_engine() {
    let mut wrong = Vec::new();
    for (name, text) in sources() {
        // The command line names what a user types, and the error type reads both engines' codes.
        if name.starts_with("db") || name.starts_with("cli/") || matches!(name.as_str(), "error.rs" | "config.rs") {
            continue;
        }
        for word in [
            "SqlitePool",
            "PgPool",
            "Conn::Sqlite",
            "Conn::Postgres",
            "sqlx::Sqlite",
            "db::sqlite",
            "rusqlite",
            "sqlx::Postgres",
        ] {
            if text.contains(word) {
                wrong.push(format!("{name} names {word}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_api_document_of_the_pages_is_in_step() {
    let path = Path::new(ROOT).join("pwa/src/api/openapi.json");
    let now = serde_json::to_string_pretty(&guiyan::openapi::document()).expect("JSON") + "\n";
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if now != kept {
        fs::write(&path, now).expect("writable");
        panic!("pwa/src/api/openapi.json was out of step and is written anew: run `make api` and commit both files");
    }
}
