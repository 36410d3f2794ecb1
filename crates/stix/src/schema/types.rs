//! The types that observables and their extensions are made of (STIX 2.1 §6).

use super::Constraint::{AtLeastOne, AtLeastOneOwn};
use super::Kind::*;
use super::{FLOAT, INTEGER, NATURAL, Structure, Target, properties};
use crate::vocabulary as v;

/// The sub-types, in the order of the standard.
pub static SUB_TYPES: &[&Structure] = &[
    &EMAIL_MIME_PART,
    &ALTERNATE_DATA_STREAM,
    &WINDOWS_PE_OPTIONAL_HEADER,
    &WINDOWS_PE_SECTION,
    &WINDOWS_REGISTRY_VALUE,
    &X509_V3_EXTENSIONS,
];

/// One part of a multipart email (§6.6.2).
pub static EMAIL_MIME_PART: Structure = Structure {
    name: "email-mime-part-type",
    section: "6.6.2",
    properties: properties![
        body: Optional String,
        body_raw_ref: Optional Reference(Target::Types(&["artifact", "file"])),
        content_type: Optional String,
        content_disposition: Optional String,
    ],
    constraints: &[AtLeastOne(&["body", "body_raw_ref"])],
};

/// NTFS alternate data stream (§6.7.3).
pub static ALTERNATE_DATA_STREAM: Structure = Structure {
    name: "alternate-data-stream-type",
    section: "6.7.3",
    properties: properties![
        name: Required String,
        hashes: Optional Hashes,
        size: Optional NATURAL,
    ],
    constraints: &[],
};

/// Windows PE optional header (§6.7.6).
pub static WINDOWS_PE_OPTIONAL_HEADER: Structure = Structure {
    name: "windows-pe-optional-header-type",
    section: "6.7.6",
    properties: properties![
        magic_hex: Optional Hex,
        major_linker_version: Optional INTEGER,
        minor_linker_version: Optional INTEGER,
        size_of_code: Optional NATURAL,
        size_of_initialized_data: Optional NATURAL,
        size_of_uninitialized_data: Optional NATURAL,
        address_of_entry_point: Optional INTEGER,
        base_of_code: Optional INTEGER,
        base_of_data: Optional INTEGER,
        image_base: Optional INTEGER,
        section_alignment: Optional INTEGER,
        file_alignment: Optional INTEGER,
        major_os_version: Optional INTEGER,
        minor_os_version: Optional INTEGER,
        major_image_version: Optional INTEGER,
        minor_image_version: Optional INTEGER,
        major_subsystem_version: Optional INTEGER,
        minor_subsystem_version: Optional INTEGER,
        win32_version_value_hex: Optional Hex,
        size_of_image: Optional NATURAL,
        size_of_headers: Optional NATURAL,
        checksum_hex: Optional Hex,
        subsystem_hex: Optional Hex,
        dll_characteristics_hex: Optional Hex,
        size_of_stack_reserve: Optional NATURAL,
        size_of_stack_commit: Optional NATURAL,
        size_of_heap_reserve: Optional NATURAL,
        size_of_heap_commit: Optional NATURAL,
        loader_flags_hex: Optional Hex,
        number_of_rva_and_sizes: Optional INTEGER,
        hashes: Optional Hashes,
    ],
    constraints: &[AtLeastOneOwn],
};

/// Windows PE section (§6.7.6).
pub static WINDOWS_PE_SECTION: Structure = Structure {
    name: "windows-pe-section-type",
    section: "6.7.6",
    properties: properties![
        name: Required String,
        size: Optional NATURAL,
        entropy: Optional FLOAT,
        hashes: Optional Hashes,
    ],
    constraints: &[],
};

/// Windows registry value (§6.17.2).
pub static WINDOWS_REGISTRY_VALUE: Structure = Structure {
    name: "windows-registry-value-type",
    section: "6.17.2",
    properties: properties![
        name: Optional String,
        data: Optional String,
        data_type: Optional Enum(&v::WINDOWS_REGISTRY_DATATYPE),
    ],
    constraints: &[AtLeastOneOwn],
};

/// X.509 v3 extensions (§6.18.2).
pub static X509_V3_EXTENSIONS: Structure = Structure {
    name: "x509-v3-extensions-type",
    section: "6.18.2",
    properties: properties![
        basic_constraints: Optional String,
        name_constraints: Optional String,
        policy_constraints: Optional String,
        key_usage: Optional String,
        extended_key_usage: Optional String,
        subject_key_identifier: Optional String,
        authority_key_identifier: Optional String,
        subject_alternative_name: Optional String,
        issuer_alternative_name: Optional String,
        subject_directory_attributes: Optional String,
        crl_distribution_points: Optional String,
        inhibit_any_policy: Optional String,
        private_key_usage_period_not_before: Optional Timestamp,
        private_key_usage_period_not_after: Optional Timestamp,
        certificate_policies: Optional String,
        policy_mappings: Optional String,
    ],
    constraints: &[AtLeastOneOwn],
};
