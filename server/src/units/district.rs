//! The district named in an address. Offices write addresses in one order, from the largest place to the smallest, and each
//! level ends in its own character; so the beginning tells the district without a list of them all.

/// No name of a province, city or district is longer, its ending included.
const LONGEST: usize = 8;
/// Words that end as a district does and are none.
const OTHERS: [&str; 10] = ["小区", "社区", "园区", "校区", "厂区", "库区", "街区", "城市", "超市", "都市"];

/// `上海市金山区示例路 1 号` → `上海市金山区`; the city alone where no district is named, and nothing where neither is.
pub fn district(address: &str) -> Option<&str> {
    let address = address.trim();
    let words = address.find(|c: char| !c.is_alphabetic()).map_or(address, |end| &address[..end]);
    let province = level(words, &["自治区", "省"]).unwrap_or(0);
    // 苏州市 is a city of that name, 大理州 is what it says.
    let city = level(&words[province..], &["市"]).or_else(|| level(&words[province..], &["州", "地区", "盟"]));
    let city = province + city.unwrap_or(0);
    let end = city + level(&words[city..], &["区", "县", "旗", "市"]).unwrap_or(0);
    (end > 0).then(|| &address[..end])
}

/// Where a name of this level ends, if `text` begins with one.
fn level(text: &str, endings: &[&str]) -> Option<usize> {
    let ends = endings.iter().filter_map(|ending| text.find(ending).map(|at| at + ending.len()));
    let end = ends.min().filter(|end| (2..=LONGEST).contains(&text[..*end].chars().count()))?;
    (!OTHERS.iter().any(|other| text[..end].ends_with(other))).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_an_address_tells_the_district() {
        for (address, expected) in [
            ("上海市金山区示例路 1 号", Some("上海市金山区")),
            ("上海市浦东新区世纪大道8弄3号", Some("上海市浦东新区")),
            ("浦东新区示例路 8 号", Some("浦东新区")),
            ("江苏省苏州市昆山市玉山镇", Some("江苏省苏州市昆山市")),
            ("安徽省黄山市歙县徽城镇", Some("安徽省黄山市歙县")),
            ("黄山市歙县", Some("黄山市歙县")),
            ("云南省大理州大理市", Some("云南省大理州大理市")),
            ("四川省甘孜州色达县", Some("四川省甘孜州色达县")),
            ("内蒙古自治区呼和浩特市赛罕区", Some("内蒙古自治区呼和浩特市赛罕区")),
            ("内蒙古自治区锡林郭勒盟多伦县", Some("内蒙古自治区锡林郭勒盟多伦县")),
            ("新疆维吾尔自治区伊犁哈萨克自治州伊宁县", Some("新疆维吾尔自治区伊犁哈萨克自治州伊宁县")),
            ("黑龙江省哈尔滨市道里区", Some("黑龙江省哈尔滨市道里区")),
            ("杭州市文一路 1 号", Some("杭州市")),
            ("广东省广州市", Some("广东省广州市")),
            ("上海市幸福小区3号", Some("上海市")),
            ("上海市", Some("上海市")),
            (" 上海市静安区", Some("上海市静安区")),
            ("示例路 8 号", None),
            ("幸福小区3号", None),
            ("No. 8, Example Road", None),
            ("市区", None),
            ("", None),
        ] {
            assert_eq!(district(address), expected, "{address}");
        }
    }
}
