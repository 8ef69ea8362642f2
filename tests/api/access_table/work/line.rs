//! Records of what goes up and down the line: bulletins.

use guiyan::access::{Operation, Row};
use serde_json::{Value, json};

use super::{Maker, Target};

/// As in [`super::record`].
pub(super) async fn record(maker: &Maker<'_>, row: &Row, target: &Target) -> String {
    use Operation as O;
    match row.path.split('/').nth(1).unwrap_or_default() {
        "bulletins" => {
            let desk = maker.desk(target);
            let id = desk.post("/bulletins", bulletin(target)).await.is(201).text("id");
            if !matches!(row.operation, O::UpdateBulletin | O::DiscardBulletin | O::PublishBulletin) {
                desk.post(&format!("/bulletins/{id}/publish"), json!({})).await.is(200);
            }
            id
        }
        _ => String::new(),
    }
}

/// As in [`super::body`].
pub(super) fn body(operation: Operation, target: &Target) -> Option<Value> {
    use Operation as O;
    Some(match operation {
        O::CreateBulletin => bulletin(target),
        O::PreviewBulletin => json!({"body": "as the walk asks"}),
        O::UpdateBulletin => json!({"title": "as the walk asks"}),
        O::TakeBackBulletin => json!({"reason": "as the walk asks"}),
        _ => return None,
    })
}

fn bulletin(target: &Target) -> Value {
    json!({"unit_id": target.unit, "kind": "bulletin", "title": "简报", "body": "正文"})
}
