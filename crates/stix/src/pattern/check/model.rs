//! The properties of the cyber-observable objects, as far as object paths need them (STIX 2.1 §6).

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    String,
    Integer,
    Float,
    Boolean,
    Timestamp,
    Binary,
    Hex,
    /// Hash values by name of the algorithm (§2.7).
    Hashes,
    /// A reference to an object of one of these types; to any if there are none.
    Reference(&'static [&'static str]),
    List(&'static Kind),
    /// Values by keys that the standard does not name.
    Dictionary(&'static Kind),
    Object(&'static [Property]),
    /// Predefined extensions by name; others may stand beside them.
    Extensions(&'static [Property]),
    /// The standard leaves it open.
    Any,
}

pub(super) type Property = (&'static str, Kind);

use Kind::{
    Any, Binary, Boolean, Dictionary, Extensions, Float, Hashes, Hex, Integer, List, Object,
    Reference, String, Timestamp,
};

/// Properties of every cyber-observable object (§3.1); extensions are in the types' own tables.
pub(super) const COMMON: &[Property] = &[
    ("type", String),
    ("id", String),
    ("spec_version", String),
    (
        "object_marking_refs",
        List(&Reference(&["marking-definition"])),
    ),
    ("granular_markings", List(&Any)),
    ("defanged", Boolean),
    ("extensions", Extensions(&[])),
];

/// The types in alphabetical order, with their properties.
pub(super) const OBJECTS: &[(&str, &[Property])] = &[
    ("artifact", ARTIFACT),
    ("autonomous-system", AUTONOMOUS_SYSTEM),
    ("directory", DIRECTORY),
    ("domain-name", DOMAIN_NAME),
    ("email-addr", EMAIL_ADDR),
    ("email-message", EMAIL_MESSAGE),
    ("file", FILE),
    ("ipv4-addr", IP_ADDR),
    ("ipv6-addr", IP_ADDR),
    ("mac-addr", &[("value", String)]),
    ("mutex", &[("name", String)]),
    ("network-traffic", NETWORK_TRAFFIC),
    ("process", PROCESS),
    ("software", SOFTWARE),
    ("url", &[("value", String)]),
    ("user-account", USER_ACCOUNT),
    ("windows-registry-key", WINDOWS_REGISTRY_KEY),
    ("x509-certificate", X509_CERTIFICATE),
];

const ARTIFACT: &[Property] = &[
    ("mime_type", String),
    ("payload_bin", Binary),
    ("url", String),
    ("hashes", Hashes),
    ("encryption_algorithm", String),
    ("decryption_key", String),
];

const AUTONOMOUS_SYSTEM: &[Property] = &[("number", Integer), ("name", String), ("rir", String)];

const DIRECTORY: &[Property] = &[
    ("path", String),
    ("path_enc", String),
    ("ctime", Timestamp),
    ("mtime", Timestamp),
    ("atime", Timestamp),
    ("contains_refs", List(&Reference(&["file", "directory"]))),
];

const DOMAIN_NAME: &[Property] = &[
    ("value", String),
    (
        "resolves_to_refs",
        List(&Reference(&["ipv4-addr", "ipv6-addr", "domain-name"])),
    ),
];

const EMAIL_ADDR: &[Property] = &[
    ("value", String),
    ("display_name", String),
    ("belongs_to_ref", Reference(&["user-account"])),
];

const EMAIL_MESSAGE: &[Property] = &[
    ("is_multipart", Boolean),
    ("date", Timestamp),
    ("content_type", String),
    ("from_ref", Reference(&["email-addr"])),
    ("sender_ref", Reference(&["email-addr"])),
    ("to_refs", List(&Reference(&["email-addr"]))),
    ("cc_refs", List(&Reference(&["email-addr"]))),
    ("bcc_refs", List(&Reference(&["email-addr"]))),
    ("message_id", String),
    ("subject", String),
    ("received_lines", List(&String)),
    ("additional_header_fields", Dictionary(&Any)),
    ("body", String),
    ("body_multipart", List(&Object(MIME_PART))),
    ("raw_email_ref", Reference(&["artifact"])),
];

const MIME_PART: &[Property] = &[
    ("body", String),
    ("body_raw_ref", Reference(&["artifact", "file"])),
    ("content_type", String),
    ("content_disposition", String),
];

const FILE: &[Property] = &[
    ("hashes", Hashes),
    ("size", Integer),
    ("name", String),
    ("name_enc", String),
    ("magic_number_hex", Hex),
    ("mime_type", String),
    ("ctime", Timestamp),
    ("mtime", Timestamp),
    ("atime", Timestamp),
    ("parent_directory_ref", Reference(&["directory"])),
    ("contains_refs", List(&Reference(&[]))),
    ("content_ref", Reference(&["artifact"])),
    (
        "extensions",
        Extensions(&[
            (
                "archive-ext",
                Object(&[
                    ("contains_refs", List(&Reference(&["file", "directory"]))),
                    ("comment", String),
                ]),
            ),
            (
                "ntfs-ext",
                Object(&[
                    ("sid", String),
                    ("alternate_data_streams", List(&Object(DATA_STREAM))),
                ]),
            ),
            ("pdf-ext", Object(PDF)),
            ("raster-image-ext", Object(RASTER_IMAGE)),
            ("windows-pebinary-ext", Object(PE_BINARY)),
        ]),
    ),
];

const DATA_STREAM: &[Property] = &[("name", String), ("hashes", Hashes), ("size", Integer)];

const PDF: &[Property] = &[
    ("version", String),
    ("is_optimized", Boolean),
    ("document_info_dict", Dictionary(&Any)),
    ("pdfid0", String),
    ("pdfid1", String),
];

const RASTER_IMAGE: &[Property] = &[
    ("image_height", Integer),
    ("image_width", Integer),
    ("bits_per_pixel", Integer),
    ("exif_tags", Dictionary(&Any)),
];

const PE_BINARY: &[Property] = &[
    ("pe_type", String),
    ("imphash", String),
    ("machine_hex", Hex),
    ("number_of_sections", Integer),
    ("time_date_stamp", Timestamp),
    ("pointer_to_symbol_table_hex", Hex),
    ("number_of_symbols", Integer),
    ("size_of_optional_header", Integer),
    ("characteristics_hex", Hex),
    ("file_header_hashes", Hashes),
    ("optional_header", Object(PE_OPTIONAL_HEADER)),
    ("sections", List(&Object(PE_SECTION))),
];

const PE_OPTIONAL_HEADER: &[Property] = &[
    ("magic_hex", Hex),
    ("major_linker_version", Integer),
    ("minor_linker_version", Integer),
    ("size_of_code", Integer),
    ("size_of_initialized_data", Integer),
    ("size_of_uninitialized_data", Integer),
    ("address_of_entry_point", Integer),
    ("base_of_code", Integer),
    ("base_of_data", Integer),
    ("image_base", Integer),
    ("section_alignment", Integer),
    ("file_alignment", Integer),
    ("major_os_version", Integer),
    ("minor_os_version", Integer),
    ("major_image_version", Integer),
    ("minor_image_version", Integer),
    ("major_subsystem_version", Integer),
    ("minor_subsystem_version", Integer),
    ("win32_version_value_hex", Hex),
    ("size_of_image", Integer),
    ("size_of_headers", Integer),
    ("checksum_hex", Hex),
    ("subsystem_hex", Hex),
    ("dll_characteristics_hex", Hex),
    ("size_of_stack_reserve", Integer),
    ("size_of_stack_commit", Integer),
    ("size_of_heap_reserve", Integer),
    ("size_of_heap_commit", Integer),
    ("loader_flags_hex", Hex),
    ("number_of_rva_and_sizes", Integer),
    ("hashes", Hashes),
];

const PE_SECTION: &[Property] = &[
    ("name", String),
    ("size", Integer),
    ("entropy", Float),
    ("hashes", Hashes),
];

const IP_ADDR: &[Property] = &[
    ("value", String),
    ("resolves_to_refs", List(&Reference(&["mac-addr"]))),
    ("belongs_to_refs", List(&Reference(&["autonomous-system"]))),
];

const ENDPOINT: Kind = Reference(&["ipv4-addr", "ipv6-addr", "mac-addr", "domain-name"]);

const NETWORK_TRAFFIC: &[Property] = &[
    ("start", Timestamp),
    ("end", Timestamp),
    ("is_active", Boolean),
    ("src_ref", ENDPOINT),
    ("dst_ref", ENDPOINT),
    ("src_port", Integer),
    ("dst_port", Integer),
    ("protocols", List(&String)),
    ("src_byte_count", Integer),
    ("dst_byte_count", Integer),
    ("src_packets", Integer),
    ("dst_packets", Integer),
    ("ipfix", Dictionary(&Any)),
    ("src_payload_ref", Reference(&["artifact"])),
    ("dst_payload_ref", Reference(&["artifact"])),
    ("encapsulates_refs", List(&Reference(&["network-traffic"]))),
    ("encapsulated_by_ref", Reference(&["network-traffic"])),
    (
        "extensions",
        Extensions(&[
            ("http-request-ext", Object(HTTP_REQUEST)),
            (
                "icmp-ext",
                Object(&[("icmp_type_hex", Hex), ("icmp_code_hex", Hex)]),
            ),
            ("socket-ext", Object(SOCKET)),
            (
                "tcp-ext",
                Object(&[("src_flags_hex", Hex), ("dst_flags_hex", Hex)]),
            ),
        ]),
    ),
];

const HTTP_REQUEST: &[Property] = &[
    ("request_method", String),
    ("request_value", String),
    ("request_version", String),
    ("request_header", Dictionary(&Any)),
    ("message_body_length", Integer),
    ("message_body_data_ref", Reference(&["artifact"])),
];

const SOCKET: &[Property] = &[
    ("address_family", String),
    ("is_blocking", Boolean),
    ("is_listening", Boolean),
    ("options", Dictionary(&Integer)),
    ("socket_type", String),
    ("socket_descriptor", Integer),
    ("socket_handle", Integer),
];

const PROCESS: &[Property] = &[
    ("is_hidden", Boolean),
    ("pid", Integer),
    ("created_time", Timestamp),
    ("cwd", String),
    ("command_line", String),
    ("environment_variables", Dictionary(&String)),
    (
        "opened_connection_refs",
        List(&Reference(&["network-traffic"])),
    ),
    ("creator_user_ref", Reference(&["user-account"])),
    ("image_ref", Reference(&["file"])),
    ("parent_ref", Reference(&["process"])),
    ("child_refs", List(&Reference(&["process"]))),
    (
        "extensions",
        Extensions(&[
            ("windows-process-ext", Object(WINDOWS_PROCESS)),
            ("windows-service-ext", Object(WINDOWS_SERVICE)),
        ]),
    ),
];

const WINDOWS_PROCESS: &[Property] = &[
    ("aslr_enabled", Boolean),
    ("dep_enabled", Boolean),
    ("priority", String),
    ("owner_sid", String),
    ("window_title", String),
    ("startup_info", Dictionary(&Any)),
    ("integrity_level", String),
];

const WINDOWS_SERVICE: &[Property] = &[
    ("service_name", String),
    ("descriptions", List(&String)),
    ("display_name", String),
    ("group_name", String),
    ("start_type", String),
    ("service_dll_refs", List(&Reference(&["file"]))),
    ("service_type", String),
    ("service_status", String),
];

const SOFTWARE: &[Property] = &[
    ("name", String),
    ("cpe", String),
    ("swid", String),
    ("languages", List(&String)),
    ("vendor", String),
    ("version", String),
];

const USER_ACCOUNT: &[Property] = &[
    ("user_id", String),
    ("credential", String),
    ("account_login", String),
    ("account_type", String),
    ("display_name", String),
    ("is_service_account", Boolean),
    ("is_privileged", Boolean),
    ("can_escalate_privs", Boolean),
    ("is_disabled", Boolean),
    ("account_created", Timestamp),
    ("account_expires", Timestamp),
    ("credential_last_changed", Timestamp),
    ("account_first_login", Timestamp),
    ("account_last_login", Timestamp),
    (
        "extensions",
        Extensions(&[("unix-account-ext", Object(UNIX_ACCOUNT))]),
    ),
];

const UNIX_ACCOUNT: &[Property] = &[
    ("gid", Integer),
    ("groups", List(&String)),
    ("home_dir", String),
    ("shell", String),
];

const WINDOWS_REGISTRY_KEY: &[Property] = &[
    ("key", String),
    (
        "values",
        List(&Object(&[
            ("name", String),
            ("data", String),
            ("data_type", String),
        ])),
    ),
    ("modified_time", Timestamp),
    ("creator_user_ref", Reference(&["user-account"])),
    ("number_of_subkeys", Integer),
];

const X509_CERTIFICATE: &[Property] = &[
    ("is_self_signed", Boolean),
    ("hashes", Hashes),
    ("version", String),
    ("serial_number", String),
    ("signature_algorithm", String),
    ("issuer", String),
    ("validity_not_before", Timestamp),
    ("validity_not_after", Timestamp),
    ("subject", String),
    ("subject_public_key_algorithm", String),
    ("subject_public_key_modulus", String),
    ("subject_public_key_exponent", Integer),
    ("x509_v3_extensions", Object(X509_V3)),
];

const X509_V3: &[Property] = &[
    ("basic_constraints", String),
    ("name_constraints", String),
    ("policy_constraints", String),
    ("key_usage", String),
    ("extended_key_usage", String),
    ("subject_key_identifier", String),
    ("authority_key_identifier", String),
    ("subject_alternative_name", String),
    ("issuer_alternative_name", String),
    ("subject_directory_attributes", String),
    ("crl_distribution_points", String),
    ("inhibit_any_policy", String),
    ("private_key_usage_period_not_before", Timestamp),
    ("private_key_usage_period_not_after", Timestamp),
    ("certificate_policies", String),
    ("policy_mappings", String),
];

/// Returns the properties of a type of the standard, its own.
pub(super) fn properties_of(object_type: &str) -> Option<&'static [Property]> {
    let at = OBJECTS
        .binary_search_by_key(&object_type, |(name, _)| name)
        .ok()?;
    Some(OBJECTS[at].1)
}
