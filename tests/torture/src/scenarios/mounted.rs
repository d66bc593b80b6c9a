//! Small disks of their own that can be filled and made read-only. Needs root on Linux.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use pixie_testing::{Failure, Outcome};

/// A disk, until it is dropped.
#[derive(Debug)]
pub(super) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// Mounts a disk in memory of so many MiB on this folder; the inner sentence says why if the machine does not allow
    /// it.
    pub(super) fn in_memory(folder: &Path, mib: u32) -> Outcome<Result<Self, String>> {
        std::fs::create_dir_all(folder)?;
        let size = format!("size={mib}m");
        let mounted = run("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", &text(folder)]);
        Ok(mounted
            .map(|()| Self::on(folder))
            .map_err(|failure| not_mounted(&failure)))
    }

    /// Mounts a disk in a file, with the file system ext4, on this folder.
    pub(super) fn in_file(file: &Path, folder: &Path) -> Outcome<Result<Self, String>> {
        std::fs::create_dir_all(folder)?;
        std::fs::File::create(file)?.set_len(48 << 20)?;
        let made = run("mkfs.ext4", &["-q", "-F", &text(file)]);
        if let Err(failure) = made {
            return Ok(Err(not_mounted(&failure)));
        }
        Ok(Self::mounted_again(file, folder).map_err(|failure| not_mounted(&failure)))
    }

    /// Mounts the disk in a file again, as after a start of the machine.
    pub(super) fn mounted_again(file: &Path, folder: &Path) -> Outcome<Self> {
        run("mount", &["-o", "loop", &text(file), &text(folder)])?;
        Ok(Self::on(folder))
    }

    fn on(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Writes a file until no byte fits any more.
    pub(super) fn fill(&self) -> Outcome {
        let mut file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.ballast())?;
        for size in [64 * 1024, 4096, 512, 1] {
            let block = vec![0x5a; size];
            while file.write_all(&block).is_ok() {}
        }
        Ok(())
    }

    /// Makes room again.
    pub(super) fn make_room(&self) -> Outcome {
        Ok(std::fs::remove_file(self.ballast())?)
    }

    /// Makes it read-only at once, as the kernel does when the disk fails. Only mounting it again makes it writable.
    pub(super) fn abort(&self) -> Outcome {
        run("mount", &["-o", "remount,abort", &text(&self.folder)])
    }

    /// Makes it read-only (`ro`) or writable (`rw`) while nobody has a file open there to write.
    pub(super) fn remount(&self, mode: &str) -> Outcome {
        run("mount", &["-o", &format!("remount,{mode}"), &text(&self.folder)])
    }

    /// Unmounts it.
    pub(super) fn unmount(self) {
        drop(self);
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a server that is just being killed may still have it open. There is nobody to tell.
        drop(run("umount", &["-l", &text(&self.folder)]));
    }
}

/// Lets nobody change files that are open, or lets them again.
pub(super) fn forbid_writing(files: &[PathBuf], forbidden: bool) -> Outcome {
    let flag = if forbidden { "+i" } else { "-i" };
    let files: Vec<_> = files.iter().map(|file| text(file)).collect();
    let mut arguments = vec![flag];
    arguments.extend(files.iter().map(String::as_str));
    run("chattr", &arguments)
}

fn not_mounted(failure: &Failure) -> String {
    format!("a small disk cannot be mounted: {failure}")
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn run(program: &str, arguments: &[&str]) -> Outcome {
    let output = Command::new(program).args(arguments).output();
    let output = output.map_err(|error| Failure::because(format!("`{program}`: {error}")))?;
    Failure::unless(output.status.success(), || {
        String::from_utf8_lossy(&output.stderr).trim().replace('\n', " ")
    })
}
