//! How many wrong passwords are borne. Three counts, over the last quarter of an hour:
//!
//! | count | limit | against |
//! |---|---|---|
//! | this account from this address | 5 | guessing one password |
//! | this address, any account | 50 | trying one password on many accounts |
//! | this account, any address | 50 | guessing from many addresses |
//!
//! The third never locks an owner out: past it, an address that has not failed on this account yet still has one try.
//! So a flood on an account cannot keep its owner, who knows the password, from signing in elsewhere.

use crate::clock::Instant;

/// How long a failure counts.
pub const WINDOW_SECONDS: i64 = 15 * 60;
/// Of one account, from one address.
pub const PER_PAIR: usize = 5;
/// Of one address.
pub const PER_ADDRESS: usize = 50;
/// Of one account.
pub const PER_ACCOUNT: usize = 50;

/// The failures that still count, newest first, each list cut at its limit.
#[derive(Clone, Debug, Default)]
pub struct Failures {
    /// Of this account from this address.
    pub pair: Vec<Instant>,
    /// Of this address.
    pub address: Vec<Instant>,
    /// Of this account.
    pub account: Vec<Instant>,
}

impl Failures {
    /// How many seconds to wait; `None` to go ahead.
    pub fn wait(&self, now: Instant) -> Option<u64> {
        let flooded = self.account.len() >= PER_ACCOUNT;
        let pair = if flooded { 1 } else { PER_PAIR };
        // The list is free again when its oldest entry within the limit has left the window.
        let until = |list: &[Instant], limit: usize| list.get(limit - 1).map(|at| at.plus_seconds(WINDOW_SECONDS));
        let free = until(&self.pair, pair).max(until(&self.address, PER_ADDRESS))?;
        Some(u64::try_from(free.seconds() - now.seconds()).unwrap_or(0) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ago(now: Instant, seconds: &[i64]) -> Vec<Instant> {
        seconds.iter().map(|s| now.plus_seconds(-s)).collect()
    }

    #[test]
    fn five_failures_from_one_address_have_to_wait_for_the_fifth_last_to_pass() {
        let now = Instant::from_seconds(1_000_000);
        let four = Failures { pair: ago(now, &[1, 2, 3, 100]), ..Failures::default() };
        assert_eq!(four.wait(now), None);
        let five = Failures { pair: ago(now, &[1, 2, 3, 100, 600]), ..Failures::default() };
        assert_eq!(five.wait(now), Some(301));
    }

    #[test]
    fn a_flood_on_an_account_leaves_one_try_to_each_new_address() {
        let now = Instant::from_seconds(1_000_000);
        let flood = ago(now, &[10; PER_ACCOUNT]);
        assert_eq!(Failures { account: flood.clone(), ..Failures::default() }.wait(now), None);
        let tried = Failures { account: flood, pair: ago(now, &[300]), ..Failures::default() };
        assert_eq!(tried.wait(now), Some(601));
    }

    #[test]
    fn an_address_that_tries_many_accounts_waits() {
        let now = Instant::from_seconds(1_000_000);
        assert_eq!(Failures { address: ago(now, &[10; PER_ADDRESS - 1]), ..Failures::default() }.wait(now), None);
        assert_eq!(Failures { address: ago(now, &[10; PER_ADDRESS]), ..Failures::default() }.wait(now), Some(891));
    }
}
