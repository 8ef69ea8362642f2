//! A branch with members, cards, phones and officers, made through the API as people would.

use std::{net::SocketAddr, sync::Arc, time::SystemTime};

use anyhow::Context as _;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    http::{Connection, request},
    people::Person,
    server::Server,
};

const PASSWORD: &str = "guiyan-bench-2026";

/// A member with a card on a phone.
pub struct Member {
    pair: EcdsaKeyPair,
    device: String,
    /// The member's id.
    pub id: String,
    /// The phone's access token.
    pub token: String,
    /// The digits of the card's static code.
    pub card: String,
}

impl Member {
    fn sign(&self, typ: &str, claims: &Value) -> String {
        let header = json!({"alg": "ES256", "typ": typ, "kid": self.device});
        let body = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), body.as_bytes()).expect("a signature");
        format!("{body}.{}", B64.encode(signature.as_ref()))
    }
}

/// The branch.
pub struct Hall {
    address: SocketAddr,
    unit: String,
    /// The secretary's access token.
    pub secretary: String,
    /// Its members.
    pub members: Vec<Arc<Member>>,
}

impl Hall {
    /// Makes units, officers and `count` members on an empty server.
    pub async fn build(server: &Server, count: usize) -> anyhow::Result<Self> {
        let address = server.address;
        let mut line = Connection::open(address).await?;
        let setup = server.setup.as_deref().context("no set-up link was told")?;
        let root = open_account(&mut line, setup, "admin").await?;
        let department =
            unit(&mut line, &root, json!({"kind": "department", "name": "黄山市委组织部", "division_code": "341000", "contact": {"name": "联系人", "phone": "021-55550100"}})).await?;
        let home = unit(&mut line, &root, json!({"kind": "branch", "name": "黄山市示范支部", "parent_id": department}))
            .await?;
        let host = unit(
            &mut line,
            &root,
            json!({"kind": "branch", "name": "金山区第一支部", "contact": {"name": "联系人", "phone": "021-55550101"}}),
        )
        .await?;
        let officer = account(&mut line, &root, "officer", "department_officer", &department).await?;
        let secretary = account(&mut line, &root, "secretary", "branch_secretary", &host).await?;
        let members = stream::iter(0..count)
            .map(|n| {
                let (home, host, officer, secretary) = (&home, &host, &officer, &secretary);
                async move { member(address, n, home, host, officer, secretary).await.map(Arc::new) }
            })
            .buffered(32)
            .try_collect()
            .await?;
        Ok(Self { address, unit: host, secretary, members })
    }

    /// The same hall after the server was started again.
    pub fn at(self, server: &Server) -> Self {
        Self { address: server.address, ..self }
    }

    /// Opens an event for everyone now.
    pub async fn event(&self) -> anyhow::Result<String> {
        let at = |seconds: i64| instant(now_millis() + seconds * 1000);
        let event = json!({
            "unit_id": self.unit, "kind": "collective_study", "title": "集中学习", "place": "示例路 1 号",
            "starts_at": at(-600), "ends_at": at(6600), "hours": 2.0, "audience": "unit",
            "check_in": {"opens_at": at(-1800), "closes_at": at(7200)}
        });
        let mut line = Connection::open(self.address).await?;
        text(&line.send(&request("POST", "/events", &self.secretary, &event.to_string())).await?.json()?, "/id")
    }

    /// The rotating code that an event shows now.
    pub async fn code(&self, event: &str) -> anyhow::Result<String> {
        let mut line = Connection::open(self.address).await?;
        let shown = line.send(&request("GET", &format!("/events/{event}/code"), &self.secretary, "")).await?.json()?;
        let first = shown.as_array().and_then(|all| all.first()).or_else(|| shown["codes"].get(0)).unwrap_or(&shown);
        text(first, "/url")
    }

    /// The request by which the secretary's phone takes a member's card.
    pub fn scan(&self, event: &str, member: &Member) -> Vec<u8> {
        let item = json!({
            "id": Uuid::now_v7(), "event_id": event, "occurred_at": instant(now_millis()), "method": "card",
            "presentation": member.card
        });
        request("POST", "/check-ins", &self.secretary, &json!({"items": [item]}).to_string())
    }

    /// The request by which a member's phone takes the event's code, with its proof.
    pub fn own(&self, event: &str, code: &str, member: &Member) -> Vec<u8> {
        let (id, now) = (Uuid::now_v7(), now_millis());
        let proof = member.sign("check-in+jwt", &json!({"jti": id, "event": event, "code": code, "iat": now / 1000}));
        let item = json!({
            "id": id, "event_id": event, "occurred_at": instant(now), "method": "event_code", "code": code, "proof": proof
        });
        request("POST", "/check-ins", &member.token, &json!({"items": [item]}).to_string())
    }
}

/// Milliseconds since 1970.
pub fn now_millis() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

fn instant(millis: i64) -> String {
    format!("{:.3}", Timestamp::from_millisecond(millis).expect("a time"))
}

/// What stands at a pointer.
pub fn text(value: &Value, pointer: &str) -> anyhow::Result<String> {
    Ok(value.pointer(pointer).and_then(Value::as_str).with_context(|| format!("no {pointer} in {value}"))?.to_owned())
}

async fn unit(line: &mut Connection, root: &str, body: Value) -> anyhow::Result<String> {
    text(&line.send(&request("POST", "/units", root, &body.to_string())).await?.json()?, "/id")
}

async fn open_account(line: &mut Connection, code: &str, username: &str) -> anyhow::Result<String> {
    let body = json!({"code": code, "password": PASSWORD}).to_string();
    line.send(&request("POST", "/account-setups", "", &body)).await?.json()?;
    let body = json!({"username": username, "password": PASSWORD}).to_string();
    text(&line.send(&request("POST", "/sessions", "", &body)).await?.json()?, "/access_token")
}

async fn account(line: &mut Connection, root: &str, username: &str, role: &str, unit: &str) -> anyhow::Result<String> {
    let body = json!({"username": username, "role": role, "unit_id": unit}).to_string();
    let made = line.send(&request("POST", "/accounts", root, &body)).await?.json()?;
    open_account(line, &text(&made, "/setup/code")?, username).await
}

async fn member(
    address: SocketAddr,
    n: usize,
    home: &str,
    host: &str,
    officer: &str,
    secretary: &str,
) -> anyhow::Result<Member> {
    let mut line = Connection::open(address).await?;
    let filing = json!({
        "filed_by": "host", "home_unit_id": home, "host_unit_id": host, "flow_reason": "employment",
        "started_on": "2026-03-01", "consent": {"version": "1", "given_on": "2026-11-01"},
        "person": Person::nth(u32::try_from(n)?).json()
    });
    let filed = line.send(&request("POST", "/registrations", secretary, &filing.to_string())).await?.json()?;
    let id = text(&filed, "/id")?;
    line.send(&request("POST", &format!("/registrations/{id}/confirm"), officer, "{}")).await?.json()?;
    let card = line.send(&request("POST", &format!("/registrations/{id}/cards"), secretary, "{}")).await?.json()?;
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
    let point = pair.public_key().as_ref();
    let jwk = json!({"kty": "EC", "crv": "P-256", "x": B64.encode(&point[1..33]), "y": B64.encode(&point[33..65])});
    let body = json!({"code": text(&card, "/activation/code")?, "public_key": jwk}).to_string();
    let bound = line.send(&request("POST", "/activations", "", &body)).await?.json()?;
    let token = text(&bound, "/access_token")?;
    let credential = line.send(&request("GET", "/me/card/credential", &token, "")).await?.json()?;
    let id = text(&bound, "/member_id")?;
    Ok(Member { id, pair, device: text(&bound, "/device_id")?, token, card: text(&credential, "/static")? })
}
