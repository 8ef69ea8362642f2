//! The program `guiyan`: one binary, a file per command in `cli/`.

mod cli;

// Every request takes and gives back some hundreds of small pieces, rows of the database among them: the system's own
// allocator costs a fifth of a page of a list (docs/decisions/0024).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::main()
}
