//! The command line: every command, its arguments with their units and defaults, and an example for each.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{audit, collection, feed::Feed, token, user};

/// The heading over the options that every command has, apart from its own.
const EVERY: &str = "Options of every command";

/// A standing dialogue between parties that do not trust each other: what was passed, received,
/// answered or never came is on a record that all of them hold and none can rewrite.
#[derive(Debug, Parser)]
#[command(
    name = "chancery",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(
    after_help = "Start with `chancery demo`: two nodes, a dialogue, a cut line, and proofs.\n\
    Exit codes: 0 done and all holds; 1 it failed; 2 wrong usage; 3 not proved or found faulty;\n\
    4 refused (nothing was changed); 5 the other side or the node cannot be reached;\n\
    6 verified, but without --fingerprint nobody knows whose keys they are."
)]
pub(crate) struct Cli {
    /// The node's directory: settings, keys, record
    #[arg(
        long,
        global = true,
        help_heading = EVERY,
        env = "CHANCERY_HOME",
        default_value = "chancery-home",
        value_name = "DIR"
    )]
    pub home: PathBuf,
    /// Talk to a running node's API at this address instead of the directory's own node
    #[arg(
        long,
        global = true,
        help_heading = EVERY,
        env = "CHANCERY_URL",
        value_name = "URL"
    )]
    pub url: Option<String>,
    /// The token for --url (make one with `chancery token create`)
    #[arg(
        long,
        global = true,
        help_heading = EVERY,
        env = "CHANCERY_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub token: Option<String>,
    /// Print JSON instead of sentences
    #[arg(long, global = true, help_heading = EVERY)]
    pub json: bool,
    /// Print more of what happens (repeat for more still); RUST_LOG is heeded too
    #[arg(short, long, global = true, help_heading = EVERY, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set up this party's node: name, host, keys
    #[command(
        after_help = "Example:\n  chancery init --host cert.alpha.example --name 'Alpha CERT' --listen 0.0.0.0:8443"
    )]
    Init(Init),
    /// Run the node: sync with the other parties, serve them and this party's people and tools
    #[command(after_help = "Example:\n  chancery serve --listen 0.0.0.0:8443 --web 127.0.0.1:8080")]
    Serve(Serve),
    /// Show, check and explain this node's settings
    #[command(subcommand)]
    Config(crate::commands::config::Config),
    /// Ask a running node whether it can do its work; for service managers and containers
    #[command(after_help = "Example:\n  chancery health && echo ready")]
    Health,
    /// Write man pages, or the completions of a shell
    #[command(subcommand)]
    Generate(crate::commands::generate::Generate),
    /// Show this party's signed card, or read another party's and its fingerprint
    #[command(
        after_help = "Examples:\n  chancery card > alpha.card\n  chancery card beta.card        # read its fingerprint over the telephone"
    )]
    Card(Card),
    /// Found, accept and show dialogues
    #[command(subcommand)]
    Dialogue(Dialogue),
    /// List tracks, or make a private one
    #[command(subcommand)]
    Track(Track),
    /// Collections: what TAXII shows of each track, and who may use it
    #[command(subcommand)]
    Collection(collection::Collection),
    /// Users: people and tools that may log in
    #[command(subcommand)]
    User(user::User),
    /// Tokens: what tools log in with
    #[command(subcommand)]
    Token(token::Token),
    /// The trail of what was done here: who, from where, what, what came of it
    #[command(after_help = "Example:\n  chancery audit --limit 200")]
    Audit(audit::Audit),
    /// New keys for this party's logs
    #[command(subcommand)]
    Key(Key),
    /// What waits for clearance before it may leave: look, clear, refuse
    Outbox(crate::commands::outbox::Outbox),
    /// Pull from and push to foreign TAXII 2.1 servers, on a schedule
    #[command(subcommand)]
    Feed(Feed),
    /// Pass information (STIX objects or bundles) on a track
    #[command(
        after_help = "Examples:\n  chancery pass --track cyber attack.json\n  cat bundle.json | chancery pass --track cyber -"
    )]
    Pass(Pass),
    /// Ask the other party something it must answer
    #[command(
        after_help = "Example:\n  chancery inquire --track cyber --to cert.beta.example --due 72h 'Is the host 192.0.2.7 yours?'"
    )]
    Inquire(Inquire),
    /// Answer an inquiry
    #[command(
        after_help = "Examples:\n  chancery answer cyber/cert.alpha.example/17 'It is ours, and was taken off the net.'\n  chancery answer cyber/cert.alpha.example/18 --outcome declined --reason 'A matter before the courts.'"
    )]
    Answer(Answer),
    /// Acknowledge an item in the name of an office
    #[command(after_help = "Example:\n  chancery acknowledge cyber/cert.alpha.example/17")]
    Acknowledge(Acknowledge),
    /// Open an item: print its content and record that a person has read it
    #[command(
        after_help = "Example:\n  chancery open cyber/cert.alpha.example/17 --person 'A. Lind'"
    )]
    Open(Open),
    /// Show one item with its four delivery facts; nothing is recorded
    #[command(after_help = "Example:\n  chancery show cyber/cert.alpha.example/17")]
    Show(Show),
    /// What is due from us, what from them, what is unacknowledged, who is reachable
    #[command(after_help = "Example:\n  chancery status")]
    Status,
    /// Fetch, verify and countersign what the other parties have, now
    #[command(after_help = "Example:\n  chancery sync")]
    Sync,
    /// Write a bundle of the record to a file, for a stick or for an auditor
    #[command(
        after_help = "Examples:\n  chancery export --dialogue 'Alpha-Beta' --to cert.beta.example --out carry.chancery\n  chancery export --dialogue 'Alpha-Beta' --whole --out record.chancery"
    )]
    Export(Export),
    /// Take in a bundle that another party exported
    #[command(after_help = "Example:\n  chancery import carry.chancery")]
    Import(Import),
    /// Write a proof of one item that an outsider can check offline
    #[command(
        after_help = "Example:\n  chancery prove cyber/cert.alpha.example/17 --level content --out item.tlog-proof --policy policy.txt"
    )]
    Prove(Prove),
    /// Write a proof that no item of a class is in a window of a party's log
    #[command(
        after_help = "Example:\n  chancery prove-absence --track cyber --party cert.beta.example --class answer --from 40 --out absence.json"
    )]
    ProveAbsence(ProveAbsence),
    /// Write the evidence kept with an alarm, for an outsider to check
    #[command(
        after_help = "Example:\n  chancery evidence 3 --out fork.json --policy policy.txt\n  chancery verify fork.json --policy policy.txt"
    )]
    Evidence(Evidence),
    /// Write the newest checkpoint of a log that another party has receipted, with every signature held
    #[command(
        after_help = "Example:\n  chancery checkpoint --track cyber --party cert.alpha.example --out checkpoint.txt --policy policy.txt"
    )]
    Checkpoint(Checkpoint),
    /// Check a proof, an absence proof, fork evidence, a card, a charter or an exported record; needs no node
    #[command(after_help = "Example:\n  chancery verify item.tlog-proof --policy policy.txt")]
    Verify(Verify),
    /// Judge STIX by the standard: what is wrong, where, and by which rule; needs no node
    #[command(
        after_help = "Examples:\n  chancery validate bundle.json\n  chancery validate --strict --house-rule 'indicator: description, confidence' feed/\n  generator | chancery validate --jsonl -\n\
        Exit codes: 0 all valid; 3 something is not; 1 something cannot be read; 2 wrong usage."
    )]
    Validate(crate::commands::validate::Validate),
    /// Match a STIX pattern against observed data; needs no node
    #[command(
        after_help = "Examples:\n  chancery match \"[ipv4-addr:value ISSUBSET '198.51.100.0/24'] REPEATS 5 TIMES\" observed.json\n  chancery match --pattern-file indicators.json sightings/\n\
        Exit codes: 0 something matches; 3 nothing does; 1 something cannot be read or judged; 2 wrong usage."
    )]
    Match(crate::commands::r#match::Match),
    /// Write a backup of this node (everything but sign-state and log keys)
    #[command(after_help = "Example:\n  chancery backup --out alpha-2026-11-21.backup")]
    Backup(Backup),
    /// Make a node from a backup; its logs are closed and successors opened
    #[command(after_help = "Example:\n  chancery --home restored restore alpha-2026-11-21.backup")]
    Restore(Restore),
    /// Read the whole record again and check every hash, signature and size
    #[command(after_help = "Example:\n  chancery fsck")]
    Fsck,
    /// Say what is wrong with this node's settings, keys, clock, disk and peers, and what to do
    #[command(after_help = "Example:\n  chancery doctor")]
    Doctor,
    /// The main job in one command: two nodes, a dialogue, a cut line, proofs, a refused forgery
    #[command(after_help = "Example:\n  chancery demo --keep")]
    Demo(Demo),
}

impl Command {
    /// Whether it only reads what a node holds. A node at rest is then left as it is: a restored one is not made to
    /// close its logs because somebody wanted to see what is in it.
    pub(crate) fn only_looks(&self) -> bool {
        match self {
            Self::Card(_)
            | Self::Audit(_)
            | Self::Show(_)
            | Self::Status
            | Self::Prove(_)
            | Self::ProveAbsence(_)
            | Self::Evidence(_)
            | Self::Checkpoint(_)
            | Self::Fsck
            | Self::Doctor => true,
            Self::Dialogue(command) => matches!(command, Dialogue::Show { .. }),
            Self::Track(command) => matches!(command, Track::List),
            Self::Collection(command) => command.only_looks(),
            Self::User(command) => matches!(command, user::User::List | user::User::Show { .. }),
            Self::Token(command) => matches!(command, token::Token::List),
            Self::Outbox(outbox) => outbox.only_looks(),
            Self::Feed(command) => matches!(command, Feed::List | Feed::Show { .. }),
            Self::Init(_)
            | Self::Serve(_)
            | Self::Config(_)
            | Self::Health
            | Self::Generate(_)
            | Self::Key(_)
            | Self::Pass(_)
            | Self::Inquire(_)
            | Self::Answer(_)
            | Self::Acknowledge(_)
            | Self::Open(_)
            | Self::Sync
            | Self::Export(_)
            | Self::Import(_)
            | Self::Verify(_)
            | Self::Validate(_)
            | Self::Match(_)
            | Self::Backup(_)
            | Self::Restore(_)
            | Self::Demo(_) => false,
        }
    }
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// This party's host name; it names the party on the record for good and never changes
    #[arg(long, value_name = "HOST")]
    pub host: String,
    /// The party's name as people know it
    #[arg(long)]
    pub name: String,
    /// Where the other parties reach this node [default: https://HOST:8443]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// The address the node listens on for the other parties; they reach only what is not loopback
    #[arg(long, default_value = "127.0.0.1:8443", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// The office that answers for this party
    #[arg(long, default_value = "Duty desk")]
    pub office: String,
    /// When that office is staffed
    #[arg(long, default_value = "not stated")]
    pub hours: String,
    /// How that office is reached when all else fails: a telephone number
    #[arg(long, default_value = "not stated")]
    pub contact: String,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Listen here for the other parties (mutual TLS) [default: as set at init]
    #[arg(long, value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// Also serve tools and people here: TAXII, the JSON API, health, metrics
    #[arg(long, value_name = "ADDR:PORT")]
    pub web: Option<SocketAddr>,
    /// The TLS certificate of that address with its chain, PEM; needed on any address but loopback
    #[arg(long, value_name = "FILE", requires = "web_key")]
    pub web_cert: Option<PathBuf>,
    /// Its private key, PEM
    #[arg(long, value_name = "FILE", requires = "web_cert")]
    pub web_key: Option<PathBuf>,
    /// How tools outside reach that address, such as `https://taxii.example`
    #[arg(long, value_name = "URL")]
    pub web_url: Option<String>,
}

/// Arguments of `card`.
#[derive(Debug, Args)]
pub(crate) struct Card {
    /// A card file to read; without it, this node's own card is printed
    pub file: Option<PathBuf>,
}

/// Subcommands of `dialogue`.
#[derive(Debug, Subcommand)]
pub(crate) enum Dialogue {
    /// Draft a charter with other parties and sign it
    #[command(
        after_help = "Example:\n  chancery dialogue found --name 'Alpha-Beta' --with beta.card \\\n    --track cyber --track security:open --out alpha-beta.charter"
    )]
    Found(Found),
    /// Accept a charter, or take in the one that all have signed
    #[command(
        after_help = "Example:\n  chancery dialogue accept alpha-beta.charter --out alpha-beta.signed"
    )]
    Accept(Accept),
    /// Show a dialogue: parties, fingerprints, tracks, who has signed
    #[command(after_help = "Example:\n  chancery dialogue show 'Alpha-Beta'")]
    Show {
        /// Name or id; every dialogue without it
        dialogue: Option<String>,
    },
}

/// Arguments of `dialogue found`.
#[derive(Debug, Args)]
pub(crate) struct Found {
    /// The dialogue's name
    #[arg(long)]
    pub name: String,
    /// What it is for, in a sentence
    #[arg(long, default_value = "")]
    pub purpose: String,
    /// The card of another party (repeat for each)
    #[arg(long = "with", value_name = "CARD", required = true)]
    pub with: Vec<PathBuf>,
    /// A track: NAME, then what it asks for: NAME:open, NAME:closed, NAME:ceiling=amber, NAME:clearance=2, or
    /// several of these (repeat for each)
    #[arg(long = "track", value_name = "NAME[:TERM]…", required = true)]
    pub tracks: Vec<String>,
    /// Unreceipted items after which a track's sender stops; 0 for no such limit
    #[arg(long, default_value_t = 4096, value_name = "ITEMS")]
    pub window_items: u64,
    /// Age of the oldest unreceipted item after which a track's sender stops, days; 0 for no such limit
    #[arg(long, default_value_t = 7, value_name = "DAYS")]
    pub window_days: u32,
    /// Where to write the charter
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Arguments of `dialogue accept`.
#[derive(Debug, Args)]
pub(crate) struct Accept {
    /// The charter file
    pub charter: PathBuf,
    /// Where to write it with this party's signature added [default: over the same file]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Subcommands of `track`.
#[derive(Debug, Subcommand)]
pub(crate) enum Track {
    /// Every track of this node, with sizes and what is received
    #[command(after_help = "Example:\n  chancery track list")]
    List,
    /// Make a private track: an ordinary collection of this party alone
    #[command(
        after_help = "Example:\n  chancery track create watchlist --title 'Our own watchlist'"
    )]
    Create {
        /// Lower-case letters, digits and hyphens
        name: String,
        /// The name people see [default: the name]
        #[arg(long)]
        title: Option<String>,
        /// The strictest marking that may be passed: clear, green, amber, amber+strict, red [default: anything]
        #[arg(long, value_name = "LEVEL")]
        ceiling: Option<String>,
        /// How many officers must clear what is passed before it leaves
        #[arg(long, default_value_t = 0, value_name = "OFFICERS")]
        clearance: u8,
    },
}

/// Subcommands of `key`.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// End this party's log on a track in good order and go on in a successor with new keys
    #[command(after_help = "Example:\n  chancery key rotate --track cyber")]
    Rotate {
        /// The track
        #[arg(long, value_name = "TRACK")]
        track: String,
    },
}

/// Arguments of `pass`.
#[derive(Debug, Args)]
pub(crate) struct Pass {
    /// The track, as NAME or DIALOGUE/NAME
    #[arg(long)]
    pub track: String,
    /// Files with a STIX bundle, an object or a list of objects; `-` is standard input
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// How long to wait, in seconds, when the other side has not receipted enough to go on
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub wait: u64,
}

/// Arguments of `inquire`.
#[derive(Debug, Args)]
pub(crate) struct Inquire {
    /// The track
    #[arg(long)]
    pub track: String,
    /// The party asked
    #[arg(long)]
    pub to: String,
    /// The office asked [default: the party's first]
    #[arg(long)]
    pub office: Option<String>,
    /// When the answer is due: an instant (RFC 3339) or a time from now (90s, 30m, 72h, 10d)
    #[arg(long, default_value = "72h", value_name = "WHEN")]
    pub due: String,
    /// The language of the question (BCP 47)
    #[arg(long, default_value = "en", value_name = "LANG")]
    pub lang: String,
    /// A numbered sub-question (repeat for each)
    #[arg(long = "ask", value_name = "TEXT")]
    pub asks: Vec<String>,
    /// The question
    pub question: String,
}

/// How an inquiry is answered.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Outcome {
    /// In full
    Answered,
    /// In part
    Partly,
    /// Not, and why
    Declined,
    /// It is for somebody else
    NotOurs,
    /// Later, and when
    Pending,
}

/// Arguments of `answer`.
#[derive(Debug, Args)]
pub(crate) struct Answer {
    /// The inquiry: TRACK/PARTY/INDEX as it was printed, or ORIGIN#INDEX
    pub item: String,
    /// How it is answered
    #[arg(long, value_enum, default_value_t = Outcome::Answered)]
    pub outcome: Outcome,
    /// Why it is declined
    #[arg(long, required_if_eq("outcome", "declined"), value_name = "TEXT")]
    pub reason: Option<String>,
    /// Until when it is pending: an instant or a time from now
    #[arg(long, required_if_eq("outcome", "pending"), value_name = "WHEN")]
    pub until: Option<String>,
    /// The language of the answer (BCP 47)
    #[arg(long, default_value = "en", value_name = "LANG")]
    pub lang: String,
    /// The answer
    pub text: Option<String>,
}

/// Arguments of `acknowledge`.
#[derive(Debug, Args)]
pub(crate) struct Acknowledge {
    /// The item: TRACK/PARTY/INDEX as it was printed, or ORIGIN#INDEX
    pub item: String,
}

/// Arguments of `open`.
#[derive(Debug, Args)]
pub(crate) struct Open {
    /// The item: TRACK/PARTY/INDEX as it was printed, or ORIGIN#INDEX
    pub item: String,
    /// Who has read it
    #[arg(long)]
    pub person: String,
}

/// Arguments of `show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The item: TRACK/PARTY/INDEX as it was printed, or ORIGIN#INDEX
    pub item: String,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The dialogue, by name or id
    #[arg(long)]
    pub dialogue: String,
    /// The party it is for: leaves out what that party has receipted
    #[arg(long, required_unless_present = "whole", value_name = "PARTY")]
    pub to: Option<String>,
    /// Everything from the beginning, for an auditor or a new mirror
    #[arg(long, conflicts_with = "to")]
    pub whole: bool,
    /// Encrypt to this age recipient (age1…; repeat for each)
    #[arg(long = "age", value_name = "RECIPIENT")]
    pub age: Vec<String>,
    /// Where to write the bundle
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Also write the policy with the keys of every log and party of the dialogue
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Write over files that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The bundle
    pub file: PathBuf,
    /// The age identity file that opens an encrypted bundle
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
}

/// How much of an item a proof discloses.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Level {
    /// Only the class: "this was an inquiry", or was not
    Class,
    /// Also the head: where, when, how long, but not the words
    Head,
    /// Also the content
    Content,
}

/// Arguments of `prove`.
#[derive(Debug, Args)]
pub(crate) struct Prove {
    /// The item: TRACK/PARTY/INDEX as it was printed, or ORIGIN#INDEX
    pub item: String,
    /// What is disclosed
    #[arg(long, value_enum, default_value_t = Level::Content)]
    pub level: Level,
    /// Where to write the proof
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Also write the policy to check it with: the parties' keys
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Write over files that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// Arguments of `prove-absence`.
#[derive(Debug, Args)]
pub(crate) struct ProveAbsence {
    /// The track
    #[arg(long)]
    pub track: String,
    /// The party whose log has none
    #[arg(long)]
    pub party: String,
    /// The class that is absent (repeat for each): information, inquiry, answer, notice, …
    #[arg(long = "class", required = true, value_name = "CLASS")]
    pub classes: Vec<String>,
    /// First index of the window; it begins at the last receipted size before it [default: the first receipted size]
    #[arg(
        long,
        default_value_t = 0,
        hide_default_value = true,
        value_name = "INDEX"
    )]
    pub from: u64,
    /// The index after the window's last [default: the newest receipted]
    #[arg(long, value_name = "INDEX")]
    pub until: Option<u64>,
    /// Where to write the proof
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Also write the policy to check it with
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Write over files that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// Arguments of `evidence`.
#[derive(Debug, Args)]
pub(crate) struct Evidence {
    /// The alarm's number, as `chancery status` shows it
    pub(crate) alarm: u64,
    /// Where to write the evidence
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Also write the policy to check it with
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Write over files that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// Arguments of `checkpoint`.
#[derive(Debug, Args)]
pub(crate) struct Checkpoint {
    /// The track
    #[arg(long)]
    pub(crate) track: String,
    /// The party whose log it is
    #[arg(long)]
    pub(crate) party: String,
    /// Where to write the checkpoint
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Also write the policy to check it with
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Write over files that are there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// What to check
    pub file: PathBuf,
    /// Whose keys to believe (C2SP tlog-policy)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The fingerprint of a party, as read over the telephone (repeat for each); for cards, charters and records
    #[arg(long = "fingerprint", value_name = "XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")]
    pub fingerprints: Vec<String>,
    /// The content, when it lies in a file beside the proof
    #[arg(long, value_name = "FILE")]
    pub content: Option<PathBuf>,
}

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup file
    pub file: PathBuf,
}

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where to put the two nodes; must not exist yet
    #[arg(long, default_value = "chancery-demo", value_name = "DIR")]
    pub dir: PathBuf,
    /// Leave the nodes running at the end, until interrupted
    #[arg(long)]
    pub keep: bool,
}
