//! Members as people: who they are, how to reach them, and their photo. ID number, phone and address are sealed at rest
//! and found by keyed blind indexes; an ID number is never shown whole but to the department that is asked about it.

mod id_number;
mod model;
mod names;
mod phone;
mod photo;
mod service;
mod store;

pub use id_number::IdNumber;
pub use model::{
    Consent, Gender, Member, MemberBrief, MemberRef, Membership, NewPerson, OwnChanges, OwnField, PersonName,
};
pub use names::pinyin_initials;
pub use phone::Phone;
pub use photo::{Darkroom, LONGEST as LONGEST_PHOTO, photo_jpeg, put_photo};
pub use service::{
    Known, SealedBrief, SealedPerson, change_own, differs, enrol, id_number, member, recognise, reduce, seal_person,
    searches,
};
pub use store::{MemberSearch, REDUCED_NAME, become_full, briefs, has_photo, is_common};
