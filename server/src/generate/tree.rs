//! The tree: departments with home branches, one of them with a tenth of all members; committees, general branches, and
//! branches of 3 to 50 members, most of them from one department.

use crate::{
    access::Role,
    clock::{Day, Instant},
    db::Rows,
    error::ApiError,
    ids::{Entropy, UnitId},
    tallies::Sums,
    units::UnitKind,
};

use super::rows;

/// Members for each department but the first, about.
const OF_DEPARTMENT: u64 = 4000;
/// Members for each home branch, about.
const OF_HOME: u64 = 700;
/// The least and the most members of a branch.
const BRANCH: (u64, u64) = (3, 50);
/// Branches below a general branch, and general branches below a committee, about.
const BRANCHES: usize = 9;
const GENERALS: usize = 14;
/// How long the organisation has been there.
const YEARS: i64 = 6;

const CITIES: [&str; 10] =
    ["上海市", "南京市", "杭州市", "苏州市", "宁波市", "广州市", "深圳市", "东莞市", "北京市", "天津市"];
/// Districts that no map has.
const DISTRICTS: [&str; 8] = ["归雁区", "鸿渐区", "芦洲区", "秋汀区", "云程区", "北飞区", "雁南区", "雁栖区"];
/// The two characters of a home city's name.
const FIRST: &str = "归鸿雁云芦秋江海长安永新";
const SECOND: &str = "宁昌阳州平兴和定远泰";

/// A home department.
pub(super) struct Department {
    pub(super) id: UnitId,
    pub(super) code: String,
    pub(super) homes: Vec<UnitId>,
}

/// A host branch.
pub(super) struct Branch {
    pub(super) id: UnitId,
    pub(super) general: UnitId,
    pub(super) committee: UnitId,
    /// Where it meets.
    pub(super) place: String,
    /// From which department most of its members come.
    pub(super) origin: usize,
    pub(super) size: u64,
}

/// All of it.
pub(super) struct Tree {
    pub(super) departments: Vec<Department>,
    pub(super) branches: Vec<Branch>,
    pub(super) units: u64,
    liaison: UnitId,
    names: [String; 4],
}

struct Grower<'a> {
    entropy: &'a Entropy,
    at: Instant,
    units: Rows,
    ancestors: Rows,
    made: u64,
}

impl Grower<'_> {
    fn unit(&mut self, kind: UnitKind, name: String, above: &[UnitId], place: String, code: Option<String>) -> UnitId {
        let id = UnitId::new(self.at, self.entropy);
        self.made += 1;
        self.units.push(rows::unit(id, kind, name, above.first().copied(), place, code, self.made, self.at));
        for (depth, ancestor) in (0_i64..).zip(std::iter::once(&id).chain(above)) {
            self.ancestors.push([id.0.into(), ancestor.0.into(), depth.into()]);
        }
        id
    }
}

impl Tree {
    /// A tree for so many members, and its rows.
    pub(super) fn grow(
        members: u64,
        seed: u64,
        now: Instant,
        entropy: &Entropy,
    ) -> Result<(Self, Vec<Rows>), ApiError> {
        let chance = Entropy::seeded(seed);
        let at = now.plus_seconds(-YEARS * 366 * 86_400);
        let (units, ancestors) = (rows::units(), rows::unit_ancestors());
        let mut grower = Grower { entropy, at, units, ancestors, made: 0 };
        let departments: Vec<Department> =
            (0..(members / OF_DEPARTMENT).clamp(12, 400)).map(|n| department(&mut grower, n, members)).collect();
        let big = &departments[0];
        let names0 = format!("{}委组织部", city(0));
        let liaison_name = format!("{}驻沪联络处", city(0));
        let liaison =
            grower.unit(UnitKind::LiaisonOffice, liaison_name.clone(), &[big.id], "上海市归雁区".into(), None);

        let mut branches: Vec<Branch> = Vec::new();
        let (mut left, mut committees, mut names) = (members, 0, [names0, liaison_name, String::new(), String::new()]);
        while left > 0 {
            let place = CITIES[committees % CITIES.len()];
            let name = format!("驻{}第{}党委", place.trim_end_matches('市'), committees / CITIES.len() + 1);
            let committee = grower.unit(UnitKind::Committee, name.clone(), &[], place.into(), None);
            names[2] = if committees == 0 { name } else { names[2].clone() };
            for g in 0..GENERALS {
                if left == 0 {
                    break;
                }
                let district = DISTRICTS[g % DISTRICTS.len()];
                let name = format!("{district}第{}党总支", g / DISTRICTS.len() + 1);
                let general =
                    grower.unit(UnitKind::GeneralBranch, name, &[committee], format!("{place}{district}"), None);
                for b in 0..BRANCHES {
                    if left == 0 {
                        break;
                    }
                    let size = size(&chance, left);
                    left -= size;
                    let name = format!("{district}第{}党支部", g / DISTRICTS.len() * BRANCHES + b + 1);
                    names[3] = if branches.is_empty() { name.clone() } else { names[3].clone() };
                    let place = format!("{place}{district}归雁路{}号", branches.len() + 1);
                    let id = grower.unit(UnitKind::Branch, name, &[general, committee], place, None);
                    let origin = origin(&chance, departments.len());
                    let place = format!("{}{district}", CITIES[committees % CITIES.len()]);
                    branches.push(Branch { id, general, committee, place, origin, size });
                }
            }
            committees += 1;
        }
        let Grower { units, ancestors, made, .. } = grower;
        Ok((Self { departments, branches, units: made, liaison, names }, vec![units, ancestors]))
    }

    /// The counts of nobody yet, over this tree.
    pub(super) fn sums(&self) -> Sums {
        let mut sums = Sums::default();
        let (department, committee) = (UnitKind::Department.word(), UnitKind::Committee.word());
        let (general, branch) = (UnitKind::GeneralBranch.word(), UnitKind::Branch.word());
        for one in &self.departments {
            sums.place((one.id, department), &[]);
            one.homes.iter().for_each(|home| sums.place((*home, branch), &[(one.id, department)]));
        }
        for one in &self.branches {
            sums.place((one.id, branch), &[(one.general, general), (one.committee, committee)]);
        }
        sums
    }

    /// An office for each role: the largest department's, and the way from the first branch up.
    pub(super) fn offices(&self) -> Vec<(Role, &'static str, Option<UnitId>, String)> {
        let (big, first) = (self.departments[0].id, &self.branches[0]);
        let [department, liaison, committee, branch] = self.names.clone();
        vec![
            (Role::Administrator, "admin", None, "—".into()),
            (Role::DepartmentOfficer, "department", Some(big), department),
            (Role::LiaisonOfficer, "liaison", Some(self.liaison), liaison),
            (Role::CommitteeOfficer, "committee", Some(first.committee), committee.clone()),
            (Role::BranchSecretary, "secretary", Some(first.id), branch),
            (Role::Supervisor, "supervisor", Some(first.committee), committee),
        ]
    }
}

fn city(n: u64) -> String {
    let pick = |from: &str, n: u64| from.chars().cycle().nth(usize::try_from(n).unwrap_or(0)).unwrap_or('雁');
    let (first, second) = (FIRST.chars().count() as u64, SECOND.chars().count() as u64);
    let name = format!("{}{}", pick(FIRST, n % first), pick(SECOND, n / first % second));
    // Past so many the names begin again, with a number.
    match n / (first * second) {
        0 => format!("{name}市"),
        again => format!("{name}{again}市"),
    }
}

fn department(grower: &mut Grower<'_>, n: u64, members: u64) -> Department {
    let city = city(n);
    // 99 begins no code of the standard.
    let code = format!("99{:04}", n + 1);
    let id = grower.unit(UnitKind::Department, format!("{city}委组织部"), &[], city.clone(), Some(code.clone()));
    let share = if n == 0 { members / 10 } else { members.min(OF_DEPARTMENT) };
    let homes = (0..(share / OF_HOME).clamp(2, 250))
        .map(|home| {
            let name = format!("{city}第{}流出党员党支部", home + 1);
            grower.unit(UnitKind::Branch, name, &[id], format!("{city}第{}街道", home + 1), None)
        })
        .collect();
    Department { id, code, homes }
}

/// Small ones are more than large ones.
fn size(chance: &Entropy, left: u64) -> u64 {
    let (least, most) = BRANCH;
    let draw = chance.below(1000);
    let size = least + draw * draw * (most - least + 1) / 1_000_000;
    // A rest too small for a branch of its own joins this one.
    if left < size + least { left.min(most + least) } else { size }
}

/// A tenth come from the first department, the others from all; some departments are larger than others.
pub(super) fn origin(chance: &Entropy, departments: usize) -> usize {
    if chance.below(10) == 0 {
        return 0;
    }
    let others = departments as u64 - 1;
    let draw = chance.below(1000);
    1 + usize::try_from((draw * draw * others / 1_000_000).min(others - 1)).unwrap_or(0)
}

/// Since when its code is in force.
pub(super) fn code_since() -> Option<Day> {
    Day::new(1987, 12, 31)
}
