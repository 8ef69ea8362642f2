//! What the records of the units' work are called in lists of news and tasks.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::SubjectItem;
use crate::{
    bulletins, censuses,
    db::Conn,
    elections,
    error::ApiError,
    notices::{Subject, SubjectKind},
    plans, submissions, supervision,
};

/// The titles by id.
pub(super) type Titles = HashMap<Uuid, String>;

/// The titles of those that have one.
pub(super) async fn titles(c: &mut Conn<'_>, subjects: &[Subject]) -> Result<Titles, ApiError> {
    let mut titles = Titles::new();
    for &kind in SubjectKind::ALL {
        let ids: Vec<Uuid> = subjects.iter().filter(|subject| subject.kind == kind).map(|subject| subject.id).collect();
        if !ids.is_empty() {
            titles.extend(of_kind(c, kind, &ids).await?);
        }
    }
    Ok(titles)
}

/// Each feature says what its records are called; one that has no titles is named by its kind alone.
async fn of_kind(c: &mut Conn<'_>, kind: SubjectKind, ids: &[Uuid]) -> Result<Titles, ApiError> {
    Ok(match kind {
        SubjectKind::Visit => supervision::visit_titles(c, ids).await?,
        SubjectKind::Submission => submissions::titles(c, ids).await?,
        SubjectKind::Bulletin => bulletins::titles(c, ids).await?,
        SubjectKind::Census => censuses::titles(c, ids).await?,
        SubjectKind::Election => elections::titles(c, ids).await?,
        SubjectKind::Plan => plans::titles(c, ids).await?,
        _ => Titles::new(),
    })
}

/// The subject with its title.
pub(super) fn named(subject: Subject, titles: &Titles) -> SubjectItem {
    SubjectItem { kind: subject.kind, id: subject.id, title: titles.get(&subject.id).cloned() }
}
