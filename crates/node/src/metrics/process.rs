//! The process as the kernel sees it (`/proc`), under the names that every Prometheus client library uses.

use std::fs;

use prometheus_client::registry::{Registry, Unit};

use super::Fraction;

/// What the kernel says of this process. Where there is no `/proc`, nothing.
pub(super) fn register(registry: &mut Registry) {
    let mut gauge = |name: &str, help: &str, unit: Option<Unit>, value: Option<f64>| {
        let Some(value) = value else { return };
        let gauge = Fraction::default();
        gauge.set(value);
        match unit {
            Some(unit) => registry.register_with_unit(name, help, unit, gauge),
            None => registry.register(name, help, gauge),
        }
    };
    let page_bytes = rustix::param::page_size() as f64;
    let pages = fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| resident_pages(&text));
    gauge(
        "process_resident_memory",
        "Memory in RAM",
        Some(Unit::Bytes),
        pages.map(|pages| pages * page_bytes),
    );
    let open = fs::read_dir("/proc/self/fd").map(|files| files.count() as f64);
    gauge("process_open_fds", "Open file descriptors", None, open.ok());
    let limits = fs::read_to_string("/proc/self/limits").ok();
    let most = limits.and_then(|text| open_files_max(&text));
    gauge("process_max_fds", "Most open file descriptors", None, most);
    let ticks = rustix::param::clock_ticks_per_second() as f64;
    let spent = fs::read_to_string("/proc/self/stat").ok();
    let spent = spent.and_then(|text| cpu_ticks(&text));
    gauge(
        "process_cpu",
        "Processor time spent since the start",
        Some(Unit::Seconds),
        spent.map(|spent| spent / ticks),
    );
}

/// proc_pid_statm(5): the second number.
fn resident_pages(statm: &str) -> Option<f64> {
    statm.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// proc_pid_limits(5): the soft limit.
fn open_files_max(limits: &str) -> Option<f64> {
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))?;
    line.split_ascii_whitespace().nth(3)?.parse().ok()
}

/// proc_pid_stat(5): utime and stime, fields 14 and 15. The name before them may hold blanks and parentheses.
fn cpu_ticks(stat: &str) -> Option<f64> {
    let (_, after) = stat.rsplit_once(')')?;
    let mut fields = after.split_ascii_whitespace().skip(11);
    let (user, system): (f64, f64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proc_says_is_read() {
        assert_eq!(resident_pages("2164 321 287 12 0 140 0\n"), Some(321.0));
        let limits = "Limit Soft Hard Units\nMax open files            1024                 524288               files\n";
        assert_eq!(open_files_max(limits), Some(1_024.0));
        let stat = "17 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 111 222 13 14";
        assert_eq!(cpu_ticks(stat), Some(333.0));
    }

    #[test]
    fn what_proc_does_not_say_is_not_made_up() {
        assert_eq!(resident_pages("2164"), None);
        assert_eq!(open_files_max("Max open files unlimited\n"), None);
        assert_eq!(cpu_ticks("17 (cat) S 1 2"), None);
    }
}
