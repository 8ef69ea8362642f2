//! The report-in poster: how a migrant finds the branch. Its code opens a page with what stands on the poster, no more, and
//! only whoever has a unit's poster has that unit's code.

use serde::Serialize;
use utoipa::ToSchema;

use super::poster::Poster;
use crate::{
    access::Caller,
    app::AppState,
    codes,
    db::Conn,
    error::ApiError,
    home::{self, HostContact},
    ids::UnitId,
    keys::Vault,
    terms,
    units::{self, UnitRef},
};

/// Under this name the codes of units are made.
const FIELD: &str = "unit.report_in";
/// Bytes of the code that prove that we have made it.
const PROOF: usize = 8;

/// Where to report in: what stands on the unit's poster.
#[derive(Serialize, ToSchema)]
pub(super) struct ReportIn {
    /// The unit.
    unit: UnitRef,
    /// Whom to ask for, and where: the unit's, or of the nearest unit above that has a contact.
    contact: HostContact,
}

/// The poster of a unit within the caller's reach; 409 while nobody could be called.
pub(super) async fn poster(app: &AppState, caller: &Caller, id: UnitId) -> Result<Poster, ApiError> {
    let mut reader = app.db.read().await?;
    let c = &mut reader.conn();
    caller.scope.require_unit(c, id).await?;
    let ReportIn { unit, contact } = report_in(c, id).await?;
    let (Some(name), Some(phone)) = (contact.name, contact.phone) else {
        return Err(ApiError::wrong_state("Nobody could be called: enter the unit's contact first."));
    };
    let mut facts = vec![("联系人", name), ("电话", phone)];
    if contact.unit.id != unit.id {
        facts.insert(0, ("代为接待", contact.unit.name));
    }
    facts.extend(contact.address.map(|address| ("地址", address)));
    Ok(Poster {
        kind: terms::word("unit", unit.kind.word()).into(),
        unit: unit.name,
        title: "流动党员，请到这里报到".into(),
        facts,
        address: format!("{}/b#{}", app.config.public_url, code(&app.keys.vault, id)),
        call: "扫码看怎么报到、要带什么",
        small: vec![
            "谁来报到：离开户籍地或原单位外出，不能正常参加原党组织活动的中共党员（含预备党员）。".into(),
            "请带上：本人身份证；有介绍信或流动党员活动证的一并带来，没有也可以先来登记。".into(),
            "个人信息请当面交给工作人员，不要发到微信群。扫码不需要登录，也不会留下您的信息。".into(),
        ],
    })
}

/// What the code of a unit's poster opens.
pub(super) async fn open(app: &AppState, code: &str) -> Result<ReportIn, ApiError> {
    let unit = unit_of(&app.keys.vault, code).ok_or_else(ApiError::not_found)?;
    let mut reader = app.db.read().await?;
    report_in(&mut reader.conn(), unit).await
}

async fn report_in(c: &mut Conn<'_>, unit: UnitId) -> Result<ReportIn, ApiError> {
    Ok(ReportIn { unit: units::unit_ref(c, unit).await?, contact: home::contact(c, unit).await? })
}

/// The digits behind `/b#`: the unit's id, and the proof that its poster was printed here.
fn code(vault: &Vault, unit: UnitId) -> String {
    codes::pack(&[&unit.0.as_bytes()[..], &vault.blind(FIELD, &unit.to_string())[..PROOF]].concat())
}

fn unit_of(vault: &Vault, digits: &str) -> Option<UnitId> {
    let bytes = codes::unpack(digits)?;
    let (id, _) = bytes.split_first_chunk::<16>()?;
    let unit = UnitId(uuid::Uuid::from_bytes(*id));
    (code(vault, unit) == digits).then_some(unit)
}
