//! What members wrote for the plan: on their phones or on paper, most of it accepted, some waiting, some given back.

use super::Scene;
use crate::{
    access::Operation,
    db::Conn,
    demo::{parsed, plan::days},
    documents::{self, DocumentKind, NewDocument, NewPaper, Remark},
    error::ApiError,
};

/// A document: its kind, its title, how long it is, and how many days ago it was written.
type Paper = (DocumentKind, &'static str, i64, i64);

const NOTES: DocumentKind = DocumentKind::ReadingNotes;
const ANALYSIS: DocumentKind = DocumentKind::PartySpiritAnalysis;
const SUMMARY: DocumentKind = DocumentKind::Summary;

/// What a leader wrote: more than 50,000 characters of reading notes.
const OF_LEADERS: [Paper; 5] = [
    (NOTES, "读书笔记（第一册）", 18_200, 230),
    (NOTES, "读书笔记（第二册）", 17_600, 140),
    (NOTES, "读书笔记（第三册）", 15_900, 50),
    (ANALYSIS, "党性分析材料", 2_450, 95),
    (SUMMARY, "学习教育小结", 1_720, 32),
];
/// What the others wrote, by turns: some everything, some a part, many nothing yet.
const BY_TURNS: [&[Paper]; 8] = [
    &[
        (NOTES, "读书笔记（一）", 3_100, 220),
        (NOTES, "读书笔记（二）", 2_900, 150),
        (NOTES, "读书笔记（三）", 2_600, 70),
        (ANALYSIS, "党性分析材料", 2_180, 80),
        (SUMMARY, "学习教育小结", 1_560, 24),
    ],
    &[(NOTES, "读书笔记", 3_400, 120)],
    &[
        (NOTES, "读书笔记（一）", 4_200, 180),
        (NOTES, "读书笔记（二）", 4_100, 90),
        (ANALYSIS, "党性分析材料", 2_050, 40),
    ],
    &[],
    &[(ANALYSIS, "党性分析材料", 2_300, 60), (SUMMARY, "小结", 1_510, 18)],
    &[(NOTES, "读书笔记", 2_400, 100), (ANALYSIS, "党性分析材料", 1_350, 9)],
    &[(NOTES, "读书笔记", 5_000, 16), (SUMMARY, "小结", 1_600, 3)],
    &[],
];
/// What the member of the story wrote: two accepted, one given back.
const OF_THE_STORY: [Paper; 3] = [
    (NOTES, "读书笔记：章程逐章学", 4_300, 88),
    (NOTES, "读书笔记：流动不流失", 2_700, 35),
    (ANALYSIS, "党性分析材料", 1_350, 9),
];

/// An analysis shorter than this is given back.
const SHORTEST_ANALYSIS: i64 = 2_000;
/// The branch reads within so many days.
const READ_DAYS: i64 = 4;

pub(super) async fn play(c: &mut Conn<'_>, s: &Scene) -> Result<(), ApiError> {
    for member in 0..s.stage.plan.parts.len() {
        let papers = match member {
            0 => &OF_THE_STORY[..],
            leader if s.leaders.contains(&leader) => &OF_LEADERS,
            other => BY_TURNS[other % BY_TURNS.len()],
        };
        for (n, paper) in papers.iter().enumerate() {
            let (kind, title, length, ago) = *paper;
            // Neighbours do not write on the same day.
            let paper = (kind, title, length, ago + days(member % 3));
            if s.is_about(member, paper.3) {
                hand_in(c, s, member, n, paper).await?;
            }
        }
    }
    Ok(())
}

async fn hand_in(
    c: &mut Conn<'_>,
    s: &Scene,
    member: usize,
    n: usize,
    (kind, title, length, days): Paper,
) -> Result<(), ApiError> {
    let app = s.at(days, 20);
    let title = Some(parsed(title)?);
    let branch = s.branch_of(member);
    // Books of notes are on paper, whoever's they are.
    let on_phone = s.score.oneself(member).filter(|_| length < 10_000);
    let document = match on_phone {
        Some(oneself) => {
            let text = Some(parsed(&text(kind, member + n, length))?);
            let new = NewDocument { kind, title, written_on: None, text, attachment_id: None, stated_length: None };
            documents::hand_in(c, &app, &oneself, new, None).await?
        }
        None => {
            let stated_length = Some(u32::try_from(length).unwrap_or(0));
            let member_id = s.member(member)?;
            let new = NewPaper { member_id, kind, title, written_on: None, stated_length, attachment_id: None };
            documents::enter(c, &app, &s.secretary(branch, Operation::CreateDocument), new, None).await?
        }
    };
    if days < READ_DAYS {
        return Ok(());
    }
    let read_at = s.at(days - READ_DAYS + 1, 9);
    if kind == ANALYSIS && length < SHORTEST_ANALYSIS {
        let remark =
            Remark { remark: parsed("查摆问题还不够具体，请结合本人实际补充到两千字以上")? };
        let by = s.secretary(branch, Operation::ReturnDocument);
        documents::give_back(c, &read_at, &by, document.id, remark).await.map(drop)
    } else {
        let by = s.secretary(branch, Operation::AcceptDocument);
        documents::accept(c, &read_at, &by, document.id).await.map(drop)
    }
}

const OPENING: [&str; 3] = [
    "离开家乡到上海工作以后，我最担心的是离组织远了。这段时间随驻沪的支部一起学习，心里踏实了许多，现把体会记在这里。",
    "今天下了班，在宿舍把发的读本又看了一遍，边看边想自己这些年走过的路，有些话愿意写下来。",
    "参加集中学习以后，我对照党章一条一条地看自己，既看到做得到的，也看到还做不到的。",
];
const PASSAGES: [&str; 10] = [
    "人在外地，身份没有变。工友们遇到难处，第一个想到的往往就是身边的党员，这时候能不能站出来，大家看得很清楚。",
    "工地和车间里的学习时间零碎，我就把要点抄在小本子上，午休时看一页，坐地铁时想一想，积少成多。",
    "过去总觉得交了党费、开了会就算尽到了责任，现在明白，平时一言一行才是最要紧的。",
    "家乡这几年变化很大，村里通了水泥路，这些都是一点一点干出来的。我们在外头，也要给家乡争气。",
    "支部的同志住得分散，有的在金山，有的在青浦，聚一次不容易，所以每一次集中学习我都提前调好班，尽量不缺席。",
    "讨论的时候有同志说，流动党员不能成为断了线的风筝。这句话说到了我心里，线的两头都要用力。",
    "班组里有两位年轻人想了解党的知识，我把自己的读本借给他们看，也把学习的体会讲给他们听。",
    "对照先进的要求，我在理论学习上下的功夫不深，遇到忙的时候容易把学习放在后面，这是今后要改的。",
    "安全生产不是小事，我负责的那一段脚手架，每天上下班各查一遍，发现松动马上处理，不让一个人带着隐患上工。",
    "今后我打算每周至少安排两个晚上学习，每季度向支部汇报一次，请同志们监督。",
];
const OF_ANALYSES: [&str; 3] = [
    "存在的主要问题：一是学习不够系统，满足于听一听、看一看；二是联系群众不够主动，除了工作上的事很少走动；三是有时怕麻烦，对不好的现象没有及时提醒。",
    "原因分析：说到底是放松了对自己的要求，觉得在外打工、不在家乡，标准可以低一点，这种想法是不对的。",
    "整改措施：制定个人学习计划，主动联系两户困难老乡，按时参加支部活动，有事提前请假。",
];

/// A text of at least so many characters, other for each `turn`.
fn text(kind: DocumentKind, turn: usize, length: i64) -> String {
    let mut text = OPENING[turn % OPENING.len()].to_owned();
    if kind == ANALYSIS {
        text.extend(OF_ANALYSES.map(|passage| format!("\n{passage}")));
    }
    let mut counted = documents::length(&text);
    for n in turn.. {
        if counted >= length {
            break;
        }
        let passage = PASSAGES[n * 3 % PASSAGES.len()];
        counted += documents::length(passage);
        text.push('\n');
        text.push_str(passage);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_long_as_it_is_to_be() {
        for (turn, length) in [(0, 1_510), (1, 2_450), (7, 5_000)] {
            let counted = documents::length(&text(ANALYSIS, turn, length));
            assert!((length..length + 100).contains(&counted), "{counted}");
        }
    }
}
