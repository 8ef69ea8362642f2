//! The master key and what derives from it: sealing (AES-256-GCM), blind indexes and event keys (HMAC-SHA-256).

use std::{
    fmt, fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::{Context as _, bail};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    error::Unspecified,
    hkdf::{HKDF_SHA256, KeyType, Salt},
    hmac,
};

use crate::{error::ApiError, ids::Entropy};

/// 32 secret bytes from which all else derives.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// A key of given bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From the environment: 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> anyhow::Result<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text.trim(), &mut bytes).ok().context("the master key has to be 64 hexadecimal digits")?;
        Ok(Self(bytes))
    }

    /// From `path`, which is made with mode 0600 where it does not exist.
    pub fn load_or_create(path: &Path, entropy: &Entropy) -> anyhow::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::from_hex(&text).with_context(|| format!("{} holds no key", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = Self(entropy.bytes());
                key.store(path).with_context(|| format!("{}", path.display()))?;
                Ok(key)
            }
            Err(error) => bail!("{}: {error}", path.display()),
        }
    }

    /// Under another name first: a full disk or a power cut leaves no half a key behind, and a key that is there is on disk.
    fn store(&self, path: &Path) -> io::Result<()> {
        let arriving = path.with_extension("new");
        let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&arriving)?;
        writeln!(file, "{}", hex::encode(self.0))?;
        file.sync_all()?;
        fs::rename(&arriving, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::File::open(folder)?.sync_all()
    }
}

/// A keyed digest by which an exact value is found without being readable: HMAC-SHA-256, cut to 16 bytes.
pub type BlindIndex = [u8; 16];

/// Seals and indexes personal data.
pub struct Vault {
    seal: LessSafeKey,
    index: hmac::Key,
    master: MasterKey,
}

struct Length<const N: usize>;

impl<const N: usize> KeyType for Length<N> {
    fn len(&self) -> usize {
        N
    }
}

/// HKDF-SHA-256 (RFC 5869), `N` bytes out: at most 255 hashes of 32.
pub fn hkdf<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> [u8; N] {
    const { assert!(N <= 255 * 32) };
    let mut out = [0; N];
    // It cannot fail: the length is checked above, and fits the buffer.
    if let Ok(okm) = Salt::new(HKDF_SHA256, salt).extract(secret).expand(info, Length::<N>) {
        let _ = okm.fill(&mut out);
    }
    out
}

fn derive(secret: &[u8], info: &[&[u8]]) -> [u8; 32] {
    hkdf(&[], secret, info)
}

/// AES-256-GCM: nonce (12) ‖ ciphertext ‖ tag (16). A nonce serves once under a key.
pub(super) fn seal_with(key: &LessSafeKey, nonce: [u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let mut sealed = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut sealed)?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens what [`seal_with`] made.
pub(super) fn open_with(key: &LessSafeKey, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let (nonce, body) = sealed.split_first_chunk::<12>().ok_or(Unspecified)?;
    let mut body = body.to_vec();
    Ok(key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(aad), &mut body)?.to_vec())
}

impl Vault {
    /// Derives the working keys.
    #[expect(clippy::expect_used, reason = "32 bytes are what AES-256 takes")]
    pub fn new(master: &MasterKey) -> Self {
        let seal = UnboundKey::new(&AES_256_GCM, &derive(&master.0, &[b"guiyan/seal/1"])).expect("a 32-byte key");
        Self {
            seal: LessSafeKey::new(seal),
            index: hmac::Key::new(hmac::HMAC_SHA256, &derive(&master.0, &[b"guiyan/index/1"])),
            master: master.clone(),
        }
    }

    /// Encrypts `plain` for one place: `field` and `row` are authenticated, so that a sealed value cannot be moved to
    /// another row. Layout: nonce (12) ‖ ciphertext ‖ tag (16).
    pub fn seal(&self, field: &str, row: &[u8], plain: &[u8], entropy: &Entropy) -> Result<Vec<u8>, ApiError> {
        seal_with(&self.seal, entropy.bytes(), &place(field, row), plain)
            .map_err(|_| ApiError::internal("sealing failed"))
    }

    /// Decrypts what [`Vault::seal`] made for the same place.
    pub fn open(&self, field: &str, row: &[u8], sealed: &[u8]) -> Result<Vec<u8>, ApiError> {
        open_with(&self.seal, &place(field, row), sealed)
            .map_err(|_| ApiError::internal(format!("a sealed {field} does not open with this master key")))
    }

    /// The sealed text of a field.
    pub fn open_text(&self, field: &str, row: &[u8], sealed: &[u8]) -> Result<String, ApiError> {
        String::from_utf8(self.open(field, row, sealed)?).map_err(ApiError::internal)
    }

    /// The blind index of `value` in `field`.
    pub fn blind(&self, field: &str, value: &str) -> BlindIndex {
        let tag = hmac::sign(&self.index, &place(field, value.as_bytes()));
        let mut index = [0; 16];
        index.copy_from_slice(&tag.as_ref()[..16]);
        index
    }

    /// The key of one event's codes: HKDF-SHA-256(master, "guiyan/event/1" ‖ the event's short id).
    pub fn event_key(&self, code_id: [u8; 8]) -> [u8; 32] {
        derive(&self.master.0, &[b"guiyan/event/1", &code_id])
    }
}

fn place(field: &str, row: &[u8]) -> Vec<u8> {
    [field.as_bytes(), b"\0", row].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_in_its_own_place_only() {
        let vault = Vault::new(&MasterKey([7; 32]));
        let entropy = Entropy::seeded(1);
        let sealed = vault.seal("phone", b"row 1", b"13800000000", &entropy).expect("sealed");
        assert_eq!(vault.open("phone", b"row 1", &sealed).expect("opened"), b"13800000000");
        assert!(vault.open("phone", b"row 2", &sealed).is_err());
        assert!(vault.open("id_number", b"row 1", &sealed).is_err());
        assert!(vault.open("phone", b"row 1", &sealed[..11]).is_err());
        assert!(Vault::new(&MasterKey([8; 32])).open("phone", b"row 1", &sealed).is_err());
    }
}
