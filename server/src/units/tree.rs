//! A part of the tree in its own order: each unit before those below it, sisters by name.

use std::collections::HashMap;

use super::{
    store::{self, DirectoryUnit},
    values::UnitKind,
};
use crate::{db::Conn, error::ApiError, ids::UnitId};

/// A unit in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeUnit {
    /// Its id.
    pub id: UnitId,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
    /// How far below the top of this part; 0 is the top itself.
    pub depth: i64,
}

/// The unit and all below it.
pub async fn subtree(c: &mut Conn<'_>, top: UnitId) -> Result<Vec<TreeUnit>, ApiError> {
    Ok(in_order(store::at_and_below(c, top).await?, top))
}

/// Puts units, by name, in the order of their tree.
fn in_order(units: Vec<DirectoryUnit>, top: UnitId) -> Vec<TreeUnit> {
    let mut below: HashMap<UnitId, Vec<DirectoryUnit>> = HashMap::new();
    let mut left = Vec::new();
    for unit in units {
        match unit.parent_id {
            _ if unit.id == top => left.push((unit, 0)),
            Some(parent) => below.entry(parent).or_default().push(unit),
            None => {}
        }
    }
    let mut ordered = Vec::new();
    while let Some((unit, depth)) = left.pop() {
        // The last one put there is taken first.
        let children = below.remove(&unit.id).unwrap_or_default();
        left.extend(children.into_iter().rev().map(|child| (child, depth + 1)));
        ordered.push(TreeUnit { id: unit.id, kind: unit.kind, name: unit.name, depth });
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_stands_before_those_below_it() {
        let id = |n: u128| UnitId(uuid::Uuid::from_u128(n));
        let unit = |n, name: &str, parent: Option<u128>| DirectoryUnit {
            id: id(n),
            kind: UnitKind::Branch,
            name: name.into(),
            parent_id: parent.map(id),
        };
        let by_name = vec![
            unit(5, "a", Some(3)),
            unit(2, "b", Some(1)),
            unit(3, "c", Some(1)),
            unit(4, "d", Some(2)),
            unit(1, "e", Some(9)),
            unit(6, "f", Some(3)),
        ];
        let ordered: Vec<_> = in_order(by_name, id(1)).into_iter().map(|unit| (unit.name, unit.depth)).collect();
        let expected = [("e", 0), ("b", 1), ("d", 2), ("c", 1), ("a", 2), ("f", 2)];
        assert_eq!(ordered, expected.map(|(name, depth)| (name.to_owned(), depth)));
    }
}
