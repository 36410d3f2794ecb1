//! The extensions that the standard predefines (STIX 2.1 §3.10, §6).

use super::Constraint::AtLeastOneOwn;
use super::Kind::*;
use super::{Entries, Format, INTEGER, NATURAL, Structure, Target, properties, types};
use crate::vocabulary as v;

/// The 12 predefined extensions, in the order of the standard.
pub static PREDEFINED: &[&Structure] = &[
    &ARCHIVE,
    &NTFS,
    &PDF,
    &RASTER_IMAGE,
    &WINDOWS_PEBINARY,
    &HTTP_REQUEST,
    &ICMP,
    &SOCKET,
    &TCP,
    &WINDOWS_PROCESS,
    &WINDOWS_SERVICE,
    &UNIX_ACCOUNT,
];

/// Archive file extension (§6.7.2).
pub static ARCHIVE: Structure = Structure {
    name: "archive-ext",
    section: "6.7.2",
    properties: properties![
        contains_refs: Required List(&Reference(Target::Types(&["file", "directory"]))),
    ],
    constraints: &[],
};

/// NTFS file extension (§6.7.3).
pub static NTFS: Structure = Structure {
    name: "ntfs-ext",
    section: "6.7.3",
    properties: properties![
        sid: Optional String,
        alternate_data_streams: Optional List(&Structure(&types::ALTERNATE_DATA_STREAM)),
    ],
    constraints: &[AtLeastOneOwn],
};

/// PDF file extension (§6.7.4).
pub static PDF: Structure = Structure {
    name: "pdf-ext",
    section: "6.7.4",
    properties: properties![
        version: Optional String,
        is_optimized: Optional Boolean,
        document_info_dict: Optional Dictionary(Entries::Strings),
        pdfid0: Optional String,
        pdfid1: Optional String,
    ],
    constraints: &[AtLeastOneOwn],
};

/// Raster image file extension (§6.7.5).
pub static RASTER_IMAGE: Structure = Structure {
    name: "raster-image-ext",
    section: "6.7.5",
    properties: properties![
        image_height: Optional INTEGER,
        image_width: Optional INTEGER,
        bits_per_pixel: Optional INTEGER,
        exif_tags: Optional Dictionary(Entries::IntegersOrStrings),
    ],
    constraints: &[AtLeastOneOwn],
};

/// Windows PE binary file extension (§6.7.6).
pub static WINDOWS_PEBINARY: Structure = Structure {
    name: "windows-pebinary-ext",
    section: "6.7.6",
    properties: properties![
        pe_type: Required OpenVocab(&v::WINDOWS_PEBINARY_TYPE),
        imphash: Optional String,
        machine_hex: Optional Hex,
        number_of_sections: Optional NATURAL,
        time_date_stamp: Optional TimestampSeconds,
        pointer_to_symbol_table_hex: Optional Hex,
        number_of_symbols: Optional NATURAL,
        size_of_optional_header: Optional NATURAL,
        characteristics_hex: Optional Hex,
        file_header_hashes: Optional Hashes,
        optional_header: Optional Structure(&types::WINDOWS_PE_OPTIONAL_HEADER),
        sections: Optional List(&Structure(&types::WINDOWS_PE_SECTION)),
    ],
    constraints: &[AtLeastOneOwn],
};

/// HTTP request extension (§6.12.2).
pub static HTTP_REQUEST: Structure = Structure {
    name: "http-request-ext",
    section: "6.12.2",
    properties: properties![
        request_method: Required Formatted(Format::Lower),
        request_value: Required String,
        request_version: Optional Formatted(Format::Lower),
        request_header: Optional Dictionary(Entries::StringLists),
        message_body_length: Optional INTEGER,
        message_body_data_ref: Optional Reference(Target::Types(&["artifact"])),
    ],
    constraints: &[],
};

/// ICMP extension (§6.12.3).
pub static ICMP: Structure = Structure {
    name: "icmp-ext",
    section: "6.12.3",
    properties: properties![
        icmp_type_hex: Required Hex,
        icmp_code_hex: Required Hex,
    ],
    constraints: &[],
};

/// Network socket extension (§6.12.4).
pub static SOCKET: Structure = Structure {
    name: "socket-ext",
    section: "6.12.4",
    properties: properties![
        address_family: Required Enum(&v::NETWORK_SOCKET_ADDRESS_FAMILY),
        is_blocking: Optional Boolean,
        is_listening: Optional Boolean,
        options: Optional Dictionary(Entries::Integers),
        socket_type: Optional Enum(&v::NETWORK_SOCKET_TYPE),
        socket_descriptor: Optional NATURAL,
        socket_handle: Optional INTEGER,
    ],
    constraints: &[],
};

/// TCP extension (§6.12.5).
pub static TCP: Structure = Structure {
    name: "tcp-ext",
    section: "6.12.5",
    properties: properties![
        src_flags_hex: Optional Hex,
        dst_flags_hex: Optional Hex,
    ],
    constraints: &[AtLeastOneOwn],
};

/// Windows process extension (§6.13.2). The standard prints `windows_title`, the schemas of OASIS
/// and everybody who follows them have `window_title`; both are taken.
pub static WINDOWS_PROCESS: Structure = Structure {
    name: "windows-process-ext",
    section: "6.13.2",
    properties: properties![
        aslr_enabled: Optional Boolean,
        dep_enabled: Optional Boolean,
        priority: Optional Formatted(Format::PriorityClass),
        owner_sid: Optional String,
        window_title: Optional String,
        windows_title: Optional String,
        startup_info: Optional Dictionary(Entries::Any),
        integrity_level: Optional Enum(&v::WINDOWS_INTEGRITY_LEVEL),
    ],
    constraints: &[AtLeastOneOwn],
};

/// Windows service extension (§6.13.3).
pub static WINDOWS_SERVICE: Structure = Structure {
    name: "windows-service-ext",
    section: "6.13.3",
    properties: properties![
        service_name: Optional String,
        descriptions: Optional List(&String),
        display_name: Optional String,
        group_name: Optional String,
        start_type: Optional Enum(&v::WINDOWS_SERVICE_START_TYPE),
        service_dll_refs: Optional List(&Reference(Target::Types(&["file"]))),
        service_type: Optional Enum(&v::WINDOWS_SERVICE_TYPE),
        service_status: Optional Enum(&v::WINDOWS_SERVICE_STATUS),
    ],
    constraints: &[AtLeastOneOwn],
};

/// UNIX account extension (§6.16.2).
pub static UNIX_ACCOUNT: Structure = Structure {
    name: "unix-account-ext",
    section: "6.16.2",
    properties: properties![
        gid: Optional INTEGER,
        groups: Optional List(&String),
        home_dir: Optional String,
        shell: Optional String,
    ],
    constraints: &[AtLeastOneOwn],
};
