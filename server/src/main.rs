//! The program `guiyan`: one binary, a file per command in `cli/`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
