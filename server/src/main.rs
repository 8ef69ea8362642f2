//! The program `guiyan`: one binary, a file per command in `cli/`.

mod cli;

/// The system's allocator keeps what many threads have freed, and is slower.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
