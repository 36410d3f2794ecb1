//! The program as an operator sees it: settings from three places, what is wrong with them, health, signals, the service
//! manager, the log.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    os::unix::net::UnixDatagram,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::process::{chancery, free_address};

const TIME_MAX: Duration = Duration::from_secs(30);

/// A node's directory.
struct Home {
    dir: tempfile::TempDir,
}

/// A node that serves; killed when the test is over.
struct Running {
    process: Child,
    web: SocketAddr,
}

impl Home {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let this = Self { dir };
        let listen = free_address().to_string();
        let done = this.run(&[
            "init",
            "--host",
            "alpha.example",
            "--name",
            "Alpha",
            "--listen",
            &listen,
        ]);
        assert!(done.status.success(), "{done:?}");
        this
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("home")
    }

    fn command(&self) -> Command {
        let mut command = chancery();
        command.arg("--home").arg(self.path()).stdin(Stdio::null());
        // What the tests' own surroundings say is not what is tested.
        command.env_remove("RUST_LOG");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    fn add(&self, lines: &str) {
        let path = self.path().join("node.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text + lines).unwrap();
    }

    /// Serves, until the returned value is dropped, with what else the command is told.
    fn serve(&self, tell: impl FnOnce(&mut Command)) -> Running {
        let web = free_address();
        let mut command = self.command();
        command.arg("serve").arg("--web").arg(web.to_string());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        tell(&mut command);
        let running = Running {
            process: command.spawn().unwrap(),
            web,
        };
        let begun = Instant::now();
        while self.run(&["health"]).status.code() != Some(0) {
            assert!(begun.elapsed() < TIME_MAX, "it is never ready");
            std::thread::sleep(Duration::from_millis(50));
        }
        running
    }
}

impl Running {
    fn signal(&self, name: &str) {
        let pid = self.process.id().to_string();
        let sent = Command::new("kill").args([name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    fn ends(&mut self) -> i32 {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code().unwrap();
            }
            assert!(begun.elapsed() < TIME_MAX, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn says(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    format!("{out}{}", String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_node_is_ready_or_not_there() {
    let home = Home::new();
    let none = home.run(&["health"]);
    assert_eq!(none.status.code(), Some(5), "{}", says(&none));
    let mut running = home.serve(|_| {});
    let ready = home.run(&["health"]);
    assert_eq!(
        (ready.status.code(), says(&ready).as_str()),
        (Some(0), "the node is ready\n")
    );
    running.signal("-TERM");
    assert_eq!(running.ends(), 0);
    assert_eq!(home.run(&["health"]).status.code(), Some(5));
}

#[test]
fn a_flag_covers_a_variable_covers_the_file() {
    let home = Home::new();
    home.add("poll_secs = 7\n\n[web]\nlisten = \"127.0.0.1:1\"\nurl = \"https://file.example\"\n");
    let mut show = home.command();
    show.args(["--json", "config", "show"])
        .env("CHANCERY_WEB_URL", "https://variable.example");
    let shown: Value = serde_json::from_slice(&show.output().unwrap().stdout).unwrap();
    let of = |key: &str| {
        let mut all = shown.as_array().unwrap().iter();
        let one = all.rfind(|one| one["key"] == key).unwrap();
        format!(
            "{} from {}",
            one["value"],
            one["source"].as_str().unwrap().rsplit('/').next().unwrap()
        )
    };
    assert_eq!(
        of("web.url"),
        "\"https://variable.example\" from variable CHANCERY_WEB_URL"
    );
    assert!(
        of("poll_secs").starts_with("7 from node.toml:"),
        "{}",
        of("poll_secs")
    );
    assert_eq!(of("web.limits.head_secs"), "15 from default");
    // The address of the file cannot be opened; the flag's can.
    let running = home.serve(|_| {});
    assert_ne!(running.web.port(), 1);
}

#[test]
fn check_tells_everything_at_once() {
    let home = Home::new();
    let whole = home.run(&["config", "check"]);
    assert_eq!(whole.status.code(), Some(0), "{}", says(&whole));
    home.add("\n[web]\nlisten = \"0.0.0.0:8080\"\ntrusted_proxy = []\n[log]\nformat = \"xml\"\n");
    let checked = home.run(&["config", "check"]);
    let told = says(&checked);
    assert_eq!(checked.status.code(), Some(3), "{told}");
    for wrong in [
        "`web.trusted_proxy`; web.trusted_proxies may be meant",
        "`log.format` is \"xml\"",
        "2 things are wrong",
    ] {
        assert!(told.contains(wrong), "{wrong}: {told}");
    }
    let served = home.run(&["serve"]);
    assert_eq!(served.status.code(), Some(1));
    assert!(
        says(&served).contains("2 things are wrong with the settings"),
        "{}",
        says(&served)
    );
}

#[test]
fn check_looks_at_the_machine_too() {
    let home = Home::new();
    home.add("\n[web]\nlisten = \"0.0.0.0:8080\"\n");
    let told = says(&home.run(&["config", "check"]));
    assert!(
        told.contains("0.0.0.0:8080 is no loopback address, and without TLS"),
        "{told}"
    );
    let served = home.run(&["serve"]);
    assert_eq!(served.status.code(), Some(1));
    assert!(
        says(&served).contains("set `web.cert` and `web.key`"),
        "{}",
        says(&served)
    );
    home.add("cert = \"cert.pem\"\nkey = \"key.pem\"\n");
    let told = says(&home.run(&["config", "check"]));
    assert!(told.contains("home/cert.pem cannot be read"), "{told}");
    set_mode(&home.path(), 0o755);
    let told = says(&home.run(&["config", "check"]));
    assert!(
        told.contains("it has mode 755, and only its owner should open it"),
        "{told}"
    );
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_example_needs_no_node() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = chancery();
    command
        .arg("--home")
        .arg(dir.path().join("none"))
        .args(["config", "example"]);
    let output = command.output().unwrap();
    assert!(output.status.success());
    assert!(says(&output).contains("# head_secs = 15\n"));
}

#[test]
fn the_service_manager_is_told_how_it_stands() {
    let home = Home::new();
    let path = home.dir.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(TIME_MAX)).unwrap();
    let hear = || {
        let mut bytes = [0; 1_024];
        let count = manager.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..count].to_vec()).unwrap()
    };
    let mut running = home.serve(|command| {
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "200000");
    });
    let ready = hear();
    assert!(
        ready.starts_with("READY=1\nSTATUS=alpha.example serves"),
        "{ready}"
    );
    assert_eq!(hear(), "WATCHDOG=1");
    running.signal("-HUP");
    let mut heard = Vec::new();
    while heard.len() < 2 {
        heard.push(hear());
        heard.retain(|said| said != "WATCHDOG=1");
    }
    assert!(
        heard[0].starts_with("RELOADING=1\nMONOTONIC_USEC="),
        "{heard:?}"
    );
    assert!(heard[1].starts_with("READY=1\n"), "{heard:?}");
    running.signal("-TERM");
    let stopping = loop {
        let said = hear();
        if said != "WATCHDOG=1" {
            break said;
        }
    };
    assert!(stopping.starts_with("STOPPING=1"), "{stopping}");
    assert_eq!(running.ends(), 0);
}

#[tokio::test]
async fn every_line_of_the_log_is_an_object_and_has_the_requests_id() {
    let home = Home::new();
    let mut running = home.serve(|command| {
        command
            .env("CHANCERY_LOG_FORMAT", "json")
            .stderr(Stdio::piped());
    });
    let url = format!("http://{}/nowhere?a=b", running.web);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.get(url).send().await.unwrap();
    let id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(body["request_id"], id);
    running.signal("-INT");
    assert_eq!(running.ends(), 0);
    let lines = objects(running.process.stderr.take().unwrap());
    let access = |line: &&Value| line["target"] == "access" && line["span"]["id"] == id;
    let line = lines.iter().find(access).expect("its line is there");
    assert_eq!(line["fields"]["status"], 404);
    assert_eq!(line["fields"]["route"], "unmatched");
    assert_eq!(line["fields"]["path"], "/nowhere");
    assert!(
        lines
            .iter()
            .any(|line| line["fields"]["message"] == "stopped in good order")
    );
}

fn objects(stderr: ChildStderr) -> Vec<Value> {
    let lines = BufReader::new(stderr).lines().map(Result::unwrap);
    lines
        .map(|line| serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

#[test]
fn man_pages_and_completions_are_made() {
    let dir = tempfile::tempdir().unwrap();
    let pages = dir.path().join("man1");
    let made = chancery()
        .args(["generate", "man"])
        .arg(&pages)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", says(&made));
    let page = std::fs::read_to_string(pages.join("chancery-config-check.1")).unwrap();
    assert!(page.contains("\n.SH EXAMPLES\n"), "{page}");
    let made = chancery()
        .args(["generate", "completions", "bash"])
        .output()
        .unwrap();
    assert!(made.status.success());
    assert!(says(&made).contains("_chancery"));
}
