//! `chancery demo`: the main job in one command, on two real nodes in processes of their own. It goes through the same
//! API as every command, and tells in sentences what happened.

mod forge;
mod line;
mod party;
mod samples;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use http::Method;
use node::{
    bundle::BundleFile,
    home::Home,
    keys,
    request::{Accept, Answer, Export, Found, Inquire, NewTrack, Prove, ProveAbsence, Step},
    view::{DialogueView, HandedOver, InquiryView, LogView, PassReport, ProofView, SyncReport},
};
use serde_json::json;

use self::{
    party::Party,
    samples::{note, sightings},
};
use super::serve::signalled;
use crate::{args::Demo, commands::verify, file, say, say::Say};

/// ATT&CK for ICS 18.1, as MITRE publishes it; its licence is beside it.
const ATTACK: &[u8] = include_bytes!("../../data/ics-attack-18.1.json.zst");
/// Unpacked, it has 3.5 MB.
const ATTACK_BYTES_MAX: usize = 8 << 20;
/// Longest wait for anything the nodes do by themselves.
const WAIT_TIME_MAX: Duration = Duration::from_secs(60);
/// The clock of the inquiry that is left unanswered, seconds.
const SHORT_CLOCK_SECS: u64 = 6;

/// The name of the dialogue.
const DIALOGUE: &str = "Alpha-Beta";

/// Runs the demo.
///
/// # Errors
/// When anything does not go as it is told; the directory stays, to look at.
pub(crate) async fn run(out: Say, args: &Demo) -> anyhow::Result<()> {
    ensure!(
        !args.dir.exists(),
        "{} is there already; name another directory with --dir, or remove it",
        args.dir.display()
    );
    std::fs::create_dir_all(&args.dir)
        .with_context(|| format!("{} cannot be made", args.dir.display()))?;
    // The nodes are told their directories as absolute paths: they are started from anywhere.
    let dir = std::fs::canonicalize(&args.dir)?;
    let begun = Instant::now();
    let mut story = Story {
        out,
        dir,
        named: args.dir.clone(),
        chapter: 0,
        last_answer: 0,
    };
    let (mut alpha, mut beta) = story.found().await?;
    story.pass(&alpha, &beta).await?;
    let inquiries = story.inquire(&alpha, &beta).await?;
    story.cut_line(&alpha, &beta).await?;
    story.prove(&alpha, &beta, &inquiries).await?;
    story.tamper(&alpha, &beta).await?;
    story
        .account(&alpha, &beta, begun.elapsed(), args.keep)
        .await?;
    if args.keep {
        signalled().await?;
    }
    alpha.stop()?;
    beta.stop()
}

struct Story {
    out: Say,
    dir: PathBuf,
    /// The same directory as it was named, for people.
    named: PathBuf,
    chapter: u32,
    /// Index of the last answer in Beta's log.
    last_answer: u64,
}

impl Story {
    fn chapter(&mut self, title: &str) {
        self.chapter += 1;
        self.out.line(format!("\n{}. {title}", self.chapter));
    }

    fn tell(&self, sentence: impl AsRef<str>) {
        self.out.line(format!("   {}", sentence.as_ref()));
    }

    /// A file of the demo, as people are told it.
    fn named(&self, path: &Path) -> String {
        let within = path.strip_prefix(&self.dir).unwrap_or(path);
        self.named.join(within).display().to_string()
    }

    /// A command to copy.
    fn tell_command(&self, command: &str) {
        if !self.out.json {
            say::command(&format!("   {command}"));
        }
    }

    async fn found(&mut self) -> anyhow::Result<(Party, Party)> {
        self.chapter("Two parties, each with a node of its own, found a dialogue");
        let alpha = Party::start(&self.dir, "Alpha").await?;
        let beta = Party::start(&self.dir, "Beta").await?;
        for party in [&alpha, &beta] {
            self.tell(format!(
                "{:<5} fingerprint {}",
                party.name, party.card.party.fingerprint
            ));
        }
        self.tell(
            "They exchange cards and read the fingerprints to each other over the telephone.",
        );
        let track = |name: &str, title: &str, access: &str| NewTrack {
            name: name.to_owned(),
            title: title.to_owned(),
            access: access.to_owned(),
            window_items: 4_096,
            window_days: 7,
            ..NewTrack::default()
        };
        let request = Found {
            name: DIALOGUE.to_owned(),
            purpose: "Exchange of information on cyber security, and talks on it.".to_owned(),
            with: vec![beta.card.card.clone()],
            tracks: vec![
                track("cyber", "Cyber security", "closed"),
                track("security", "Security talks", "open"),
            ],
        };
        let drafted: DialogueView = alpha.api.post("/api/v1/dialogues", &request).await?;
        let signed = accept(&beta, &drafted).await?;
        let in_force = accept(&alpha, &signed).await?;
        ensure!(in_force.in_force, "the charter is not in force at Alpha");
        let charter = self.dir.join("charter.json");
        file::write_over(&charter, in_force.document.unwrap_or_default().as_bytes())?;
        self.tell(format!(
            "Alpha drafts the charter, Beta signs, Alpha takes it back: both hold the same bytes ({}).",
            self.named(&charter)
        ));
        self.tell(
            "Tracks: cyber (closed) and security (open). Entry 0 of each log is the charter.",
        );
        Ok((alpha, beta))
    }

    async fn pass(&mut self, alpha: &Party, beta: &Party) -> anyhow::Result<()> {
        self.chapter("Information passes: ATT&CK for ICS, 1,826 real STIX objects");
        let attack = zstd::bulk::decompress(ATTACK, ATTACK_BYTES_MAX)?;
        let begun = Instant::now();
        let report = pass(alpha, "cyber", attack).await?;
        self.tell(format!(
            "Alpha passed {} objects in {:.1} s: each is durable, signed and in its log.",
            report.passed,
            begun.elapsed().as_secs_f64()
        ));
        let own = pass(beta, "cyber", sightings("cyber", 3)).await?;
        self.tell(format!("Beta passed {} sightings of its own.", own.passed));
        both_receipted(alpha, beta).await?;
        for (party, other) in [(alpha, beta), (beta, alpha)] {
            let log = log(party, "cyber", party).await?;
            self.tell(format!(
                "{}: {} information items sent on cyber; {} countersigned as durably held, up to entry {}.",
                party.name,
                log.information,
                other.name,
                log.receipts.first().map_or(0, |receipt| receipt.size)
            ));
        }
        let again = pass(
            alpha,
            "cyber",
            zstd::bulk::decompress(ATTACK, ATTACK_BYTES_MAX)?,
        )
        .await?;
        self.tell(format!(
            "The same bundle passed again: {} already held, {} passed. Nothing is doubled.",
            again.already_held, again.passed
        ));
        Ok(())
    }

    async fn inquire(&mut self, alpha: &Party, beta: &Party) -> anyhow::Result<Vec<HandedOver>> {
        self.chapter(
            "Three inquiries: one answered, one declined, one left until its clock runs out",
        );
        let mut asked = Vec::new();
        for (question, due) in [
            (
                "Is the controller at 192.0.2.7 operated from your territory?",
                "72h".to_owned(),
            ),
            (
                "Who has access to the building it stands in?",
                "72h".to_owned(),
            ),
            (
                "Will you keep the logs of that controller for six months?",
                format!("{SHORT_CLOCK_SECS}s"),
            ),
        ] {
            let request = Inquire {
                track: "cyber".to_owned(),
                to: "beta".to_owned(),
                office: None,
                question: question.to_owned(),
                lang: "en".to_owned(),
                asks: Vec::new(),
                due,
            };
            asked.push(
                alpha
                    .api
                    .post::<HandedOver>("/api/v1/inquiries", &request)
                    .await?,
            );
        }
        wait_for("Beta to hold the inquiries", || async {
            Ok(beta.status().await?.inquiries.len() == asked.len())
        })
        .await?;
        for inquiry in asked.iter().take(2) {
            step(beta, &inquiry.item, "acknowledged", None).await?;
            step(beta, &inquiry.item, "opened", Some("A. Lind, duty officer")).await?;
        }
        let answer =
            |item: &HandedOver, outcome: &str, text: Option<&str>, reason: Option<&str>| Answer {
                item: item.item.clone(),
                outcome: outcome.to_owned(),
                reason: reason.map(str::to_owned),
                until: None,
                lang: "en".to_owned(),
                text: text.map(str::to_owned),
            };
        let words = "It was. It has been taken off the net, and its owner informed.";
        let answered = answer(&asked[0], "answered", Some(words), None);
        let _: HandedOver = beta.api.post("/api/v1/answers", &answered).await?;
        let declined = answer(
            &asked[1],
            "declined",
            None,
            Some("A matter before our courts."),
        );
        let declined: HandedOver = beta.api.post("/api/v1/answers", &declined).await?;
        self.last_answer = declined.index.context("the answer waits for clearance")?;
        wait_for("the clock of inquiry 3 to run out", || async {
            let inquiries = alpha.status().await?.inquiries;
            let settled = inquiries
                .iter()
                .filter(|each| each.answer.is_some())
                .count()
                == 2;
            Ok(settled
                && inquiries
                    .iter()
                    .any(|each| each.status.starts_with("overdue")))
        })
        .await?;
        both_receipted(alpha, beta).await?;
        for party in [alpha, beta] {
            self.tell(format!("As {} sees them:", party.name));
            for inquiry in party.status().await?.inquiries {
                self.tell_inquiry(&inquiry);
            }
        }
        Ok(asked)
    }

    fn tell_inquiry(&self, inquiry: &InquiryView) {
        self.tell(format!("  {} “{}”", inquiry.number, inquiry.question));
        for facts in say::delivery(&inquiry.delivery) {
            self.tell(format!("    {facts}"));
        }
        let words = inquiry
            .answer
            .as_deref()
            .map(|words| format!(": “{words}”"))
            .unwrap_or_default();
        self.tell(format!("    {}{words}", inquiry.status));
    }

    async fn cut_line(&mut self, alpha: &Party, beta: &Party) -> anyhow::Result<()> {
        self.chapter("The line is cut; a file goes across instead");
        alpha.line.cut();
        beta.line.cut();
        let passed = pass(alpha, "cyber", sightings("cut", 40)).await?;
        self.tell(format!(
            "Alpha passed {} more items; none of them arrives.",
            passed.passed
        ));
        let carried = carry(alpha, beta, &self.dir.join("to-beta.chancery")).await?;
        self.tell(format!(
            "A bundle on a stick brought Beta {carried} entries, verified as over the line."
        ));
        let back = carry(beta, alpha, &self.dir.join("to-alpha.chancery")).await?;
        self.tell(format!(
            "Another brought Alpha {}, Beta's receipts among what it carried.",
            say::counted(back, "entry back", "entries back")
        ));
        let log = log(alpha, "cyber", alpha).await?;
        let size = log.receipts.first().map_or(0, |receipt| receipt.size);
        ensure!(
            size >= passed.size,
            "the receipts did not come back: {size} of {}",
            passed.size
        );
        self.tell(format!(
            "Alpha, with the line still cut: Beta holds all {size} entries of its cyber log."
        ));
        alpha.line.mend();
        beta.line.mend();
        both_receipted(alpha, beta).await?;
        self.tell("The line is mended; the nodes compare, and nothing is passed twice.");
        Ok(())
    }

    async fn prove(
        &mut self,
        alpha: &Party,
        beta: &Party,
        inquiries: &[HandedOver],
    ) -> anyhow::Result<()> {
        self.chapter("Proofs for an outsider, checked offline with the parties' public keys alone");
        let policy = self.dir.join("policy.txt");
        let request = Prove {
            item: inquiries[1].item.clone(),
            level: "content".to_owned(),
        };
        let proof: ProofView = alpha.api.post("/api/v1/proofs", &request).await?;
        let path = self.dir.join("inquiry-2.tlog-proof");
        file::write_over(&path, proof.proof.as_bytes())?;
        file::write_over(&policy, proof.policy.as_bytes())?;
        self.tell(format!(
            "Inquiry 2 was passed, with these words, and Beta held it ({}):",
            self.named(&path)
        ));
        self.verified(&path, &policy)?;
        let answers = beta.status().await?.inquiries;
        ensure!(
            answers.iter().filter(|each| each.answer.is_some()).count() == 2,
            "two are answered"
        );
        let from = self.last_answer + 1;
        let request = ProveAbsence {
            track: "cyber".to_owned(),
            party: "beta".to_owned(),
            classes: vec!["answer".to_owned()],
            from,
            until: None,
        };
        let proof: ProofView = alpha.api.post("/api/v1/absence-proofs", &request).await?;
        let path = self.dir.join("no-answer.absence.json");
        let absence_policy = self.dir.join("absence-policy.txt");
        file::write_over(&path, proof.proof.as_bytes())?;
        file::write_over(&absence_policy, proof.policy.as_bytes())?;
        self.tell(format!(
            "And to inquiry 3 no answer came: from entry {from} on there is none in Beta's log ({}):",
            self.named(&path)
        ));
        self.verified(&path, &absence_policy)
    }

    fn verified(&self, path: &Path, policy: &Path) -> anyhow::Result<()> {
        for line in verify::proof(path, policy)? {
            self.tell(format!("  {line}"));
        }
        Ok(())
    }

    async fn tamper(&mut self, alpha: &Party, beta: &Party) -> anyhow::Result<()> {
        self.chapter("Somebody at Alpha, with every key, rewrites what was said");
        let report = pass(alpha, "security", note("We will answer within a week.")).await?;
        both_receipted(alpha, beta).await?;
        self.tell(
            "On the security track Alpha said “We will answer within a week.”; Beta receipted it.",
        );
        let genuine = export(alpha, None).await?;
        let path = self.dir.join("alpha-record.chancery");
        file::write_over(&path, &genuine)?;
        let genuine = BundleFile::open(std::fs::File::open(&path)?)?;
        let log = log(alpha, "security", alpha).await?;
        let signer = keys::read_log(&Home::at(&alpha.home), &log.origin.parse()?)?;
        let words = ("within a week", "within a year");
        let forged = forge::forge(
            &genuine,
            &log.hash,
            &signer,
            report.size - 1,
            words,
            NOT_OLD,
        )?;
        let forged_path = self.dir.join("forged.chancery");
        file::write_over(&forged_path, &forged)?;
        self.tell("They make it “within a year”, compute every hash anew, sign again with Alpha's own keys,");
        self.tell(format!(
            "and hand Beta the result as a bundle ({}).",
            self.named(&forged_path)
        ));
        let report = import(beta, forged).await?;
        let refused = report.logs.iter().find_map(|line| line.error.clone());
        let refused = refused.context("the forgery was not refused")?;
        self.tell(format!("Beta refuses: {refused}."));
        let alarms = beta.status().await?.alarms;
        let alarm = alarms
            .iter()
            .find(|alarm| alarm.evidence)
            .context("no evidence was kept")?;
        let asked = format!("/api/v1/evidence?alarm={}", alarm.id);
        let evidence: ProofView = beta.api.get(&asked).await?;
        let path = self.dir.join("fork-evidence.json");
        let policy = self.dir.join("fork-policy.txt");
        file::write_over(&path, evidence.proof.as_bytes())?;
        file::write_over(&policy, evidence.policy.as_bytes())?;
        self.tell(format!(
            "It keeps evidence that convicts without Beta's word ({}):",
            self.named(&path)
        ));
        self.verified(&path, &policy)
    }

    async fn account(
        &mut self,
        alpha: &Party,
        beta: &Party,
        took: Duration,
        keep: bool,
    ) -> anyhow::Result<()> {
        self.chapter("What happened, in short");
        let status = alpha.status().await?;
        let entries: u64 = status
            .tracks
            .iter()
            .flat_map(|track| &track.logs)
            .map(|log| log.size)
            .sum();
        self.tell(format!(
            "{entries} entries in four logs, held by both sides; {} inquiries, one of them overdue;",
            status.inquiries.len()
        ));
        self.tell("one line cut and bridged by a file; one forgery refused. Nothing rested on trust between the two.");
        self.tell(format!(
            "It took {:.0} s. All of it is in {}.",
            took.as_secs_f64(),
            self.named.display()
        ));
        self.chapter("Try next");
        // As this program was called: it need not be installed.
        let program = std::env::args()
            .next()
            .unwrap_or_else(|| "chancery".to_owned());
        let command = |party: &Party, rest: &str| {
            format!("{program} --home {} {rest}", self.named(&party.home))
        };
        for line in [
            command(alpha, "status"),
            command(beta, "show cyber/alpha/5"),
            command(
                alpha,
                "inquire --track cyber --to beta 'And the other one?'",
            ),
            format!(
                "{program} verify {} --policy {}",
                self.named.join("inquiry-2.tlog-proof").display(),
                self.named.join("policy.txt").display()
            ),
        ] {
            self.tell_command(&line);
        }
        if keep {
            self.tell("Both nodes are running. Stop them with Ctrl-C.");
        }
        let told = json!({
            "dir": self.dir, "alpha": alpha.home, "beta": beta.home, "entries": entries,
            "inquiries": status.inquiries.len(), "seconds": took.as_secs_f64(),
        });
        self.out.show(&told, |_| {})
    }
}

/// Later than any checkpoint of the demo, so that the forgery is refused for what it is and not for its date.
const NOT_OLD: u64 = 4_102_444_800;

async fn accept(party: &Party, dialogue: &DialogueView) -> anyhow::Result<DialogueView> {
    let document = dialogue
        .document
        .clone()
        .context("a charter came back without its document")?;
    party
        .api
        .post("/api/v1/dialogues/accept", &Accept { document })
        .await
}

async fn pass(party: &Party, track: &str, bundle: Vec<u8>) -> anyhow::Result<PassReport> {
    let path = format!("/api/v1/pass?track={track}");
    let body = Some(("application/json", bundle));
    let answer = party.api.send(Method::POST, &path, body).await?;
    let report: PassReport = serde_json::from_slice(&answer)?;
    ensure!(
        report.refused == 0,
        "{} objects were refused",
        report.refused
    );
    Ok(report)
}

async fn step(party: &Party, item: &str, step: &str, person: Option<&str>) -> anyhow::Result<()> {
    let request = Step {
        item: item.to_owned(),
        step: step.to_owned(),
        person: person.map(str::to_owned),
    };
    let _: HandedOver = party.api.post("/api/v1/steps", &request).await?;
    Ok(())
}

async fn export(from: &Party, to: Option<&Party>) -> anyhow::Result<Vec<u8>> {
    let to = to.map(|party| party.name.to_lowercase());
    let body = serde_json::to_vec(&Export {
        dialogue: DIALOGUE.to_owned(),
        to,
    })?;
    from.api
        .send(
            Method::POST,
            "/api/v1/export",
            Some(("application/json", body)),
        )
        .await
}

async fn import(at: &Party, bundle: Vec<u8>) -> anyhow::Result<SyncReport> {
    let body = Some(("application/x-tar", bundle));
    let answer = at.api.send(Method::POST, "/api/v1/import", body).await?;
    Ok(serde_json::from_slice(&answer)?)
}

/// Exports at one side, imports at the other; the number of new entries.
async fn carry(from: &Party, to: &Party, path: &Path) -> anyhow::Result<u64> {
    let bundle = export(from, Some(to)).await?;
    file::write_over(path, &bundle)?;
    let report = import(to, bundle).await?;
    if let Some(error) = report.logs.iter().find_map(|line| line.error.as_deref()) {
        anyhow::bail!("the bundle was not taken: {error}");
    }
    Ok(report
        .logs
        .iter()
        .map(|line| line.after - line.before)
        .sum())
}

/// The log that `owner` writes in a track, as `party` sees it.
async fn log(party: &Party, track: &str, owner: &Party) -> anyhow::Result<LogView> {
    let status = party.status().await?;
    let track = status.tracks.into_iter().find(|each| each.name == track);
    track
        .and_then(|track| {
            track
                .logs
                .into_iter()
                .find(|log| log.party == owner.card.party.host)
        })
        .with_context(|| format!("{} has no such log", party.name))
}

/// Waits until each side has countersigned all that the other has, receipts aside.
async fn both_receipted(alpha: &Party, beta: &Party) -> anyhow::Result<()> {
    wait_for("the receipts", || async {
        for party in [alpha, beta] {
            let status = party.status().await?;
            let mut due = status.due_from_us.iter().chain(&status.due_from_others);
            if due.any(|due| due.what == "receipt") {
                return Ok(false);
            }
        }
        Ok(true)
    })
    .await
}

async fn wait_for<F>(what: &str, until: impl Fn() -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<bool>>,
{
    let begun = Instant::now();
    while !until().await? {
        ensure!(
            begun.elapsed() < WAIT_TIME_MAX,
            "waited {WAIT_TIME_MAX:?} for {what} in vain"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
