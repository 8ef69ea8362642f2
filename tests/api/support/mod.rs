//! A server of one's own for each test, and the people who use it.

mod app;
mod callers;
mod people;
mod phone;
mod world;

pub use app::{Engine, START, TestApp, fresh_postgres};
pub use callers::{Answer, User};
pub use people::Person;
pub use phone::Phone;
pub use world::World;

/// Runs one test body on both engines: `on_both!(name, |app| { … })`, as `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both {
    ($name:ident, |$app:ident| $body:block) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn run($app: $crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run($crate::support::TestApp::start($crate::support::Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run($crate::support::TestApp::start($crate::support::Engine::Postgres).await).await;
            }
        }
    };
}
