//! One-time passwords of the second factor (RFC 6238: SHA-1, six digits, 30 seconds, one step of grace either way).

use totp_rs::{Builder, Secret};

use crate::clock::Instant;

/// What the authenticator app gets.
pub const SECRET_BYTES: usize = 20;

/// The step whose one-time password `code` is, where it is one that counts now.
pub fn step_of(secret: &[u8], code: &str, now: Instant) -> Option<i64> {
    let totp = Builder::new().with_secret(secret.to_vec()).build().ok()?;
    let step = totp.check(code, u64::try_from(now.seconds()).ok()?)?;
    i64::try_from(step).ok()
}

/// The secret as people type it, and as an authenticator app scans it.
pub fn for_the_app(secret: &[u8], username: &str) -> (String, String) {
    let text = Secret::from(secret).to_base32();
    // A user name needs no escaping in a URL.
    let url = format!("otpauth://totp/Guiyan:{username}?secret={text}&issuer=Guiyan");
    (text, url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Table {
        secret: String,
        cases: Vec<Case>,
    }

    #[derive(serde::Deserialize)]
    struct Case {
        unix_seconds: i64,
        totp: String,
    }

    /// RFC 6238, appendix B: its eight digits as they are printed there, and ours, the last six.
    #[test]
    fn the_vectors_of_the_standard_hold() {
        let table: Table = serde_json::from_str(include_str!("../../../tests/vectors/rfc6238.json")).expect("JSON");
        let secret = table.secret.as_bytes();
        let eight = Builder::new().with_secret(secret.to_vec()).with_digits(8).build().expect("a generator");
        assert_eq!(table.cases.len(), 6);
        for Case { unix_seconds: seconds, totp } in table.cases {
            let (step, code) = (seconds / 30, &totp[2..]);
            assert_eq!(eight.check(&totp, seconds.unsigned_abs()), Some(step.unsigned_abs()), "{seconds}");
            let at = Instant::from_seconds(seconds);
            assert_eq!(step_of(secret, code, at), Some(step), "{seconds}");
            assert_eq!(step_of(secret, code, at.plus_seconds(30)), Some(step));
            assert_eq!(step_of(secret, code, at.plus_seconds(61)), None);
            assert_eq!(step_of(secret, &totp, at), None, "eight digits are none of ours");
        }
        let secret = b"12345678901234567890";
        for bad in ["", "28708", "2870820", "+28708", "２８７０８２", "abcdef"] {
            assert_eq!(step_of(secret, bad, Instant::from_seconds(59)), None, "{bad}");
        }
    }

    #[test]
    fn the_secret_is_written_for_people_and_for_apps() {
        let (text, url) = for_the_app(b"12345678901234567890", "li.si");
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(url, "otpauth://totp/Guiyan:li.si?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Guiyan");
    }
}
