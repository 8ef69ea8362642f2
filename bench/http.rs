//! A bare HTTP/1.1 client over one kept connection: the load must not cost more than what it loads.

use std::net::SocketAddr;

use anyhow::{Context as _, bail};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// One kept connection.
pub struct Connection {
    stream: TcpStream,
    kept: Vec<u8>,
}

/// What was answered.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, of an answer that succeeded.
    pub fn json(self) -> anyhow::Result<Value> {
        if !(200..300).contains(&self.status) {
            bail!("{}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        Ok(if self.body.is_empty() { Value::Null } else { serde_json::from_slice(&self.body)? })
    }
}

/// A request as it goes over the line.
pub fn request(method: &str, path: &str, token: &str, body: &str) -> Vec<u8> {
    let signed = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
    let content = if body.is_empty() {
        String::new()
    } else {
        format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len())
    };
    format!("{method} /api/v1{path} HTTP/1.1\r\nhost: bench\r\n{signed}{content}\r\n{body}").into_bytes()
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, kept: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer to the end.
    pub async fn send(&mut self, request: &[u8]) -> anyhow::Result<Answer> {
        self.stream.write_all(request).await?;
        let (status, length, begins) = self.head().await?;
        let length = length.context("an answer without a length")?;
        while self.kept.len() < begins + length {
            self.more().await?;
        }
        let body = self.kept[begins..begins + length].to_vec();
        self.kept.drain(..begins + length);
        Ok(Answer { status, body })
    }

    /// Sends a request and answers what arrives of its body, chunk marks and all, through [`Connection::part`].
    pub async fn stream(mut self, request: &[u8]) -> anyhow::Result<Self> {
        self.stream.write_all(request).await?;
        let (status, _, begins) = self.head().await?;
        if status != 200 {
            bail!("{status}");
        }
        self.kept.drain(..begins);
        Ok(self)
    }

    /// What has arrived since; empty at the end.
    pub async fn part(&mut self) -> anyhow::Result<Vec<u8>> {
        if self.kept.is_empty() {
            self.stream.read_buf(&mut self.kept).await?;
        }
        Ok(std::mem::take(&mut self.kept))
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        if self.stream.read_buf(&mut self.kept).await? == 0 {
            bail!("the server hung up");
        }
        Ok(())
    }

    async fn head(&mut self) -> anyhow::Result<(u16, Option<usize>, usize)> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 48];
            let mut answer = httparse::Response::new(&mut headers);
            if let httparse::Status::Complete(begins) = answer.parse(&self.kept)? {
                let status = answer.code.context("no status")?;
                let length = answer.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
                let length = length.map(|header| std::str::from_utf8(header.value)).transpose()?;
                let length = length.map(str::parse).transpose()?.or((status == 204).then_some(0));
                return Ok((status, length, begins));
            }
            self.more().await?;
        }
    }
}
