//! Which unit a name in a sheet means: the whole name, or the end of the path to it, where only one unit ends so.

use std::collections::HashMap;

use super::model::Note;
use crate::{
    ids::UnitId,
    units::{DirectoryUnit, UnitKind},
};

/// As many candidates as are named.
const CANDIDATES: usize = 5;
/// A shorter end fits too many names to mean one.
const SHORTEST: usize = 3;

/// The units of the registry by their names.
pub(super) struct Directory {
    units: HashMap<UnitId, DirectoryUnit>,
    /// By plain name: those that may be a home, those that may be a host.
    by_name: Vec<(String, UnitId)>,
}

impl Directory {
    pub(super) fn new(units: Vec<DirectoryUnit>) -> Self {
        let by_name = units.iter().map(|unit| (plain(&unit.name), unit.id)).collect();
        Self { units: units.into_iter().map(|unit| (unit.id, unit)).collect(), by_name }
    }

    /// The unit and those above it.
    pub(super) fn path(&self, id: UnitId) -> Vec<&DirectoryUnit> {
        let mut path = Vec::new();
        let mut next = Some(id);
        while let Some(unit) = next.and_then(|id| self.units.get(&id)) {
            path.push(unit);
            // A tree has no loops; a broken one must not hold us.
            next = unit.parent_id.filter(|_| path.len() < 50);
        }
        path
    }

    /// Whether a unit lies at or below a department.
    pub(super) fn may_be_home(&self, id: UnitId) -> bool {
        self.path(id).iter().any(|unit| unit.kind == UnitKind::Department)
    }

    /// Whether members may be at home in its life.
    pub(super) fn may_be_host(&self, id: UnitId) -> bool {
        self.units.get(&id).is_some_and(|unit| unit.kind.can_host())
    }

    /// The unit that is meant, among those that `fits`.
    pub(super) fn find(&self, typed: &str, fits: impl Fn(UnitId) -> bool) -> Result<UnitId, Note> {
        let typed = plain(typed);
        let named = |test: &dyn Fn(&str, UnitId) -> bool| -> Vec<UnitId> {
            let all = self.by_name.iter().filter(|(name, id)| test(name, *id) && fits(*id));
            all.map(|(_, id)| *id).collect()
        };
        let exact = named(&|name, _| name == typed);
        let found = if exact.is_empty() && typed.chars().count() >= SHORTEST {
            named(&|name, id| name.ends_with(&typed) || (typed.ends_with(name) && self.leads(&typed, id)))
        } else {
            exact
        };
        match found.as_slice() {
            [one] => Ok(*one),
            [] => {
                let close = named(&|name, _| !typed.is_empty() && (name.contains(&typed) || typed.contains(name)));
                Err(self.unknown(&close))
            }
            several => Err(Note::new(
                "several_units",
                format!("may mean several units: {}", self.names(several)),
                format!("可能是以下几个单位：{}", self.names(several)),
            )),
        }
    }

    /// Whether what was typed names units above this one, and nothing else, before its name.
    fn leads(&self, typed: &str, id: UnitId) -> bool {
        let mut rest = typed;
        for unit in self.path(id) {
            rest = rest.strip_suffix(plain(&unit.name).as_str()).unwrap_or(rest);
        }
        rest.is_empty()
    }

    fn unknown(&self, close: &[UnitId]) -> Note {
        if close.is_empty() {
            return Note::new(
                "unknown_unit",
                "is no unit that is known here: write its whole name as in the directory",
                "没有找到这个单位：请按组织名录写全称",
            );
        }
        Note::new(
            "unknown_unit",
            format!("is no unit that is known here; perhaps {}", self.names(close)),
            format!("没有找到这个单位，是不是：{}", self.names(close)),
        )
    }

    /// The names of a few units, each with what stands above it, since many branches are the first.
    fn names(&self, ids: &[UnitId]) -> String {
        let mut names: Vec<String> = ids.iter().take(CANDIDATES).map(|id| self.name(*id)).collect();
        names.sort();
        if ids.len() > CANDIDATES {
            names.push("…".into());
        }
        names.join("、")
    }

    fn name(&self, id: UnitId) -> String {
        match self.path(id).as_slice() {
            [unit, above, ..] => format!("{}（{}）", unit.name, above.name),
            [unit] => unit.name.clone(),
            [] => String::new(),
        }
    }
}

/// A name without what people leave out or write in two ways.
fn plain(name: &str) -> String {
    let mut plain: String = name
        .chars()
        .map(super::fields::half_width)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    for (long, short) in [
        ("中国共产党", ""),
        ("中共", ""),
        ("总支部委员会", "总支"),
        ("支部委员会", "支部"),
        ("党委员会", "党委"),
        ("委员会", "委"),
        ("党总支部", "总支"),
        ("党总支", "总支"),
        ("总支部", "总支"),
        ("党支部", "支部"),
    ] {
        plain = plain.replace(long, short);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Instant, ids::Entropy};

    struct Town {
        directory: Directory,
        ids: HashMap<&'static str, UnitId>,
    }

    fn town() -> Town {
        let entropy = Entropy::seeded(7);
        let mut ids = HashMap::new();
        let mut units = Vec::new();
        for (key, name, kind, parent) in [
            ("department", "黄山市委组织部", UnitKind::Department, None),
            ("home", "黄山市屯溪区示范支部", UnitKind::Branch, Some("department")),
            ("committee", "驻沪党委", UnitKind::Committee, None),
            ("general", "第一党总支", UnitKind::GeneralBranch, Some("committee")),
            ("jinshan", "金山区第一支部", UnitKind::Branch, Some("general")),
            ("qingpu", "青浦区第一支部", UnitKind::Branch, Some("general")),
            ("first", "第一支部", UnitKind::Branch, Some("committee")),
            ("second", "第一支部", UnitKind::Branch, Some("general")),
        ] {
            let id = UnitId::new(Instant(0), &entropy);
            let parent_id = parent.map(|parent| ids[parent]);
            ids.insert(key, id);
            units.push(DirectoryUnit { id, kind, name: name.into(), parent_id });
        }
        Town { directory: Directory::new(units), ids }
    }

    #[test]
    fn whole_names_ends_and_paths_are_known_when_only_one_unit_is_meant() {
        let Town { directory, ids } = town();
        let find = |typed: &str| directory.find(typed, |_| true).map_err(|note| note.code);
        for (typed, unit) in [
            ("金山区第一支部", "jinshan"),
            ("金山区第一党支部", "jinshan"),
            ("中共金山区第一支部委员会", "jinshan"),
            (" 金山区第一支部 ", "jinshan"),
            ("驻沪党委第一党总支金山区第一支部", "jinshan"),
            ("驻沪党委金山区第一支部", "jinshan"),
            ("屯溪区示范支部", "home"),
            ("示范支部", "home"),
            ("驻沪党委员会", "committee"),
        ] {
            assert_eq!(find(typed), Ok(ids[unit]), "{typed}");
        }
        for typed in ["上海市金山区第一支部", "不存在的支部", "部", "", "示范"] {
            assert_eq!(find(typed), Err("unknown_unit"), "{typed}");
        }
        assert_eq!(find("第一支部"), Err("several_units"));
    }

    #[test]
    fn candidates_are_named_and_only_units_that_fit_count() {
        let Town { directory, ids } = town();
        let several = directory.find("第一支部", |_| true).expect_err("two of that name");
        assert!(
            several.en.contains("第一支部（驻沪党委）") && several.en.contains("第一支部（第一党总支）"),
            "{several:?}"
        );
        let close = directory.find("上海市金山区第一支部", |_| true).expect_err("none");
        assert!(close.zh.contains("金山区第一支部"), "{close:?}");
        assert_eq!(directory.find("第一支部", |id| id == ids["first"]), Ok(ids["first"]));
        assert!(directory.may_be_home(ids["home"]) && !directory.may_be_home(ids["jinshan"]));
        assert!(directory.may_be_host(ids["jinshan"]) && !directory.may_be_host(ids["department"]));
    }
}
