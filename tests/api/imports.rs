//! Importing members out of sheets as offices make them.

mod files;
mod messy;
mod rights;

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::support::*;

/// Sends a file with its form.
async fn send(user: &User<'_>, path: &str, file: Vec<u8>, options: &[(&str, &str)]) -> Answer {
    let mut form = Form::new().part("file", Part::bytes(file).file_name("名单.xlsx"));
    for (name, value) in options {
        form = form.text((*name).to_owned(), (*value).to_owned());
    }
    user.send(user.request(Method::POST, path).multipart(form)).await
}

/// The answer of a dry run.
async fn checked(user: &User<'_>, file: Vec<u8>, options: &[(&str, &str)]) -> Value {
    send(user, "/imports?dry_run=true", file, options).await.is(200).json
}

/// The answer of an import.
async fn imported(user: &User<'_>, file: Vec<u8>, options: &[(&str, &str)]) -> Value {
    send(user, "/imports", file, options).await.is(200).json
}

/// A workbook of texts from A1 on.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            if !text.is_empty() {
                sheet.write_string(row, column, text).expect("written");
            }
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

const HEADINGS: [&str; 6] = ["姓名", "性别", "身份证号", "手机", "入党时间", "流出地党组织"];

/// A list of people with the usual headings, all of one home.
fn list(home: &str, people: impl IntoIterator<Item = u32>) -> Vec<Vec<String>> {
    let member = |n| {
        let person = Person::nth(n);
        let gender = if person.gender == "male" { "男" } else { "女" };
        row(&[&person.name, gender, &person.id_number, &person.phone, "2005-07-01", home])
    };
    [row(&HEADINGS)].into_iter().chain(people.into_iter().map(member)).collect()
}

const HOME: &str = "黄山市屯溪区示范支部";

/// `row verdict cell code, cell code` of every row.
fn verdicts(answer: &Value) -> Vec<String> {
    let notes = |list: &Value| {
        let one = |note: &Value| {
            format!(" {} {}", note["cell"].as_str().unwrap_or("-"), note["code"].as_str().expect("a code"))
        };
        list.as_array().expect("a list").iter().map(one).collect::<String>()
    };
    let rows = answer["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| {
            format!(
                "{} {}{}{}",
                row["row"],
                row["verdict"].as_str().expect("a verdict"),
                notes(&row["errors"]),
                notes(&row["remarks"])
            )
        })
        .collect()
}

/// How many registrations the committee sees.
async fn registered(world: &World<'_>) -> usize {
    let list = world.committee_officer.get("/registrations?limit=200").await.ok();
    list["items"].as_array().expect("items").len()
}

fn counts(rows: u64, ready: u64, registered: u64, refused: u64, skipped: u64) -> Value {
    json!({"rows": rows, "ready": ready, "registered": registered, "refused": refused, "skipped": skipped})
}
