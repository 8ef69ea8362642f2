//! Sheets as they come from offices: titles, merged headings, dates and numbers in every habit, words in every wording.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;
use crate::on_both;

/// A form with title, merged headings, numbers, dates, an example, a blank and lines at the end.
fn office_form() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("填表说明").expect("a name").write_string(0, 0, "请逐项填写").expect("written");
    let sheet = book.add_worksheet().set_name("流动党员").expect("a name");
    let (plain, date) = (Format::new(), Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\""));
    sheet.merge_range(0, 0, 0, 11, "驻沪党委流动党员信息采集表", &plain).expect("merged");
    sheet.write_string(1, 0, "填报单位：金山区第一支部").expect("written");
    sheet.merge_range(2, 0, 3, 0, "序号", &plain).expect("merged");
    sheet.merge_range(2, 1, 2, 4, "个人信息", &plain).expect("merged");
    sheet.merge_range(2, 5, 2, 6, "联系方式", &plain).expect("merged");
    sheet.merge_range(2, 7, 2, 9, "流出地党组织", &plain).expect("merged");
    sheet.merge_range(2, 10, 3, 10, "外出时间", &plain).expect("merged");
    sheet.merge_range(2, 11, 3, 11, "外出原因\n（务工/经商/其他）", &plain).expect("merged");
    for (column, heading) in (1..).zip([
        "姓  名*",
        "身份证\n号码（必填）",
        "入党时间",
        "党员类别",
        "手机",
        "微信号",
        "名称",
        "联系人",
        "联系电话",
    ]) {
        sheet.write_string(3, column, heading).expect("written");
    }
    let people: Vec<Person> = (1..=6).map(Person::nth).collect();
    let mut text = |row, column, text: &str| {
        sheet.write_string(row, column, text).expect("written");
    };
    text(4, 0, "例");
    text(4, 1, "王小明");
    text(4, 2, "990000199001010017");
    let joined = ["2005年7月1日", "2005.7.1", "20050701", "2005年7月", "", ""];
    for ((n, person), joined) in people.iter().enumerate().zip(joined) {
        let row = 5 + u32::try_from(n).expect("few") + u32::from(n >= 3);
        text(row, 0, &format!("{}", n + 1));
        text(row, 1, &person.name.chars().map(String::from).collect::<Vec<_>>().join("　"));
        text(row, 2, &format!("'{}", person.id_number.to_lowercase()));
        text(row, 3, joined);
        text(row, 4, ["正式党员", "预备", "正式", "中共党员", "", "正式"][n]);
        text(row, 5, &format!("+86 {}-{}", &person.phone[..3], &person.phone[3..]));
        text(row, 7, ["屯溪区示范支部", "中共黄山市屯溪区示范支部委员会", HOME, HOME, HOME, HOME][n]);
        text(row, 9, "0559-5550100");
        text(row, 11, ["外出务工", "经商", "随子女居住", "退休", "其他", "下岗失业"][n]);
    }
    let day = |text: &str| ExcelDateTime::parse_from_str(text).expect("a day");
    // Row 9 of the sheet stays blank.
    sheet.write_datetime_with_format(10, 3, day("2005-07-01"), &date).expect("written");
    sheet.write_number(11, 3, 38_534.0).expect("written");
    sheet.write_number(5, 5, people[0].phone.parse::<f64>().expect("a number")).expect("written");
    for row in [5, 6, 7, 9, 10, 11] {
        sheet.write_number(row, 10, 2025.11).expect("written");
    }
    sheet.write_string(12, 0, "7").expect("written");
    sheet.write_string(13, 0, "合计").expect("written").write_string(13, 1, "6 人").expect("written");
    sheet.write_string(14, 0, "填表人：李四").expect("written").write_string(14, 5, "审核人：").expect("written");
    book.save_to_buffer().expect("a workbook")
}

on_both!(a_form_with_title_merged_headings_and_a_foot_is_read, |app| {
    let world = World::build(&app).await;
    let answer = checked(&world.secretary, office_form(), &[]).await;
    assert_eq!(
        (&answer["sheet"], &answer["header_row"], &answer["unsure"]),
        (&json!("流动党员"), &json!(4), &json!(false)),
        "{answer:#}"
    );
    let fields: Vec<String> = answer["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| {
            format!("{}={}", column["column"].as_str().expect("letters"), column["field"].as_str().unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        fields,
        [
            "A=-",
            "B=name",
            "C=id_number",
            "D=joined_on",
            "E=membership",
            "F=phone",
            "G=-",
            "H=home",
            "I=-",
            "J=-",
            "K=started_on",
            "L=flow_reason"
        ]
    );
    assert_eq!(
        verdicts(&answer),
        [
            "5 skipped - example",
            "6 ready B6 blanks_taken_out K6 first_of_month",
            "7 ready B7 blanks_taken_out K7 first_of_month",
            "8 ready B8 blanks_taken_out K8 first_of_month",
            "10 ready B10 blanks_taken_out D10 first_of_month K10 first_of_month",
            "11 ready B11 blanks_taken_out K11 first_of_month",
            "12 ready B12 blanks_taken_out D12 serial_number K12 first_of_month",
            "14 skipped - no_member",
            "15 skipped - no_member"
        ]
    );
});

on_both!(what_was_read_is_what_is_registered, |app| {
    let world = World::build(&app).await;
    let answer = imported(&world.secretary, office_form(), &[]).await;
    assert_eq!(answer["counts"], counts(9, 0, 6, 0, 3));
    let list = world.secretary.get("/registrations?limit=200").await.ok();
    let items = list["items"].as_array().expect("items");
    let of = |n: u32| items.iter().find(|item| item["member"]["name"] == Person::nth(n).name).expect("the person");
    let reasons: Vec<&Value> = (1..=6).map(|n| &of(n)["flow_reason"]).collect();
    assert_eq!(reasons, ["employment", "business", "family", "retirement", "other", "laid_off"]);
    assert_eq!(
        (&of(2)["member"]["membership"], &of(5)["member"]["membership"]),
        (&json!("probationary"), &json!("full"))
    );
    for n in 1..=6 {
        assert_eq!((&of(n)["home"]["id"], &of(n)["started_on"]), (&json!(world.home), &json!("2025-11-01")));
        let id = of(n)["member_id"].as_str().expect("an id");
        let member = world.secretary.get(&format!("/members/{id}")).await.ok();
        assert_eq!(
            (&member["joined_on"], &member["phone"]),
            (&json!("2005-07-01"), &json!(Person::nth(n).phone)),
            "{n}"
        );
    }
});

on_both!(every_bad_cell_of_a_row_is_named_at_once, |app| {
    let world = World::build(&app).await;
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let headings = [
        "名字",
        "性别",
        "公民身份号码",
        "出生年月",
        "电话",
        "入党日期",
        "人员类别",
        "是否退休",
        "流出地党组织",
        "流动原因",
        "工作单位",
        "签署日期",
    ];
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string(0, column, heading).expect("written");
    }
    let person = Person::nth(1);
    let month = person.birth_date[..7].replace('-', ".");
    let good =
        [&person.name, "", &person.id_number, &month, &person.phone, "2005-07-01", "", "", HOME, "", "示例厂", ""];
    let wrong = [
        "",
        "男女",
        "9.90000E+17",
        "1990-02-30",
        "12345",
        "2005",
        "积极分子",
        "也许",
        "不存在的支部",
        "云游",
        &"厂".repeat(101),
        "明天",
    ];
    let twice = [
        "李四",
        "",
        &person.id_number,
        "1990-01-01",
        &person.phone,
        "1949-01-01",
        "",
        "√",
        HOME,
        "务工经商",
        "",
        "2027-01-01",
    ];
    for (row, cells) in (1..).zip([good, wrong, twice]) {
        for (column, text) in (0..).zip(cells) {
            sheet.write_string(row, column, text).expect("written");
        }
    }
    sheet.write_number(4, 2, 990_000_199_001_010_017.0).expect("written").write_string(4, 0, "王五").expect("written");
    sheet.write_string(4, 4, "13800000000").expect("written").write_number(4, 5, 2005.1).expect("written");
    sheet.write_string(4, 8, HOME).expect("written");
    let answer = checked(&world.secretary, book.save_to_buffer().expect("a workbook"), &[]).await;
    assert_eq!(
        verdicts(&answer),
        [
            "2 ready".to_owned(),
            "3 refused A3 required B3 unknown_word C3 cut_by_excel D3 no_such_day E3 invalid F3 year_only G3 unknown_word H3 unknown_word I3 unknown_unit J3 unknown_word K3 too_long L3 no_date".to_owned(),
            "4 refused C4 twice_in_file D4 differs F4 invalid L4 invalid E4 phone_twice J4 first_of_two".to_owned(),
            "5 refused C5 cut_by_excel F5 ambiguous".to_owned(),
        ]
    );
    // In Chinese for those who ask for it, and without what was typed.
    let form = Form::new().part("file", Part::bytes(workbook(&list("不存在的支部", 1..=1))));
    let request = world
        .secretary
        .request(Method::POST, "/imports?dry_run=true")
        .header("accept-language", "zh-CN")
        .multipart(form);
    let told = world.secretary.send(request).await.is(200);
    let detail = told.json["rows"][0]["errors"][0]["detail"].as_str().expect("a sentence");
    assert!(detail.starts_with("没有找到这个单位") && !detail.contains("不存在"), "{detail}");
});

on_both!(a_person_says_what_unknown_columns_hold, |app| {
    let world = World::build(&app).await;
    let person = Person::nth(1);
    let rows = [
        row(&["名册"]),
        row(&["本人", "号码一", "号码二", "何时", "所在党支部", "手机", "手机"]),
        row(&[&person.name, &person.id_number, &person.phone, "2005-07-01", HOME, "", ""]),
    ];
    let roster = workbook(&rows);
    let answer = checked(&world.secretary, roster.clone(), &[]).await;
    assert_eq!((&answer["unsure"], &answer["header_row"]), (&json!(true), &json!(2)));
    let required: Vec<&Value> = answer["missing"]
        .as_array()
        .expect("fields")
        .iter()
        .filter(|m| m["required"] == true)
        .map(|m| &m["field"])
        .collect();
    assert_eq!(required, ["name", "id_number", "phone", "joined_on", "home"]);
    let doubt: Vec<&Value> = answer["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .filter(|c| c["doubt"] == true)
        .map(|c| &c["column"])
        .collect();
    assert_eq!(doubt, ["E", "F", "G"]);
    assert_eq!(answer["counts"]["refused"], 1);
    let mapping =
        json!({"A": "name", "B": "id_number", "C": "phone", "D": "joined_on", "E": "home", "F": null}).to_string();
    let answer = imported(&world.secretary, roster, &[("mapping", &mapping), ("header_row", "2")]).await;
    assert_eq!(answer["counts"], counts(1, 0, 1, 0, 0), "{answer:#}");
    assert_eq!(answer["unsure"], false);
});
