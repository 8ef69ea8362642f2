//! What people say in the demo about the committee and about their branches, and what was done about it.

use crate::opinions::OpinionTopic::{self, Development, Discipline, OrganisationLife, Other, Services, Study, Style};

/// Something said, what it is about, and what was done.
pub(super) struct Voice {
    pub(super) text: &'static str,
    pub(super) topic: OpinionTopic,
    pub(super) done: &'static str,
}

const fn voice(topic: OpinionTopic, text: &'static str, done: &'static str) -> Voice {
    Voice { text, topic, done }
}

/// About the committee, as many as in the source; the first five are still to be dealt with.
pub(super) const OF_COMMITTEE: [Voice; 19] = [
    voice(Services, "希望党委帮助协调随迁子女在沪就学的材料办理。", ""),
    voice(Development, "发展党员工作偏慢，一线农民工里的积极分子几年没有进展。", ""),
    voice(OrganisationLife, "金山、青浦的支部离市区太远，能不能把党课送到片区。", ""),
    voice(Study, "学习资料发得晚，最好提前一周发到手机上。", ""),
    voice(Other, "党委办公地点的门牌不好找，新来的同志常常走错。", ""),
    voice(
        OrganisationLife,
        "换届改选拖得久，有的支部到期两年没有选。",
        "逐个支部排出换届时间表，已有五个支部完成改选，其余按期进行。",
    ),
    voice(
        Style,
        "党委领导到基层支部少，听汇报多、面对面少。",
        "建立联系点制度，每位领导联系三个支部，每季度至少到会一次。",
    ),
    voice(
        OrganisationLife,
        "流动党员到了新单位找不到组织，没人管。",
        "推行流动党员登记办法和活动证，就近编入支部参加活动。",
    ),
    voice(Style, "会议多、文件长，工作效率不高。", "能合并的会议合并召开，文件一般不超过两页。"),
    voice(Study, "集中学习都在白天，工地上的同志请不了假。", "集中学习改在周末和晚上，同一内容安排两场。"),
    voice(Services, "老乡被拖欠工资，不知道找谁。", "与驻沪办事处建立联系，公布法律援助电话，已帮助七人要回工资。"),
    voice(Services, "困难党员的情况掌握不全，慰问总是那几户。", "以支部为单位逐户走访，建立困难党员名册，按名册帮扶。"),
    voice(Discipline, "党费收缴有时几个月才来一次。", "统一为每季度第一个月收缴，当场登记。"),
    voice(Study, "党课内容离我们的工作太远。", "邀请在沪创业的老党员讲课，每季度一次。"),
    voice(Development, "希望多听听年轻党员的意见。", "每半年开一次青年党员座谈会，意见逐条答复。"),
    voice(Other, "活动通知靠电话传达，常常漏掉。", "启用手机通知，活动前三天和前一天各提醒一次。"),
    voice(
        OrganisationLife,
        "组织关系两头跑，开证明要请假回老家。",
        "经与试点市委组织部商定，年审和登记在驻沪联络处办理。",
    ),
    voice(
        Services,
        "希望党委牵头办一个老乡之家。",
        "受场地和经费限制，目前先在三个党总支设联络点，条件成熟再办，已当面说明。",
    ),
    voice(Style, "领导班子分工不清，有事不知道找谁。", "领导班子成员分工和联系电话已在简报上公布。"),
];

/// About the branches, one after the other.
pub(super) const OF_BRANCHES: [Voice; 16] = [
    voice(OrganisationLife, "支部活动时间常和夜班冲突。", "活动时间改为每月第一个周日下午。"),
    voice(Study, "读本太厚，建议先讲重点再自学。", "由支委分章领读，每次讲一章重点。"),
    voice(Services, "老党员手机不会用，签到要有人帮忙。", "安排年轻党员结对帮助，也可以出示纸质活动证签到。"),
    voice(Style, "支委之间通气少，临时通知多。", "每月初开支委会，月度安排当天发给全体党员。"),
    voice(OrganisationLife, "活动形式单一，总是念文件。", "增加参观、讨论和志愿服务，念文件不超过半小时。"),
    voice(Services, "宿舍区没有热水，反映了几次没有结果。", "支部出面与物业协调，热水已恢复供应。"),
    voice(Discipline, "有的同志长期不参加活动，也没人过问。", "支部逐人电话联系，说明情况的办理请假，其余按规定谈话。"),
    voice(Development, "班组里有人想入党，不知道怎样递交申请。", "由组织委员一对一说明程序，已收到申请书。"),
    voice(Study, "希望把学习录音发给上夜班的同志。", "建立补学办法，材料和录音会后两天内发出。"),
    voice(Other, "活动室太小，夏天很闷。", "借用社区党群活动室，已使用三次。"),
    voice(Services, "孩子转学的手续不清楚，希望帮忙问一问。", "支部联系街道，整理出材料清单发给有需要的同志。"),
    voice(Style, "支部书记说话有时太急。", "书记在组织生活会上作了检查，请大家监督。"),
    voice(OrganisationLife, "离得远的同志来一次要两个小时。", "按片区分成两个党小组，就近开展活动。"),
    voice(Discipline, "党费标准不明白。", "逐人核算并张贴明细。"),
    voice(Development, "多给年轻人压担子。", "两名青年党员担任党小组组长。"),
    voice(Services, "工伤后不知道怎样申请赔偿。", "陪同到劳动部门申请，已进入认定程序。"),
];
