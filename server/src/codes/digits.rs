//! Bytes as decimal digits, which QR packs in numeric mode: each 7 bytes, big-endian, as 17 digits with leading zeros; a
//! rest of 1 to 6 bytes as 3, 5, 8, 10, 13 or 15.

/// Bytes of a full group.
const GROUP: usize = 7;
/// Digits for 0 to 7 bytes.
const WIDTH: [usize; GROUP + 1] = [0, 3, 5, 8, 10, 13, 15, 17];

/// The digits for `bytes`.
pub fn pack(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len().div_ceil(GROUP) * WIDTH[GROUP]);
    for group in bytes.chunks(GROUP) {
        let value = group.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        digits.push_str(&format!("{value:0width$}", width = WIDTH[group.len()]));
    }
    digits
}

/// The bytes of `digits`; `None` for anything that [`pack`] would not have written.
pub fn unpack(digits: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(digits.len() / WIDTH[GROUP] * GROUP + GROUP);
    for group in digits.as_bytes().chunks(WIDTH[GROUP]) {
        let length = WIDTH.iter().position(|width| *width == group.len())?;
        let value = group
            .iter()
            .try_fold(0_u64, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u64::from(digit - b'0')))?;
        // Seventeen digits stay below 2^64, so nothing has wrapped before this comparison.
        if value >> (8 * length) != 0 {
            return None;
        }
        bytes.extend_from_slice(&value.to_be_bytes()[8 - length..]);
    }
    Some(bytes)
}
