//! The program `pixie`.

use std::process::ExitCode;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    use_small_pages();
    pixie_server::commands::run()
}

/// Takes memory in pages of 4 KiB: where the system hands out pages of 2 MiB for what an allocator keeps in reserve, an idle
/// server holds 14 MiB more. A system that has no such switch does as it always does.
fn use_small_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
