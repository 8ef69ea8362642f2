//! The report as its reader takes it: its figures, and what the records behind each add up to.

use serde_json::Value;

use super::User;

/// A figure of a report by its key; the first, where there are several.
pub fn figure<'v>(summary: &'v Value, key: &str) -> &'v Value {
    figures(summary).find(|figure| figure["key"] == key).unwrap_or_else(|| panic!("{key} in {summary}"))
}

pub fn figures(summary: &Value) -> impl Iterator<Item = &Value> {
    let sections = summary["sections"].as_array().expect("sections").iter();
    sections.flat_map(|section| section["figures"].as_array().expect("figures").iter())
}

/// All records of a list.
pub async fn listed(user: &User<'_>, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = user.get(&format!("{path}&limit=200{cursor}")).await.ok();
        items.extend(page["items"].as_array().expect("a list").clone());
        let Some(next) = page["next_cursor"].as_str() else { return items };
        cursor = format!("&cursor={next}");
    }
}

fn sum(items: &[Value], number: impl Fn(&Value) -> f64) -> f64 {
    items.iter().map(number).sum()
}

fn count<'v>(values: impl Iterator<Item = &'v Value>) -> f64 {
    values.fold(0.0, |count, _| count + 1.0)
}

/// What the records behind a figure add up to, each figure in its own measure.
async fn adds_up(user: &User<'_>, report: &Value, figure: &Value) -> f64 {
    let (key, path) = (figure["key"].as_str().expect("a key"), figure["records"].as_str().expect("a list"));
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("a number behind {key}: {value}"));
    if path.starts_with("/censuses/") {
        let census = user.get(path).await.ok();
        // A census may be of a unit above; its lines are in the order of the tree.
        let mut lines = census["units"].as_array().expect("units").iter();
        let own = lines.find(|line| line["unit"]["id"] == report["unit"]["id"]).expect("the unit was asked");
        let below = lines.take_while(|line| number(&line["depth"]) > number(&own["depth"]));
        let asked: Vec<&Value> = [own].into_iter().chain(below).collect();
        let branches = asked.iter().copied().filter(|line| line["unit"]["kind"] == "branch" && line["able"] == false);
        let members = || asked.iter().map(|line| number(&line["members"]["unable"])).sum();
        return if key == "branches_unable" { count(branches) } else { members() };
    }
    if path.starts_with("/plans/") {
        let progress =
            user.get(&format!("{path}/progress?unit_id={}", report["unit"]["id"].as_str().unwrap())).await.ok();
        let title = figure["title"].as_str().expect("a title");
        let mut targets = progress["total"]["targets"].as_array().expect("targets").iter();
        let target = targets.find(|target| title.ends_with(&format!("({})", target["target"])));
        return number(&target.expect("the target")["met"]);
    }
    let items = listed(user, path).await;
    let findings = || items.iter().flat_map(|visit| visit["findings"].as_array().expect("findings").iter());
    let problems = || findings().filter(|finding| finding["kind"] == "problem");
    match key {
        "study_hours" => sum(&items, |event| number(&event["hours"])),
        "attendances" => sum(&items, |event| number(&event["counts"]["present"]) + number(&event["counts"]["made_up"])),
        "documents_length" => sum(&items, |document| number(&document["length"])),
        "talk_person_times" | "talk_person_times_by_leaders" => sum(&items, |talk| number(&talk["persons"])),
        "aid_money" | "aid_in_kind" => sum(&items, |aid| number(&aid["amount_fen"])),
        "supervised_units" => sum(&items, |group| count(group["units"].as_array().expect("units").iter())),
        "problems_found" => count(problems()),
        "problems_answered" => count(problems().filter(|problem| !problem["answered_at"].is_null())),
        _ => count(items.iter()),
    }
}

/// Every figure that has a list says what is in it.
pub async fn every_list_adds_up(user: &User<'_>, report: &Value) {
    let mut wrong = Vec::new();
    for figure in figures(report).filter(|figure| !figure["records"].is_null() && !figure["value"].is_null()) {
        // What each branch had at least is of one branch; its list is that of all.
        if figure["key"].as_str().is_some_and(|key| key.ends_with("_each")) {
            continue;
        }
        let found = adds_up(user, report, figure).await;
        if figure["value"].as_f64() != Some(found) {
            wrong.push(format!("{found} behind {figure}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
