//! Where a request comes from, as far as sign-ins are counted by it.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};

use crate::{app::AppState, error::ApiError};

/// One client: an IPv4 address, or an IPv6 network of 64 bits, of which everyone at home has a whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(IpAddr);

impl From<IpAddr> for ClientAddress {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into()),
            v4 => Self(v4),
        }
    }
}

impl fmt::Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let forwarded = if app.config.trust_forwarded_for { last_forwarded(&parts.headers) } else { None };
        forwarded.or(peer).map(Self::from).ok_or_else(|| ApiError::internal("the listener tells no addresses"))
    }
}

/// The last entry is the one that our own proxy has added; those before it are the client's to invent.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> String {
        ClientAddress::from(text.parse::<IpAddr>().expect("an address")).to_string()
    }

    #[test]
    fn a_home_network_is_one_client() {
        assert_eq!(client("192.0.2.7"), "192.0.2.7");
        assert_eq!(client("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(client("2001:db8:1:2:3:4:5:6"), client("2001:db8:1:2:ffff::1"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
    }

    #[test]
    fn only_the_last_forwarded_address_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(last_forwarded(&headers), None);
        headers.append("x-forwarded-for", "10.0.0.1, 192.0.2.1".parse().expect("a value"));
        headers.append("x-forwarded-for", "10.0.0.2,192.0.2.9".parse().expect("a value"));
        assert_eq!(last_forwarded(&headers), Some(IpAddr::from([192, 0, 2, 9])));
        headers.append("x-forwarded-for", "unknown".parse().expect("a value"));
        assert_eq!(last_forwarded(&headers), None);
    }
}
