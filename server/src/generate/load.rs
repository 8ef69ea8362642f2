//! Streams the registry in: one thread thinks people up and signs their cards, while the database takes what is ready. Of
//! each member no more is remembered than who it is, and to which meetings the member comes.

use std::collections::{HashMap, HashSet};

use anyhow::Context as _;
use tokio::{sync::mpsc, task::spawn_blocking};

use super::{
    Generated, Progress,
    event_rows::{ANNOUNCED, Life, NewEvent},
    meetings::{self, MEETINGS},
    member_rows::{NewCard, NewMember, People as PeopleRows},
    rows::{self, Hands},
    stays,
    tree::{self, Tree},
};
use crate::{
    app::AppState,
    cards::{CardNumber, STATUS_LIST_PLACES},
    clock::{Day, Instant},
    db::{Bulk, Cell, Rows},
    demo::people::People,
    ids::{Entropy, EventId, MemberId, RegistrationId},
    people::seal_person,
    tallies::{Counted as Tallied, Sums},
    units::district,
};

/// What each thing weighs in the progress.
pub(super) const OF_MEMBER: u64 = 3;
pub(super) const OF_CHECK_IN: u64 = 1;
pub(super) const OF_INDEXES: u64 = 4;
/// About as many indexes and foreign keys are put back.
const INDEXES: u64 = 45;
/// One write takes so many members, or check-ins.
const MEMBERS_AT_ONCE: u64 = 2000;
const CHECK_INS_AT_ONCE: u64 = 10_000;

/// What is to be loaded.
pub(super) struct Load<'a> {
    pub(super) app: &'a AppState,
    pub(super) seed: u64,
    pub(super) members: u64,
    pub(super) now: Instant,
    pub(super) hands: Hands,
}

/// A guest of a branch: who it is, to which meetings they come, and whether with a card.
#[derive(Clone, Copy)]
struct Guest {
    member: MemberId,
    visits: u16,
    has_card: bool,
    department: u16,
}

/// Rows that are ready, and how much of the work they are.
struct Parcel {
    rows: Vec<Rows>,
    weight: u64,
}

/// What the thinking thread has counted.
#[derive(Default)]
struct Counted {
    cards: u64,
    events: u64,
    check_ins: u64,
}

impl Load<'_> {
    /// Loads everything and puts the indexes back.
    pub(super) async fn run(
        self,
        mut bulk: Bulk,
        tree: Tree,
        made: &mut Generated,
        progress: &Progress,
    ) -> anyhow::Result<()> {
        let (parcels, mut arriving) = mpsc::channel(2);
        let thinker = Thinker {
            app: self.app.clone(),
            seed: self.seed,
            members: self.members,
            now: self.now,
            hands: self.hands,
            parcels,
        };
        let thinking = spawn_blocking(move || thinker.think(&tree));
        while let Some(Parcel { rows, weight }) = arriving.recv().await {
            bulk.write(rows).await.context("the rows were not taken")?;
            progress.add(weight);
        }
        let counted = thinking.await??;
        (made.cards, made.events, made.check_ins) = (counted.cards, counted.events, counted.check_ins);
        bulk.finish(|_| progress.add(self.members * OF_INDEXES / INDEXES)).await
    }
}

struct Thinker {
    app: AppState,
    seed: u64,
    members: u64,
    now: Instant,
    hands: Hands,
    parcels: mpsc::Sender<Parcel>,
}

impl Thinker {
    fn think(self, tree: &Tree) -> anyhow::Result<Counted> {
        let (mut counted, mut sums) = (Counted::default(), tree.sums());
        let guests = self.people(tree, &mut counted, &mut sums)?;
        self.life(tree, guests, &mut counted, &mut sums)?;
        self.send(vec![sums.into_rows()], 0)?;
        Ok(counted)
    }

    fn send(&self, rows: Vec<Rows>, weight: u64) -> anyhow::Result<()> {
        self.parcels.blocking_send(Parcel { rows, weight }).ok().context("nobody takes the rows")
    }

    /// Members with their stays and cards, in the order in which they came.
    fn people(&self, tree: &Tree, counted: &mut Counted, sums: &mut Sums) -> anyhow::Result<Vec<Vec<Guest>>> {
        let entropy = &self.app.entropy;
        let chance = Entropy::seeded(self.seed.wrapping_add(1));
        let mut people = People::new(self.seed, self.now.day());
        let mut places = self.status_places(&chance);
        let mut series: HashMap<(usize, i16), i64> = HashMap::new();
        let mut guests: Vec<Vec<Guest>> = tree.branches.iter().map(|_| Vec::new()).collect();
        let mut rows = PeopleRows::new();
        let mut waiting = 0;
        for (n, branch) in (0_u64..).zip(seats(tree, &chance)) {
            let at = &tree.branches[branch];
            let origin = if chance.below(100) < 80 { at.origin } else { tree::origin(&chance, tree.departments.len()) };
            let department = &tree.departments[origin];
            let home = department.homes[usize::try_from(chance.below(department.homes.len() as u64))?];
            let story = stays::story(&chance, n, self.members, self.now);
            let person = people.next_in(&at.place, story.filed_at.day())?;
            let id = MemberId::new(story.filed_at, entropy);
            let stay = RegistrationId::new(story.filed_at, entropy);
            let visits = meetings::visited(self.now, branch, n, story.comes);
            let newest = (0..MEETINGS).rev().find(|meeting| visits & 1 << meeting != 0);
            let came = newest.map(|meeting| rows::came_at(meetings::starts_at(self.now, branch, meeting), id));
            let new = NewMember {
                id,
                stay,
                person: &person,
                sealed: seal_person(&self.app.keys.vault, entropy, id, &person)?,
                story: &story,
                home,
                department: department.id,
                host: at.id,
                last_activity: came,
            };
            let due = story.card.as_ref().filter(|card| card.is_living()).map(|card| card.review_due);
            sums.stay(&tally(&new, due, district(&at.place)));
            let came: Vec<Instant> = (0..MEETINGS)
                .filter(|meeting| visits & 1 << meeting != 0)
                .map(|meeting| meetings::starts_at(self.now, branch, meeting))
                .collect();
            sums.visits(department.id, at.id, &came);
            rows.add(new, self.hands, entropy);
            if let Some(card) = &story.card {
                let year = card.steps.first().map_or(story.filed_at, |step| step.at).day().year();
                let serial = series.entry((origin, year)).or_default();
                *serial += 1;
                let number = CardNumber::new(&department.code, year, *serial).context("a series is used up")?;
                let place = places.next().context("the status lists are full")?;
                let whose = (id, stay, department.id);
                rows.add_card(NewCard { number, story: card, place }, whose, self.hands, &self.app.keys, entropy)?;
                counted.cards += 1;
            }
            guests[branch].push(Guest {
                member: id,
                visits,
                has_card: story.card.is_some(),
                department: u16::try_from(origin)?,
            });
            waiting += 1;
            if waiting == MEMBERS_AT_ONCE {
                self.send(rows.take(), waiting * OF_MEMBER)?;
                waiting = 0;
            }
        }
        let mut last = rows.take();
        last.push(card_series(tree, series));
        self.send(last, waiting * OF_MEMBER)?;
        Ok(guests)
    }

    /// Every branch's meetings in the order of time, with who came.
    fn life(
        &self,
        tree: &Tree,
        mut guests: Vec<Vec<Guest>>,
        counted: &mut Counted,
        sums: &mut Sums,
    ) -> anyhow::Result<()> {
        let entropy = &self.app.entropy;
        for guests in &mut guests {
            guests.sort_unstable_by_key(|guest| guest.member);
        }
        let mut all: Vec<(Instant, u32, u8)> = Vec::new();
        for branch in 0..tree.branches.len() {
            let n = u32::try_from(branch)?;
            all.extend((0..MEETINGS).map(|meeting| (meetings::starts_at(self.now, branch, meeting), n, meeting)));
        }
        all.sort_unstable();
        let mut rows = Life::new();
        let mut waiting = 0;
        for (starts_at, branch, meeting) in all {
            let branch = usize::try_from(branch)?;
            let at = &tree.branches[branch];
            let id = EventId::new(starts_at.plus_seconds(-ANNOUNCED), entropy);
            let (kind, title) = meetings::title(branch, meeting);
            let event = NewEvent { id, unit: at.id, kind, title, starts_at, place: at.place.clone() };
            rows.hold(event, self.now, self.hands, entropy);
            counted.events += 1;
            let mut origins = HashSet::new();
            for guest in guests[branch].iter().filter(|guest| guest.visits & 1 << meeting != 0) {
                origins.insert(tree.departments[usize::from(guest.department)].id);
                rows.check_in((id, starts_at), guest.member, guest.has_card, self.hands, entropy);
                counted.check_ins += 1;
                waiting += 1;
            }
            sums.event(at.id, starts_at, &origins);
            if waiting >= CHECK_INS_AT_ONCE {
                self.send(rows.take(), waiting * OF_CHECK_IN)?;
                waiting = 0;
            }
        }
        self.send(rows.take(), waiting * OF_CHECK_IN)
    }

    /// Random places in as many status lists as are needed, half of which stay free.
    fn status_places(&self, chance: &Entropy) -> impl Iterator<Item = u32> + use<> {
        let lists = u32::try_from(self.members * 2 / u64::from(STATUS_LIST_PLACES)).unwrap_or(0) + 1;
        let mut places: Vec<u32> = (0..lists * STATUS_LIST_PLACES).collect();
        shuffle(&mut places, usize::try_from(self.members).unwrap_or(usize::MAX), chance);
        places.into_iter()
    }
}

/// What of a member is counted.
fn tally<'a>(new: &NewMember<'_>, card_due: Option<Day>, district: Option<&'a str>) -> Tallied<'a> {
    Tallied {
        home: new.home,
        host: new.host,
        status: new.story.status.word(),
        open: new.story.status.is_open(),
        reason: new.story.reason.word(),
        started_on: new.story.started_on,
        active_since: new.story.active_since,
        card_due,
        district,
    }
}

/// The branch of each member: as many seats as each has, in any order.
fn seats(tree: &Tree, chance: &Entropy) -> impl Iterator<Item = usize> + use<> {
    let mut seats: Vec<u32> = Vec::new();
    for (branch, at) in (0_u32..).zip(&tree.branches) {
        seats.extend((0..at.size).map(|_| branch));
    }
    let all = seats.len();
    shuffle(&mut seats, all, chance);
    seats.into_iter().filter_map(|branch| usize::try_from(branch).ok())
}

/// Puts the first `most` in random order, drawn from all.
fn shuffle(all: &mut [u32], most: usize, chance: &Entropy) {
    for n in 0..most.min(all.len()) {
        let other = n + usize::try_from(chance.below((all.len() - n) as u64)).unwrap_or(0);
        all.swap(n, other);
    }
}

/// Where the services go on counting.
fn card_series(tree: &Tree, series: HashMap<(usize, i16), i64>) -> Rows {
    let mut rows = Rows::new("card_series", &["division_code", "year", "last_serial"]);
    for ((department, year), last) in series {
        let code: Cell = tree.departments[department].code.clone().into();
        rows.push([code, i64::from(year).into(), last.into()]);
    }
    rows
}
