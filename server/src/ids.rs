//! Identifiers (UUIDv7 newtypes) and randomness, which is passed in.

use std::sync::{Arc, Mutex, PoisonError};

use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use crate::clock::Instant;

/// The source of every random byte: seeded by the system, or by a test.
#[derive(Clone)]
pub struct Entropy(Arc<Mutex<StdRng>>);

impl Entropy {
    /// Seeded from the operating system.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine for randomness")]
    pub fn system() -> Self {
        Self(Arc::new(Mutex::new(rand::make_rng())))
    }

    /// The same bytes for the same seed; for demo data and tests, never for keys in service.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(StdRng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(&mut bytes);
        bytes
    }

    /// A number below `end` (which must not be 0).
    pub fn below(&self, end: u64) -> u64 {
        // 64 random bits against small ranges: the bias is below 2^-40.
        u64::from_be_bytes(self.bytes()) % end
    }

    /// A one-time code for a link: 128 bits as 32 hexadecimal digits.
    pub fn one_time_code(&self) -> String {
        hex::encode(self.bytes::<16>())
    }

    fn uuid_v7(&self, now: Instant) -> Uuid {
        let millis = u64::try_from(now.0).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }
}

/// Declares id types: a UUIDv7 each, text in JSON, native in the database.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id: time first, so that ids sort by age.
            pub fn new(now: Instant, entropy: &Entropy) -> Self {
                Self(entropy.uuid_v7(now))
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self).map_err(|_| "must be a UUID")
            }
        }

        $crate::parsed!($name, "uuid", "01938a3e-7d2c-7c3a-9b1a-2f4d5e6f7a8b");
    )*};
}

ids! {
    /// A unit of the organisation tree.
    UnitId
    /// An officer's account.
    AccountId
    /// A role of an account on a unit.
    AssignmentId
    /// A member: one person, over all their stays.
    MemberId
    /// One stay of a member: home, host and state.
    RegistrationId
    /// A card (its public name is the card number).
    CardId
    /// A member's phone.
    DeviceId
    /// An event of a unit.
    EventId
    /// A check-in attempt; made by the client.
    CheckInId
    /// An entry of the attendance record.
    EntryId
    /// Something that a member asks for.
    RequestId
    /// A post that a member holds in a unit.
    PostId
    /// A unit that a leader looks after.
    ContactPointId
    /// Someone whom a unit brings up to membership.
    RecruitId
    /// A heart-to-heart talk.
    TalkId
    /// A census.
    CensusId
    /// An election at the end of a term.
    ElectionId
    /// Something that was said about a unit; made for the day's beginning, since its hour could tell who said it.
    OpinionId
    /// A pair: who helps whom.
    PairingId
    /// A case of help.
    CaseId
    /// Something that was given.
    AidId
    /// Something that a member or an end of a stay is told.
    NoticeId
    /// A bulletin.
    BulletinId
    /// A request or report to the superior.
    SubmissionId
    /// A commendation.
    CommendationId
    /// A supervision group or a group of liaison officers.
    GroupId
    /// A visit of such a group.
    VisitId
    /// A file that goes with a record.
    AttachmentId
    /// A document that a member has written.
    DocumentId
    /// A plan of study.
    PlanId
    /// A row that no one refers to from outside: history, codes, sessions.
    RowId
}
