//! A folder of clusters, and who ends them and removes it when nobody needs it any more.

use super::programs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// It waits for the end of its input, which comes with the end of the process that writes to it, be it by `kill -9`. Then it
/// ends every server whose process id lies in the folder, and removes the folder.
const WATCHER: &str = r#"
cat > /dev/null
for file in "$0"/*/postmaster.pid "$0"/*/pgbouncer.pid; do
    [ -f "$file" ] || continue
    read -r server < "$file"
    case "$file" in *postmaster.pid) signal=QUIT ;; *) signal=KILL ;; esac
    kill "-$signal" "$server" 2> /dev/null
    kill -CONT "$server" 2> /dev/null
    tries=100
    while case "$(ps -o stat= -p "$server")" in '' | Z*) false ;; esac && [ $((tries -= 1)) -gt 0 ]; do sleep 0.05; done
done
tries=20
while ! rm -rf "$0" 2> /dev/null && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
"#;

/// A folder for the files of servers that are to be ended with it.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    watcher: Child,
}

impl Folder {
    /// An empty folder, of the user as whom the servers run.
    pub(crate) fn new() -> Self {
        let path = tempfile::Builder::new()
            .prefix("pixie-postgres-")
            .tempdir()
            .unwrap()
            .keep();
        programs::hand_over(&path);
        let mut watcher = Command::new("sh");
        watcher.args(["-c", WATCHER]).arg(&path).stdin(Stdio::piped());
        // Ctrl-C ends the tests, and with them the input of the watcher, but not the watcher.
        watcher.process_group(0).current_dir("/");
        let watcher = watcher.stdout(Stdio::null()).stderr(Stdio::null());
        Self {
            path,
            watcher: watcher.spawn().unwrap(),
        }
    }

    /// The path of the folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        drop(self.watcher.wait());
    }
}
