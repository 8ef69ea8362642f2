//! The organisation of the demo: 17 home departments, and in Shanghai one committee, 3 general branches, 25 branches.

/// A city's organisation department, with the years in which its division code was in force.
pub struct Department {
    /// The city.
    pub city: &'static str,
    /// GB/T 2260.
    pub division_code: &'static str,
    /// The first yearly code list that carries it.
    pub valid_from: &'static str,
    /// When the city ended, if it has.
    pub valid_until: Option<&'static str>,
    /// Where its home branches are.
    pub counties: [&'static str; 2],
    /// Whether it keeps a liaison office in Shanghai.
    pub liaison: bool,
}

const fn department(
    city: &'static str,
    division_code: &'static str,
    valid_from: &'static str,
    counties: [&'static str; 2],
    liaison: bool,
) -> Department {
    Department { city, division_code, valid_from, valid_until: None, counties, liaison }
}

/// Anhui's 17 cities of 2005: the pilot first, the one that has ended last.
pub const DEPARTMENTS: [Department; 17] = [
    department("黄山市", "341000", "1987-12-31", ["歙县", "休宁"], true),
    department("合肥市", "340100", "1980-12-31", ["肥东", "肥西"], true),
    department("芜湖市", "340200", "1980-12-31", ["繁昌", "南陵"], false),
    department("蚌埠市", "340300", "1980-12-31", ["怀远", "五河"], false),
    department("淮南市", "340400", "1980-12-31", ["凤台", "寿县"], false),
    department("马鞍山市", "340500", "1980-12-31", ["当涂", "和县"], false),
    department("淮北市", "340600", "1980-12-31", ["濉溪", "相山"], false),
    department("铜陵市", "340700", "1980-12-31", ["枞阳", "义安"], false),
    department("安庆市", "340800", "1980-12-31", ["怀宁", "桐城"], true),
    department("滁州市", "341100", "1992-12-31", ["天长", "来安"], false),
    department("阜阳市", "341200", "1996-12-31", ["太和", "临泉"], true),
    department("宿州市", "341300", "1998-12-31", ["砀山", "萧县"], false),
    department("六安市", "341500", "1999-12-31", ["金寨", "霍山"], true),
    department("亳州市", "341600", "2000-12-31", ["涡阳", "蒙城"], false),
    department("池州市", "341700", "2000-12-31", ["东至", "青阳"], false),
    department("宣城市", "341800", "2000-12-31", ["绩溪", "宁国"], false),
    Department {
        city: "巢湖市",
        division_code: "341400",
        valid_from: "1999-12-31",
        valid_until: Some("2011-08-22"),
        counties: ["庐江", "无为"],
        liaison: false,
    },
];

/// The committee in Shanghai.
pub const COMMITTEE: &str = "驻沪党委";

/// A branch in Shanghai.
pub struct Branch {
    /// The district in which it meets.
    pub district: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// A general branch and its branches.
pub struct GeneralBranch {
    /// Its name.
    pub name: &'static str,
    /// The branches below it.
    pub branches: &'static [Branch],
}

const fn branch(district: &'static str, name: &'static str) -> Branch {
    Branch { district, name }
}

/// 3 general branches with 25 branches in all of Shanghai's 16 districts. Jinshan is the branch of the story.
pub const GENERAL_BRANCHES: [GeneralBranch; 3] = [
    GeneralBranch {
        name: "驻沪西南党总支",
        branches: &[
            branch("金山区", "金山第一党支部"),
            branch("金山区", "金山第二党支部"),
            branch("松江区", "松江第一党支部"),
            branch("松江区", "松江第二党支部"),
            branch("奉贤区", "奉贤党支部"),
            branch("闵行区", "闵行第一党支部"),
            branch("闵行区", "闵行第二党支部"),
            branch("徐汇区", "徐汇党支部"),
        ],
    },
    GeneralBranch {
        name: "驻沪西北党总支",
        branches: &[
            branch("青浦区", "青浦第一党支部"),
            branch("青浦区", "青浦第二党支部"),
            branch("嘉定区", "嘉定第一党支部"),
            branch("嘉定区", "嘉定第二党支部"),
            branch("普陀区", "普陀党支部"),
            branch("长宁区", "长宁党支部"),
            branch("静安区", "静安党支部"),
            branch("宝山区", "宝山第一党支部"),
            branch("宝山区", "宝山第二党支部"),
        ],
    },
    GeneralBranch {
        name: "驻沪浦江党总支",
        branches: &[
            branch("浦东新区", "浦东第一党支部"),
            branch("浦东新区", "浦东第二党支部"),
            branch("浦东新区", "浦东第三党支部"),
            branch("黄浦区", "黄浦党支部"),
            branch("虹口区", "虹口党支部"),
            branch("杨浦区", "杨浦第一党支部"),
            branch("杨浦区", "杨浦第二党支部"),
            branch("崇明区", "崇明党支部"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_figures_are_those_of_the_source() {
        let branches: Vec<_> = GENERAL_BRANCHES.iter().flat_map(|g| g.branches).collect();
        assert_eq!(branches.len(), 25);
        assert_eq!(branches.iter().map(|b| b.name).collect::<HashSet<_>>().len(), 25);
        assert_eq!(branches.iter().map(|b| b.district).collect::<HashSet<_>>().len(), 16);
        assert_eq!(DEPARTMENTS.iter().map(|d| d.division_code).collect::<HashSet<_>>().len(), 17);
        assert_eq!(DEPARTMENTS.iter().filter(|d| d.valid_until.is_some()).count(), 1);
    }
}
