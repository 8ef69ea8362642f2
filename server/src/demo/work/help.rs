//! Pairing and aid: 26 difficulties solved in the year and over 20,000 yuan given, as in the source.

use super::Scene;
use crate::{
    access::Operation,
    db::Conn,
    demo::{parsed, plan::days},
    error::ApiError,
    ids::{CaseId, PairingId},
    pairings::{
        self, AidKind,
        CaseSubject::{self, Employment, Health, Housing, Legal, Livelihood, Other, Schooling},
        NewAid, NewCase, NewPairing, SolveCase,
    },
};

/// Cases that were solved; the rest is still open.
const SOLVED: usize = 26;
const STILL_OPEN: usize = 4;
/// Households that are no members.
const HOUSEHOLDS: [&str; 6] =
    ["王奶奶家", "工友老赵一家", "孤寡老人李阿婆", "摊主小周一家", "退伍老兵老孙", "单亲妈妈小何一家"];
const CASES: [(CaseSubject, &str, &str); 12] = [
    (Health, "家属住院，异地报销手续不清楚", "陪同办理异地就医备案，费用已报销"),
    (Schooling, "孩子小学入学缺少居住证明", "联系街道补办证明，已按时入学"),
    (Employment, "企业裁员后待业三个月", "推荐到同乡企业面试，已上岗"),
    (Legal, "被拖欠两个月工资", "联系法律援助，工资已全部结清"),
    (Housing, "租住房屋到期，一时找不到住处", "支部同志帮助联系到附近的合租房"),
    (Livelihood, "家中遭水灾，生活困难", "支部捐款捐物，并向家乡镇里反映，已纳入救助"),
    (Health, "工伤后康复费用有困难", "陪同完成工伤认定，预付了康复费用"),
    (Schooling, "孩子跟不上课，家长不识字", "安排退休教师党员每周辅导两次"),
    (Livelihood, "老人独居，买菜看病不便", "党小组轮流上门，每周两次"),
    (Employment, "想学一门手艺，没有门路", "介绍参加免费焊工培训，已取证"),
    (Legal, "租房押金退不回来", "支部出面协调，押金已退"),
    (Other, "身份证遗失，回乡补办路途远", "指导在沪异地补领，已领到"),
];
/// Given in money, by turns, in fen; twice round makes 16,960 yuan…
const MONEY: [i64; 8] = [50_000, 80_000, 100_000, 120_000, 60_000, 150_000, 200_000, 88_000];
/// …and in kind, worth 3,720 yuan: 20,680 yuan together.
const IN_KIND: [(&str, i64); 8] = [
    ("大米、食用油和棉被", 30_000),
    ("学习用品和书包", 45_000),
    ("冬衣十件", 60_000),
    ("常用药品", 36_000),
    ("电暖器", 54_000),
    ("轮椅一辆", 48_000),
    ("中秋慰问品", 39_000),
    ("春节慰问品", 60_000),
];

/// A pair that goes on: of which branch, and since how many days ago.
struct Pair {
    id: PairingId,
    branch: usize,
    since: i64,
}

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    let mut pairs = Vec::new();
    for n in 0..18 {
        pairs.extend(pair(c, s, n).await?);
    }
    let mut cases = Vec::new();
    for n in 0..SOLVED + STILL_OPEN {
        cases.push(case(c, s, n, &pairs).await?);
    }
    give(c, s, &pairs, &cases).await
}

/// A branch's pair: a member helps another or a household, or the branch itself does.
async fn pair(c: &mut Conn<'_>, s: &Scene, n: usize) -> Result<Option<Pair>, ApiError> {
    let (branch, since) = (n * 5 % s.branches(), 330 - 17 * days(n));
    let at_hand = s.members_of(branch, since);
    // The member of the story helps; others help where they are two.
    let (helper, helped) = match at_hand[..] {
        _ if branch == 0 && s.is_about(0, since) => (Some(0), None),
        [helper, .., helped] if !n.is_multiple_of(3) => (Some(helper), Some(helped)),
        [helper, ..] if !n.is_multiple_of(4) => (Some(helper), None),
        _ => (None, None),
    };
    let household = HOUSEHOLDS[n % HOUSEHOLDS.len()];
    let new = NewPairing {
        unit_id: s.branch(branch),
        helper_id: helper.map(|member| s.member(member)).transpose()?,
        helper_unit_id: helper.is_none().then(|| s.branch(branch)),
        helped_id: helped.map(|member| s.member(member)).transpose()?,
        helped_name: if helped.is_none() { Some(parsed(household)?) } else { None },
        since: s.day(since),
        until: None,
    };
    let pair = pairings::create(c, &s.at(since, 11), &s.secretary(branch, Operation::CreatePairing), new).await?;
    if n % 9 == 8 {
        let by = s.secretary(branch, Operation::EndPairing);
        pairings::end(c, &s.at(since / 2, 11), &by, pair.id, pairings::EndPairing::default()).await?;
        return Ok(None);
    }
    Ok(Some(Pair { id: pair.id, branch, since }))
}

/// Every other case is within a pair.
async fn case(c: &mut Conn<'_>, s: &Scene, n: usize, pairs: &[Pair]) -> Result<(usize, CaseId), ApiError> {
    let is_open = n >= SOLVED;
    let opened = if is_open { 6 + 9 * days(n - SOLVED) } else { 48 + 11 * days(n) };
    let (about, note, how) = CASES[n % CASES.len()];
    let pair = pairs.iter().filter(|pair| pair.since >= opened).nth(n / 2 % 4).filter(|_| n.is_multiple_of(2));
    let branch = pair.map_or(n * 3 % s.branches(), |pair| pair.branch);
    let member = s.members_of(branch, opened).into_iter().nth(n % 5).filter(|_| pair.is_none());
    let new = NewCase {
        unit_id: s.branch(branch),
        pair_id: pair.map(|pair| pair.id),
        member_id: member.map(|member| s.member(member)).transpose()?,
        about,
        note: parsed(note)?,
        opened_on: s.day(opened),
        solved_on: None,
        how: None,
    };
    let case = pairings::open_case(c, &s.at(opened, 12), &s.secretary(branch, Operation::CreateCase), new).await?;
    if !is_open {
        let solve = SolveCase { how: parsed(how)?, on: None };
        let by = s.secretary(branch, Operation::SolveCase);
        pairings::solve_case(c, &s.at(opened - 12 - 2 * days(n % 11), 17), &by, case.id, solve).await?;
    }
    Ok((branch, case.id))
}

/// Money and things, within pairs and for cases.
async fn give(c: &mut Conn<'_>, s: &Scene, pairs: &[Pair], cases: &[(usize, CaseId)]) -> Result<(), ApiError> {
    let money = MONEY.iter().chain(&MONEY).map(|fen| (AidKind::Money, None, *fen));
    let in_kind = IN_KIND.iter().map(|(what, fen)| (AidKind::InKind, Some(*what), *fen));
    for (n, (kind, what, amount_fen)) in money.chain(in_kind).enumerate() {
        // A case is a few days old then, and a pair older.
        let ago = 40 + 11 * days(n);
        let pair = pairs.iter().filter(|pair| pair.since >= ago).nth(n % 5).filter(|_| n % 3 == 0);
        let (branch, pair_id, case_id) = match pair {
            Some(pair) => (pair.branch, Some(pair.id), None),
            None => (cases[n].0, None, Some(cases[n].1)),
        };
        let what = what.map(parsed).transpose()?;
        let new = NewAid {
            unit_id: s.branch(branch),
            pair_id,
            case_id,
            member_id: None,
            given_on: s.day(ago),
            kind,
            amount_fen,
            what,
        };
        pairings::give(c, &s.at(ago, 13), &s.secretary(branch, Operation::CreateAid), new).await?;
    }
    Ok(())
}
