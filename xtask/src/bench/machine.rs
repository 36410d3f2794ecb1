//! What the kernel says of this machine and of this process.

use std::{fmt, fs, path::Path, process::Command};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// What a figure depends on.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// Model of the processor.
    pub(crate) processor: String,
    /// Cores that this process may use.
    pub(crate) cores: usize,
    /// Memory in all, MiB.
    pub(crate) memory_mib: u64,
    /// File system and device below the data.
    pub(crate) disk: String,
    /// Version of the kernel.
    pub(crate) kernel: String,
    /// The compiler on the path.
    pub(crate) rustc: String,
    /// Processes that wanted to run in the minute before: what else went on.
    pub(crate) load_before: String,
}

impl Machine {
    /// Of this machine, with the disk below `dir`.
    pub(crate) fn read(dir: &Path) -> anyhow::Result<Self> {
        let processor = fs::read_to_string("/proc/cpuinfo")?;
        let load = fs::read_to_string("/proc/loadavg")?;
        let rustc = Command::new("rustc").arg("--version").output();
        let rustc = rustc.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
        Ok(Self {
            processor: field(&processor, "model name").unwrap_or_default(),
            cores: std::thread::available_parallelism()?.get(),
            memory_mib: kib(&fs::read_to_string("/proc/meminfo")?, "MemTotal")? >> 10,
            disk: disk_below(dir)?,
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?
                .trim()
                .to_owned(),
            rustc: rustc.unwrap_or_default(),
            load_before: load.split(' ').next().unwrap_or_default().to_owned(),
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}, {} cores, {} MiB; {}; Linux {}; {}; load {} before",
            self.processor,
            self.cores,
            self.memory_mib,
            self.disk,
            self.kernel,
            self.rustc,
            self.load_before
        )
    }
}

/// What this process has used so far.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Usage {
    /// Time on a processor, in user and kernel mode, seconds.
    pub(crate) cpu_secs: f64,
    /// Resident memory now, MiB.
    pub(crate) resident_mib: f64,
    /// The most it was since the process began or [`forget_peak`] was called, MiB.
    pub(crate) peak_mib: f64,
}

impl Usage {
    /// Of this process, now.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let status = fs::read_to_string("/proc/self/status")?;
        let stat = fs::read_to_string("/proc/self/stat")?;
        // After the name in parentheses, which may hold blanks, utime is the 12th field and stime the 13th.
        let (_, after) = stat.rsplit_once(')').context("/proc/self/stat")?;
        let ticks = after.split_whitespace().skip(11).take(2);
        let ticks: u64 = ticks.map(|field| field.parse().unwrap_or(0)).sum();
        Ok(Self {
            cpu_secs: ticks as f64 / TICKS_PER_SEC,
            resident_mib: kib(&status, "VmRSS")? as f64 / 1024.0,
            peak_mib: kib(&status, "VmHWM")? as f64 / 1024.0,
        })
    }
}

/// `USER_HZ`, which is 100 on every Linux for whatever the kernel counts in itself.
const TICKS_PER_SEC: f64 = 100.0;

/// Starts the peak anew from what is resident now (proc(5), `clear_refs`).
pub(crate) fn forget_peak() -> anyhow::Result<()> {
    Ok(fs::write("/proc/self/clear_refs", "5")?)
}

/// `type on device` of the mount that `dir` is on.
fn disk_below(dir: &Path) -> anyhow::Result<String> {
    let dir = dir.canonicalize()?;
    let mounts = fs::read_to_string("/proc/mounts")?;
    let mount = mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ');
            Some((fields.next()?, Path::new(fields.next()?), fields.next()?))
        })
        .filter(|(_, at, _)| dir.starts_with(at))
        .max_by_key(|(_, at, _)| at.as_os_str().len());
    Ok(mount.map_or_else(String::new, |(device, _, kind)| {
        format!("{kind} on {device}")
    }))
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kib(text: &str, name: &str) -> anyhow::Result<u64> {
    let value = field(text, name).with_context(|| format!("no {name}"))?;
    Ok(value.trim_end_matches(" kB").parse()?)
}
