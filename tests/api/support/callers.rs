//! Requests as a user makes them, and answers as a user sees them.

use guiyan::{
    auth::tokens::{self, Subject},
    ids::{AccountId, DeviceId},
};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::Value;

use super::TestApp;

/// Someone at the API, signed in or not. Tokens are renewed as the test's clock moves on.
#[derive(Clone)]
pub struct User<'a> {
    pub app: &'a TestApp,
    token: Option<String>,
    pub subject: Option<Subject>,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The JSON body, `null` where there is none.
    pub json: Value,
}

impl<'a> User<'a> {
    pub fn new(app: &'a TestApp, token: Option<String>) -> Self {
        Self { app, token, subject: None }
    }

    pub fn officer(app: &'a TestApp, token: String, account: AccountId) -> Self {
        Self { app, token: Some(token), subject: Some(Subject::Account(account)) }
    }

    pub fn device(app: &'a TestApp, token: String, device: DeviceId) -> Self {
        Self { app, token: Some(token), subject: Some(Subject::Device(device)) }
    }

    fn bearer(&self) -> Option<String> {
        match self.subject {
            Some(subject) => {
                let ring = self.app.state.keys.ring();
                tokens::issue(&ring, &self.app.url, subject, self.app.now()).ok()
            }
            None => self.token.clone(),
        }
    }

    /// A request to `path` below `/api/v1` (or an absolute path that starts with `//`, as seen from the root).
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = match path.strip_prefix('/').filter(|rest| rest.starts_with('/')) {
            Some(root) => format!("{}{root}", self.app.url),
            None => format!("{}/api/v1{path}", self.app.url),
        };
        let request = self.app.http.request(method, url);
        match self.bearer() {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        Answer::read(request.send().await.expect("an answer")).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}

impl Answer {
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body").to_vec();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Self { status, headers, bytes, json }
    }

    /// The body of a success; fails the test with the whole problem otherwise.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.json);
        self.json
    }

    /// Fails the test unless the answer has this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        self
    }

    /// Fails the test unless the answer is this problem.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status.as_u16(), self.json["code"].as_str()), (status, Some(code)), "{}", self.json);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.json["status"], status);
        self
    }

    /// The pointers of all bad fields, sorted.
    pub fn bad_fields(&self) -> Vec<String> {
        let mut fields: Vec<String> = self.json["errors"]
            .as_array()
            .map(|list| list.iter().filter_map(|e| e["pointer"].as_str().map(ToOwned::to_owned)).collect())
            .unwrap_or_default();
        fields.sort();
        fields
    }

    /// A text field of the body.
    #[track_caller]
    pub fn text(&self, key: &str) -> String {
        self.json[key].as_str().unwrap_or_else(|| panic!("{key} in {}", self.json)).to_owned()
    }
}
