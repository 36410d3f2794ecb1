//! The cyber-observable objects (STIX 2.1 §6).

use super::Constraint::{AtLeastOne, AtLeastOneOwn, NotBefore, NotBoth, Requires, Unless};
use super::Kind::*;
use super::common::SCO_COMMON;
use super::{
    Class, Entries, Format, INTEGER, NATURAL, ObjectType, Structure, Target, extensions,
    properties, types,
};
use crate::vocabulary as v;

/// The 18 cyber-observable objects, in the order of the standard.
pub static SCOS: &[ObjectType] = &[
    // §6.1 artifact
    ObjectType {
        structure: Structure {
            name: "artifact",
            section: "6.1.1",
            properties: properties![
                mime_type: Optional Formatted(Format::MediaType),
                payload_bin: Optional Binary,
                url: Optional Formatted(Format::Uri),
                hashes: Optional Hashes,
                encryption_algorithm: Optional Enum(&v::ENCRYPTION_ALGORITHM),
                decryption_key: Optional String,
            ],
            constraints: &[
                AtLeastOne(&["payload_bin", "url"]),
                NotBoth("payload_bin", "url"),
                Requires("url", "hashes"),
                Requires("decryption_key", "encryption_algorithm"),
            ],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["hashes", "payload_bin"],
    },
    // §6.2 autonomous system
    ObjectType {
        structure: Structure {
            name: "autonomous-system",
            section: "6.2.1",
            properties: properties![
                number: Required INTEGER,
                name: Optional String,
                rir: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["number"],
    },
    // §6.3 directory
    ObjectType {
        structure: Structure {
            name: "directory",
            section: "6.3.1",
            properties: properties![
                path: Required String,
                path_enc: Optional Formatted(Format::CharacterSet),
                ctime: Optional Timestamp,
                mtime: Optional Timestamp,
                atime: Optional Timestamp,
                contains_refs: Optional List(&Reference(Target::Types(&["file", "directory"]))),
            ],
            constraints: &[Requires("path_enc", "path")],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["path"],
    },
    // §6.4 domain name
    ObjectType {
        structure: Structure {
            name: "domain-name",
            section: "6.4.1",
            properties: properties![
                value: Required Formatted(Format::DomainName),
                resolves_to_refs: Optional List(&Reference(Target::Types(&["ipv4-addr", "ipv6-addr", "domain-name"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["value"],
    },
    // §6.5 email addr
    ObjectType {
        structure: Structure {
            name: "email-addr",
            section: "6.5.1",
            properties: properties![
                value: Required Formatted(Format::EmailAddress),
                display_name: Optional String,
                belongs_to_ref: Optional Reference(Target::Types(&["user-account"])),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["value"],
    },
    // §6.6 email message
    ObjectType {
        structure: Structure {
            name: "email-message",
            section: "6.6.1",
            properties: properties![
                is_multipart: Required Boolean,
                date: Optional Timestamp,
                content_type: Optional String,
                from_ref: Optional Reference(Target::Types(&["email-addr"])),
                sender_ref: Optional Reference(Target::Types(&["email-addr"])),
                to_refs: Optional List(&Reference(Target::Types(&["email-addr"]))),
                cc_refs: Optional List(&Reference(Target::Types(&["email-addr"]))),
                bcc_refs: Optional List(&Reference(Target::Types(&["email-addr"]))),
                message_id: Optional String,
                subject: Optional String,
                received_lines: Optional List(&String),
                additional_header_fields: Optional Dictionary(Entries::StringLists),
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
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["from_ref", "subject", "body"],
    },
    // §6.7 file
    ObjectType {
        structure: Structure {
            name: "file",
            section: "6.7.1",
            properties: properties![
                hashes: Optional Hashes,
                size: Optional NATURAL,
                name: Optional String,
                name_enc: Optional Formatted(Format::CharacterSet),
                magic_number_hex: Optional Hex,
                mime_type: Optional Formatted(Format::MediaType),
                ctime: Optional Timestamp,
                mtime: Optional Timestamp,
                atime: Optional Timestamp,
                parent_directory_ref: Optional Reference(Target::Types(&["directory"])),
                contains_refs: Optional List(&Reference(Target::Sco)),
                content_ref: Optional Reference(Target::Types(&["artifact"])),
            ],
            constraints: &[
                AtLeastOne(&["hashes", "name"]),
                Requires("name_enc", "name"),
            ],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[
            &extensions::ARCHIVE,
            &extensions::NTFS,
            &extensions::PDF,
            &extensions::RASTER_IMAGE,
            &extensions::WINDOWS_PEBINARY,
        ],
        contributing: &["hashes", "name", "extensions", "parent_directory_ref"],
    },
    // §6.8 ipv4 addr
    ObjectType {
        structure: Structure {
            name: "ipv4-addr",
            section: "6.8.1",
            properties: properties![
                value: Required Formatted(Format::Ipv4),
                resolves_to_refs: Optional List(&Reference(Target::Types(&["mac-addr"]))),
                belongs_to_refs: Optional List(&Reference(Target::Types(&["autonomous-system"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["value"],
    },
    // §6.9 ipv6 addr
    ObjectType {
        structure: Structure {
            name: "ipv6-addr",
            section: "6.9.1",
            properties: properties![
                value: Required Formatted(Format::Ipv6),
                resolves_to_refs: Optional List(&Reference(Target::Types(&["mac-addr"]))),
                belongs_to_refs: Optional List(&Reference(Target::Types(&["autonomous-system"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["value"],
    },
    // §6.10 mac addr
    ObjectType {
        structure: Structure {
            name: "mac-addr",
            section: "6.10.1",
            properties: properties![
                value: Required Formatted(Format::Mac),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["value"],
    },
    // §6.11 mutex
    ObjectType {
        structure: Structure {
            name: "mutex",
            section: "6.11.1",
            properties: properties![
                name: Required String,
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["name"],
    },
    // §6.12 network traffic
    ObjectType {
        structure: Structure {
            name: "network-traffic",
            section: "6.12.1",
            properties: properties![
                start: Optional Timestamp,
                end: Optional Timestamp,
                is_active: Optional Boolean,
                src_ref: Optional Reference(Target::Types(&["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"])),
                dst_ref: Optional Reference(Target::Types(&["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"])),
                src_port: Optional Integer(0, 65_535),
                dst_port: Optional Integer(0, 65_535),
                protocols: Required List(&Formatted(Format::Protocol)),
                src_byte_count: Optional NATURAL,
                dst_byte_count: Optional NATURAL,
                src_packets: Optional NATURAL,
                dst_packets: Optional NATURAL,
                ipfix: Optional Dictionary(Entries::IntegersOrStrings),
                src_payload_ref: Optional Reference(Target::Types(&["artifact"])),
                dst_payload_ref: Optional Reference(Target::Types(&["artifact"])),
                encapsulates_refs: Optional List(&Reference(Target::Types(&["network-traffic"]))),
                encapsulated_by_ref: Optional Reference(Target::Types(&["network-traffic"])),
            ],
            constraints: &[
                AtLeastOne(&["src_ref", "dst_ref"]),
                NotBefore("end", "start"),
                Unless("is_active", true, "end"),
            ],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[
            &extensions::HTTP_REQUEST,
            &extensions::ICMP,
            &extensions::SOCKET,
            &extensions::TCP,
        ],
        contributing: &[
            "start",
            "end",
            "src_ref",
            "dst_ref",
            "src_port",
            "dst_port",
            "protocols",
            "extensions",
        ],
    },
    // §6.13 process
    ObjectType {
        structure: Structure {
            name: "process",
            section: "6.13.1",
            properties: properties![
                is_hidden: Optional Boolean,
                pid: Optional INTEGER,
                created_time: Optional Timestamp,
                cwd: Optional String,
                command_line: Optional String,
                environment_variables: Optional Dictionary(Entries::Strings),
                opened_connection_refs: Optional List(&Reference(Target::Types(&["network-traffic"]))),
                creator_user_ref: Optional Reference(Target::Types(&["user-account"])),
                image_ref: Optional Reference(Target::Types(&["file"])),
                parent_ref: Optional Reference(Target::Types(&["process"])),
                child_refs: Optional List(&Reference(Target::Types(&["process"]))),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[&extensions::WINDOWS_PROCESS, &extensions::WINDOWS_SERVICE],
        contributing: &[],
    },
    // §6.14 software
    ObjectType {
        structure: Structure {
            name: "software",
            section: "6.14.1",
            properties: properties![
                name: Required String,
                cpe: Optional Formatted(Format::Cpe),
                swid: Optional String,
                languages: Optional List(&Formatted(Format::Language)),
                vendor: Optional String,
                version: Optional String,
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["name", "cpe", "swid", "vendor", "version"],
    },
    // §6.15 url
    ObjectType {
        structure: Structure {
            name: "url",
            section: "6.15.1",
            properties: properties![
                value: Required Formatted(Format::Uri),
            ],
            constraints: &[],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["value"],
    },
    // §6.16 user account
    ObjectType {
        structure: Structure {
            name: "user-account",
            section: "6.16.1",
            properties: properties![
                user_id: Optional String,
                credential: Optional String,
                account_login: Optional String,
                account_type: Optional OpenVocab(&v::ACCOUNT_TYPE),
                display_name: Optional String,
                is_service_account: Optional Boolean,
                is_privileged: Optional Boolean,
                can_escalate_privs: Optional Boolean,
                is_disabled: Optional Boolean,
                account_created: Optional Timestamp,
                account_expires: Optional Timestamp,
                credential_last_changed: Optional Timestamp,
                account_first_login: Optional Timestamp,
                account_last_login: Optional Timestamp,
            ],
            constraints: &[AtLeastOneOwn],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[&extensions::UNIX_ACCOUNT],
        contributing: &["account_type", "user_id", "account_login"],
    },
    // §6.17 windows registry key
    ObjectType {
        structure: Structure {
            name: "windows-registry-key",
            section: "6.17.1",
            properties: properties![
                key: Optional Formatted(Format::RegistryKey),
                values: Optional List(&Structure(&types::WINDOWS_REGISTRY_VALUE)),
                modified_time: Optional Timestamp,
                creator_user_ref: Optional Reference(Target::Types(&["user-account"])),
                number_of_subkeys: Optional INTEGER,
            ],
            constraints: &[AtLeastOneOwn],
        },
        class: Class::Sco,
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["key", "values"],
    },
    // §6.18 x509 certificate
    ObjectType {
        structure: Structure {
            name: "x509-certificate",
            section: "6.18.1",
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
        common: SCO_COMMON,
        extensions: &[],
        contributing: &["hashes", "serial_number"],
    },
];
