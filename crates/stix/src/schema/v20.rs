//! What STIX 2.0 has otherwise: its twelve domain objects, its relationships and markings
//! (STIX 2.0 parts 1 and 2), and the observables that live inside observed data (part 4).
//!
//! Sections of STIX 2.0 are written with the part they are in.

use super::Constraint::{After, AtLeastOne, AtLeastOneOwn, NotBefore, NotBoth, Requires, Unless};
use super::Kind::*;
use super::common::{EXTERNAL_REFERENCE, GRANULAR_MARKING, KILL_CHAIN_PHASE};
use super::{
    Class, Entries, Format, INTEGER, NATURAL, ObjectType, Property, Structure, Target, extensions,
    properties, types,
};
use crate::vocabulary::{self as v, Vocabulary};

/// indicator-label-ov (2.0 part 1 §6.5).
static INDICATOR_LABEL: Vocabulary = Vocabulary {
    name: "indicator-label-ov",
    section: "2.0 part 1 §6.5",
    words: &[
        "anomalous-activity",
        "anonymization",
        "benign",
        "compromised",
        "malicious-activity",
        "attribution",
    ],
};

/// malware-label-ov (2.0 part 1 §6.7).
static MALWARE_LABEL: Vocabulary = Vocabulary {
    name: "malware-label-ov",
    section: "2.0 part 1 §6.7",
    words: &[
        "adware",
        "backdoor",
        "bot",
        "ddos",
        "dropper",
        "exploit-kit",
        "keylogger",
        "ransomware",
        "remote-access-trojan",
        "resource-exploitation",
        "rogue-security-software",
        "rootkit",
        "screen-capture",
        "spyware",
        "trojan",
        "virus",
        "worm",
    ],
};

/// report-label-ov (2.0 part 1 §6.8).
static REPORT_LABEL: Vocabulary = Vocabulary {
    name: "report-label-ov",
    section: "2.0 part 1 §6.8",
    words: &[
        "threat-report",
        "attack-pattern",
        "campaign",
        "identity",
        "indicator",
        "intrusion-set",
        "malware",
        "observed-data",
        "threat-actor",
        "tool",
        "vulnerability",
    ],
};

/// threat-actor-label-ov (2.0 part 1 §6.9).
static THREAT_ACTOR_LABEL: Vocabulary = Vocabulary {
    name: "threat-actor-label-ov",
    section: "2.0 part 1 §6.9",
    words: &[
        "activist",
        "competitor",
        "crime-syndicate",
        "criminal",
        "hacker",
        "insider-accidental",
        "insider-disgruntled",
        "nation-state",
        "sensationalist",
        "spy",
        "terrorist",
    ],
};

/// The common properties of STIX 2.0 (part 1 §3.1); it knew neither confidence nor lang.
static COMMON: &[Property] = properties![
    type: Required Type,
    id: Required OwnId,
    created_by_ref: Optional Reference(Target::Types(&["identity"])),
    created: Required TimestampMillis,
    modified: Required TimestampMillis,
    revoked: Optional Boolean,
    labels: Optional List(&String),
    external_references: Optional List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    spec_version: Optional SpecVersion,
];

/// The properties that markings have instead: they are not versioned (part 1 §4.1).
static MARKING_COMMON: &[Property] = properties![
    type: Required Type,
    id: Required OwnId,
    created_by_ref: Optional Reference(Target::Types(&["identity"])),
    created: Required TimestampMillis,
    external_references: Optional List(&Structure(&EXTERNAL_REFERENCE)),
    object_marking_refs: Optional List(&Reference(Target::Types(&["marking-definition"]))),
    granular_markings: Optional List(&Structure(&GRANULAR_MARKING)),
    spec_version: Optional SpecVersion,
];

/// Observables have no more than a type (part 3 §3.1).
static OBSERVABLE_COMMON: &[Property] =
    properties![type: Required Type, extensions: Optional Extensions];

/// The objects of STIX 2.0, in its order.
pub(super) static TYPES: &[ObjectType] = &[
    ObjectType {
        structure: Structure {
            name: "attack-pattern",
            section: "2.0 part 2 §2.1.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "campaign",
            section: "2.0 part 2 §2.2.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                aliases: Optional List(&String),
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                objective: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "course-of-action",
            section: "2.0 part 2 §2.3.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                action: Forbidden Any,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "identity",
            section: "2.0 part 2 §2.4.1",
            properties: properties![
                labels: Optional List(&String),
                name: Required String,
                description: Optional String,
                identity_class: Required OpenVocab(&v::IDENTITY_CLASS),
                sectors: Optional List(&OpenVocab(&v::INDUSTRY_SECTOR)),
                contact_information: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "indicator",
            section: "2.0 part 2 §2.5.1",
            properties: properties![
                labels: Required List(&OpenVocab(&INDICATOR_LABEL)),
                name: Optional String,
                description: Optional String,
                pattern: Required String,
                valid_from: Required Timestamp,
                valid_until: Optional Timestamp,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
            ],
            constraints: &[After("valid_until", "valid_from")],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "intrusion-set",
            section: "2.0 part 2 §2.6.1",
            properties: properties![
                name: Required String,
                description: Optional String,
                aliases: Optional List(&String),
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                goals: Optional List(&String),
                resource_level: Optional OpenVocab(&v::ATTACK_RESOURCE_LEVEL),
                primary_motivation: Optional OpenVocab(&v::ATTACK_MOTIVATION),
                secondary_motivations: Optional List(&OpenVocab(&v::ATTACK_MOTIVATION)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "malware",
            section: "2.0 part 2 §2.7.1",
            properties: properties![
                labels: Required List(&OpenVocab(&MALWARE_LABEL)),
                name: Required String,
                description: Optional String,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "observed-data",
            section: "2.0 part 2 §2.8.1",
            properties: properties![
                first_observed: Required Timestamp,
                last_observed: Required Timestamp,
                number_observed: Required Integer(1, 999_999_999),
                objects: Required Container,
            ],
            constraints: &[NotBefore("last_observed", "first_observed")],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "report",
            section: "2.0 part 2 §2.9.1",
            properties: properties![
                labels: Required List(&OpenVocab(&REPORT_LABEL)),
                name: Required String,
                description: Optional String,
                published: Required Timestamp,
                object_refs: Required List(&Reference(Target::Object)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "threat-actor",
            section: "2.0 part 2 §2.10.1",
            properties: properties![
                labels: Required List(&OpenVocab(&THREAT_ACTOR_LABEL)),
                name: Required String,
                description: Optional String,
                aliases: Optional List(&String),
                roles: Optional List(&OpenVocab(&v::THREAT_ACTOR_ROLE)),
                goals: Optional List(&String),
                sophistication: Optional OpenVocab(&v::THREAT_ACTOR_SOPHISTICATION),
                resource_level: Optional OpenVocab(&v::ATTACK_RESOURCE_LEVEL),
                primary_motivation: Optional OpenVocab(&v::ATTACK_MOTIVATION),
                secondary_motivations: Optional List(&OpenVocab(&v::ATTACK_MOTIVATION)),
                personal_motivations: Optional List(&OpenVocab(&v::ATTACK_MOTIVATION)),
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "tool",
            section: "2.0 part 2 §2.11.1",
            properties: properties![
                labels: Required List(&OpenVocab(&v::TOOL_TYPE)),
                name: Required String,
                description: Optional String,
                kill_chain_phases: Optional List(&Structure(&KILL_CHAIN_PHASE)),
                tool_version: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "vulnerability",
            section: "2.0 part 2 §2.12.1",
            properties: properties![
                name: Required String,
                description: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sdo,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "relationship",
            section: "2.0 part 2 §3.1.1",
            properties: properties![
                relationship_type: Required Formatted(Format::RelationshipType),
                description: Optional String,
                source_ref: Required Reference(Target::Sdo),
                target_ref: Required Reference(Target::Sdo),
            ],
            constraints: &[],
        },
        class: Class::Sro,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "sighting",
            section: "2.0 part 2 §3.2.1",
            properties: properties![
                first_seen: Optional Timestamp,
                last_seen: Optional Timestamp,
                count: Optional Integer(0, 999_999_999),
                sighting_of_ref: Required Reference(Target::Sdo),
                observed_data_refs: Optional List(&Reference(Target::Types(&["observed-data"]))),
                where_sighted_refs: Optional List(&Reference(Target::Types(&["identity"]))),
                summary: Optional Boolean,
            ],
            constraints: &[],
        },
        class: Class::Sro,
        common: COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "marking-definition",
            section: "2.0 part 1 §4.1.1",
            properties: properties![
                definition_type: Required OpenVocab(&v::MARKING_DEFINITION_TYPE),
                definition: Required MarkingObject,
            ],
            constraints: &[],
        },
        class: Class::Meta,
        common: MARKING_COMMON,
        extensions: &[],
        contributing: &[],
    },
];

/// The observables of STIX 2.0, in its order.
pub(super) static OBSERVABLES: &[ObjectType] = &[
    ObjectType {
        structure: Structure {
            name: "artifact",
            section: "2.0 part 4 §2.1",
            properties: properties![
                mime_type: Optional Formatted(Format::MediaType),
                payload_bin: Optional Binary,
                url: Optional Formatted(Format::Uri),
                hashes: Optional Hashes,
            ],
            constraints: &[
                AtLeastOne(&["payload_bin", "url"]),
                NotBoth("payload_bin", "url"),
                Requires("url", "hashes"),
            ],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "autonomous-system",
            section: "2.0 part 4 §2.2",
            properties: properties![
                number: Required INTEGER,
                name: Optional String,
                rir: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "directory",
            section: "2.0 part 4 §2.3",
            properties: properties![
                path: Required String,
                path_enc: Optional Formatted(Format::CharacterSet),
                created: Optional Timestamp,
                modified: Optional Timestamp,
                accessed: Optional Timestamp,
                contains_refs: Optional List(&Reference(Target::Types(&["file", "directory"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "domain-name",
            section: "2.0 part 4 §2.4",
            properties: properties![
                value: Required Formatted(Format::DomainName),
                resolves_to_refs: Optional List(&Reference(Target::Types(&["ipv4-addr", "ipv6-addr", "domain-name"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "email-addr",
            section: "2.0 part 4 §2.5",
            properties: properties![
                value: Required Formatted(Format::EmailAddress),
                display_name: Optional String,
                belongs_to_ref: Optional Reference(Target::Types(&["user-account"])),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "email-message",
            section: "2.0 part 4 §2.6",
            properties: properties![
                is_multipart: Required Boolean,
                date: Optional Timestamp,
                content_type: Optional String,
                from_ref: Optional Reference(Target::Types(&["email-addr"])),
                sender_ref: Optional Reference(Target::Types(&["email-addr"])),
                to_refs: Optional List(&Reference(Target::Types(&["email-addr"]))),
                cc_refs: Optional List(&Reference(Target::Types(&["email-addr"]))),
                bcc_refs: Optional List(&Reference(Target::Types(&["email-addr"]))),
                subject: Optional String,
                received_lines: Optional List(&String),
                additional_header_fields: Optional Dictionary(Entries::Any),
                body: Optional String,
                body_multipart: Optional List(&Structure(&types::EMAIL_MIME_PART)),
                raw_email_ref: Optional Reference(Target::Types(&["artifact"])),
            ],
            constraints: &[
                Unless("is_multipart", true, "body"),
                Unless("is_multipart", false, "body_multipart"),
            ],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "file",
            section: "2.0 part 4 §2.7",
            properties: properties![
                hashes: Optional Hashes,
                size: Optional NATURAL,
                name: Optional String,
                name_enc: Optional Formatted(Format::CharacterSet),
                magic_number_hex: Optional Hex,
                mime_type: Optional Formatted(Format::MediaType),
                created: Optional Timestamp,
                modified: Optional Timestamp,
                accessed: Optional Timestamp,
                parent_directory_ref: Optional Reference(Target::Types(&["directory"])),
                is_encrypted: Optional Boolean,
                encryption_algorithm: Optional String,
                decryption_key: Optional String,
                contains_refs: Optional List(&Reference(Target::Sco)),
                content_ref: Optional Reference(Target::Types(&["artifact"])),
            ],
            constraints: &[
                AtLeastOne(&["hashes", "name"]),
                Requires("name_enc", "name"),
            ],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[
            &extensions::ARCHIVE,
            &extensions::NTFS,
            &extensions::PDF,
            &extensions::RASTER_IMAGE,
            &extensions::WINDOWS_PEBINARY,
        ],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "ipv4-addr",
            section: "2.0 part 4 §2.8",
            properties: properties![
                value: Required Formatted(Format::Ipv4),
                resolves_to_refs: Optional List(&Reference(Target::Types(&["mac-addr"]))),
                belongs_to_refs: Optional List(&Reference(Target::Types(&["autonomous-system"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "ipv6-addr",
            section: "2.0 part 4 §2.9",
            properties: properties![
                value: Required Formatted(Format::Ipv6),
                resolves_to_refs: Optional List(&Reference(Target::Types(&["mac-addr"]))),
                belongs_to_refs: Optional List(&Reference(Target::Types(&["autonomous-system"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "mac-addr",
            section: "2.0 part 4 §2.10",
            properties: properties![
                value: Required Formatted(Format::Mac),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "mutex",
            section: "2.0 part 4 §2.11",
            properties: properties![
                name: Required String,
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "network-traffic",
            section: "2.0 part 4 §2.12",
            properties: properties![
                start: Optional Timestamp,
                end: Optional Timestamp,
                is_active: Optional Boolean,
                src_ref: Optional Reference(Target::Types(&["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"])),
                dst_ref: Optional Reference(Target::Types(&["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"])),
                src_port: Optional Integer(0, 65_535),
                dst_port: Optional Integer(0, 65_535),
                protocols: Required List(&Formatted(Format::Protocol)),
                src_byte_count: Optional INTEGER,
                dst_byte_count: Optional INTEGER,
                src_packets: Optional INTEGER,
                dst_packets: Optional INTEGER,
                ipfix: Optional Dictionary(Entries::IntegersOrStrings),
                src_payload_ref: Optional Reference(Target::Types(&["artifact"])),
                dst_payload_ref: Optional Reference(Target::Types(&["artifact"])),
                encapsulates_refs: Optional List(&Reference(Target::Types(&["network-traffic"]))),
                encapsulated_by_ref: Optional Reference(Target::Types(&["network-traffic"])),
            ],
            constraints: &[AtLeastOne(&["src_ref", "dst_ref"])],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[
            &extensions::HTTP_REQUEST,
            &extensions::ICMP,
            &extensions::SOCKET,
            &extensions::TCP,
        ],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "process",
            section: "2.0 part 4 §2.13",
            properties: properties![
                is_hidden: Optional Boolean,
                pid: Optional INTEGER,
                name: Optional String,
                created: Optional Timestamp,
                cwd: Optional String,
                arguments: Optional List(&String),
                command_line: Optional String,
                environment_variables: Optional Dictionary(Entries::Strings),
                opened_connection_refs: Optional List(&Reference(Target::Types(&["network-traffic"]))),
                creator_user_ref: Optional Reference(Target::Types(&["user-account"])),
                binary_ref: Optional Reference(Target::Types(&["file"])),
                parent_ref: Optional Reference(Target::Types(&["process"])),
                child_refs: Optional List(&Reference(Target::Types(&["process"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[&extensions::WINDOWS_PROCESS, &extensions::WINDOWS_SERVICE],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "software",
            section: "2.0 part 4 §2.14",
            properties: properties![
                name: Required String,
                cpe: Optional Formatted(Format::Cpe),
                languages: Optional List(&String),
                vendor: Optional String,
                version: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "url",
            section: "2.0 part 4 §2.15",
            properties: properties![
                value: Required Formatted(Format::Uri),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "user-account",
            section: "2.0 part 4 §2.16",
            properties: properties![
                user_id: Required String,
                account_login: Optional String,
                account_type: Optional OpenVocab(&v::ACCOUNT_TYPE),
                display_name: Optional String,
                is_service_account: Optional Boolean,
                is_privileged: Optional Boolean,
                can_escalate_privs: Optional Boolean,
                is_disabled: Optional Boolean,
                account_created: Optional Timestamp,
                account_expires: Optional Timestamp,
                password_last_changed: Optional Timestamp,
                account_first_login: Optional Timestamp,
                account_last_login: Optional Timestamp,
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[&extensions::UNIX_ACCOUNT],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "windows-registry-key",
            section: "2.0 part 4 §2.17",
            properties: properties![
                key: Required Formatted(Format::RegistryKey),
                values: Optional List(&Structure(&types::WINDOWS_REGISTRY_VALUE)),
                modified: Optional Timestamp,
                creator_user_ref: Optional Reference(Target::Types(&["user-account"])),
                number_of_subkeys: Optional INTEGER,
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
    ObjectType {
        structure: Structure {
            name: "x509-certificate",
            section: "2.0 part 4 §2.18",
            properties: properties![
                is_self_signed: Optional Boolean,
                hashes: Optional Hashes,
                version: Optional String,
                serial_number: Optional String,
                signature_algorithm: Optional String,
                issuer: Optional String,
                validity_not_before: Optional Timestamp,
                validity_not_after: Optional Timestamp,
                subject: Optional String,
                subject_public_key_algorithm: Optional String,
                subject_public_key_modulus: Optional String,
                subject_public_key_exponent: Optional INTEGER,
                x509_v3_extensions: Optional Structure(&types::X509_V3_EXTENSIONS),
            ],
            constraints: &[AtLeastOneOwn],
        },
        class: Class::Sco,
        common: OBSERVABLE_COMMON,
        extensions: &[],
        contributing: &[],
    },
];
