//! The words of the files themselves: titles, headers and remarks, each in both languages.

use crate::terms::Lang;

macro_rules! words {
    ($($word:ident $chinese:literal $english:literal;)*) => {
        /// A title, a header or a remark.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Word { $($word,)* }

        impl Word {
            /// The word in a language.
            pub(super) fn said(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$word, Lang::Zh) => $chinese, (Self::$word, Lang::En) => $english,)*
                }
            }
        }
    };
}

words! {
    // Reports and sheets
    FloatingMembers     "流动党员统计表"      "Floating members";
    MembersList         "流动党员名册"        "Members’ list";
    PeriodAttendance    "组织生活参加情况"     "Attendance of organisation life";
    SignInSheet         "活动签到表"          "Sign-in sheet";
    Summary             "统计表"             "Summary";
    List                "名单"               "List";
    ByEvent             "按活动"             "By event";
    ByMember            "按党员"             "By member";

    // What a line of the summary counts by
    CountedBy           "统计项目"           "Counted by";
    Category            "类别"               "Category";
    ByDepartment        "流出地"             "Home city";
    ByHost              "流入地党组织"        "Host unit";
    ByMembership        "党员类别"           "Membership";
    ByReason            "流动原因"           "Reason";
    ByDistrict          "流向"               "Destination";
    ByCard              "持证情况"           "Card";
    ByStatus            "登记状态"           "State";
    All                 "合计"               "Total";
    Subtotal            "小计"               "Subtotal";
    Members             "人数"               "Members";
    Registered          "在册"               "Registered";
    Pending             "待确认"             "Waiting";
    OutOfContact        "失联"               "Out of contact";
    WithCard            "持流动党员活动证"     "With a card";
    WithoutCard         "未持证"             "Without a card";
    Full                "正式党员"           "Full";
    Probationary        "预备党员"           "Probationary";
    NotStated           "未填写"             "Not stated";

    // Columns about a member
    Number              "序号"               "No.";
    Name                "姓名"               "Name";
    Gender              "性别"               "Gender";
    IdNumber            "公民身份号码"        "ID number";
    Phone               "手机号码"           "Phone";
    JoinedOn            "入党时间"           "Joined on";
    Department          "流出地组织部"        "Home department";
    Home                "流出地党组织"        "Home unit";
    Host                "流入地党组织"        "Host unit";
    District            "流向"               "Destination";
    Reason              "流动原因"           "Reason";
    StartedOn           "流动起始"           "Away since";
    State               "登记状态"           "State";
    CardNumber          "证号"               "Card number";
    CardState           "证件状态"           "Card";
    ReviewDue           "年审到期"           "Review due";
    LastActivity        "最近组织生活"        "Last activity";
    HostContact         "流入地联系人"        "Host contact";
    HostPhone           "联系电话"           "Contact’s phone";

    // Columns about attendance
    EventTitle          "活动"               "Event";
    EventKind           "活动类型"           "Kind";
    EventUnit           "组织单位"           "Held by";
    StartsAt            "开始时间"           "Starts at";
    Place               "地点"               "Place";
    Hours               "学时"               "Hours";
    Asked               "应到"               "Expected";
    Present             "实到"               "Present";
    OnLeave             "请假"               "On leave";
    Absent              "缺席"               "Absent";
    MadeUp              "补学"               "Made up";
    Visitors            "其中来宾"           "Of these, visitors";
    Unrecorded          "无记录"             "Not recorded";
    AsVisitor           "作为来宾"           "As a visitor";
    Outcome             "出席情况"           "Outcome";
    SignedAt            "签到时间"           "Time";
    Method              "签到方式"           "Method";
    Remark              "备注"               "Remark";
    Visitor             "来宾"               "Visitor";
    Late                "补传"               "Sent later";
    Disputed            "本人有异议"         "Disputed by the member";

    // Remarks below a title
    AsOf                "截至"               "As of";
    Period              "时间"               "Period";
    MadeAt              "制表时间"           "Made at";
    Purpose             "用途"               "Purpose";
    Unit                "单位"               "Unit";
    Particulars         "党员类别等个人信息按制表时的登记。" "Membership and other particulars are those on record when the table was made.";
    NoRanking           "按单位、姓名拼音排列；无记录不等于缺席。" "In the order of units and names. “Not recorded” does not mean absent.";
    HandleWithCare      "含个人信息，仅限上述用途，用后妥善处理。" "Personal data: for the purpose above only; dispose of it with care.";
}

/// `名称：值`, or `name: value`.
pub(super) fn line(lang: Lang, name: Word, value: impl std::fmt::Display) -> String {
    match lang {
        Lang::Zh => format!("{}：{value}", name.said(lang)),
        Lang::En => format!("{}: {value}", name.said(lang)),
    }
}
