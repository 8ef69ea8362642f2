//! How far a long command has come: a bar on a terminal from the third second on, nothing where it is piped.

use std::{
    future::Future,
    io::{self, IsTerminal as _, Write as _},
    pin::pin,
    time::Duration,
};

use tokio::time::{interval, sleep};

const WIDTH: u64 = 40;

/// Runs `job` and shows beside it how much of `total` `done` tells to be finished.
pub(crate) async fn shown<T>(job: impl Future<Output = T>, total: u64, done: impl Fn() -> u64) -> T {
    let mut job = pin!(job);
    if !io::stderr().is_terminal() {
        return job.await;
    }
    tokio::select! {
        answer = &mut job => return answer,
        () = sleep(Duration::from_secs(2)) => {}
    }
    let mut ticks = interval(Duration::from_millis(200));
    let answer = loop {
        tokio::select! {
            answer = &mut job => break answer,
            _ = ticks.tick() => { let _ = write!(io::stderr(), "\r{}", bar(done(), total)); }
        }
    };
    let _ = write!(io::stderr(), "\r\x1b[K");
    answer
}

fn bar(done: u64, total: u64) -> String {
    let done = done.min(total);
    let part = |of: u64| done.saturating_mul(of).checked_div(total).unwrap_or(0);
    let filled = usize::try_from(part(WIDTH)).unwrap_or(0);
    format!("[{:<width$}] {:3} %", "=".repeat(filled), part(100), width = WIDTH as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_and_never_overflows() {
        assert_eq!(bar(0, 0), format!("[{}]   0 %", " ".repeat(40)));
        assert_eq!(bar(1, 2), format!("[{}{}]  50 %", "=".repeat(20), " ".repeat(20)));
        assert_eq!(bar(9, 3), format!("[{}] 100 %", "=".repeat(40)));
    }
}
