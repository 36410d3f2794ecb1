//! Every rule the checker knows, as one table: its stable name, how binding it is, the section
//! that says so, what to tell the reader, and what to do about it.

use std::fmt;

/// How binding a rule is (RFC 2119, as STIX uses it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something that SHOULD be otherwise: a warning.
    Should,
    /// Something that MUST be otherwise: an error.
    Must,
}

/// What the table says of a rule.
struct Row {
    id: &'static str,
    severity: Severity,
    section: &'static str,
    says: &'static str,
    hint: &'static str,
}

macro_rules! rules {
    ($($name:ident $id:literal $severity:ident $section:literal $says:literal $hint:literal;)*) => {
        /// A rule of the standard.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the table says what each rule is about")]
        pub enum Rule {
            $($name,)*
        }

        impl Rule {
            /// Every rule, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            fn row(self) -> &'static Row {
                const TABLE: &[Row] = &[$(Row {
                    id: $id,
                    severity: Severity::$severity,
                    section: $section,
                    says: $says,
                    hint: $hint,
                },)*];
                &TABLE[self as usize]
            }
        }
    };
}

// In `says`, {n} is the name of the property, {v} its value as it stands, {a} the argument of the
// finding: another property, a vocabulary, a data type.
rules! {
    Null "stix.2.null" Must "2" "{n} is null, which is no value of any STIX data type" "leave the property out";
    JsonType "stix.2.type" Must "2" "{n} is {k}, it has to be {a}" "write the value in the JSON type of its data type";
    Binary "stix.2.1.base64" Must "2.1" "{n} is not base64 (RFC 4648)" "encode with the standard alphabet and padding";
    DictionaryEmpty "stix.2.3.empty" Must "2.3" "{n} is an empty dictionary" "leave the property out";
    DictionaryKey "stix.2.3.key" Must "2.3" "the key {n} has other characters than a-z, A-Z, 0-9, hyphen and underscore, or is longer than 250" "choose another key";
    DictionaryKeyCase "stix.2.3.key-case" Should "2.3" "the key {n} is not lower case" "write the key in lower case";
    DictionaryValue "stix.2.3.value" Must "2.3" "the value of the key {n} is {k}, it has to be {a}" "write the value in the type its table asks for";
    Enum "stix.2.4.enum" Must "2.4" "{v} is not in {a}, which is closed" "take one of the words of the enumeration";
    ExternalReferenceCve "stix.2.5.cve" Must "4.19.1" "a CVE has the source name cve and an identifier like CVE-2014-0160" "write source_name cve and external_id CVE-year-number";
    ExternalReferenceCapec "stix.2.5.capec" Must "4.1.1" "a CAPEC has the source name capec and an identifier like CAPEC-550" "write source_name capec and external_id CAPEC-number";
    ExternalReferenceAlgorithm "stix.2.5.algorithm" Must "2.5.1" "{n} is not one of the algorithms that hash-algorithm-ov lists" "use a name of hash-algorithm-ov";
    ExternalReferenceHashes "stix.2.5.hashes" Should "2.5.1" "the reference has a url but no hashes of its contents" "add hashes, SHA-256 at best";
    HashesEmpty "stix.2.7.empty" Must "2.7" "{n} has no hash" "leave the property out";
    HashKey "stix.2.7.key" Must "2.7" "{n} cannot name a hashing algorithm: 3 to 250 of a-z, A-Z, 0-9, hyphen and underscore" "use a name of hash-algorithm-ov";
    HashAlgorithm "stix.2.7.algorithm" Should "2.7" "{n} is not in hash-algorithm-ov" "use a name of hash-algorithm-ov";
    HashValue "stix.2.7.value" Must "2.7" "{v} is not a value of {a}" "check the algorithm and the value";
    Hex "stix.2.8.hex" Must "2.8" "{v} is not an even number of the digits 0-9 and a-f" "write lower-case hexadecimal octets";
    IdForm "stix.2.9.form" Must "2.9" "{v} is not an identifier: a type name, two hyphens and a UUID" "write type--uuid";
    IdUuid "stix.2.9.uuid" Must "2.9" "the UUID of {v} has not the variant of RFC 4122 and a version from 1 to 5" "use a UUID of version 4 or 5";
    IdPrefix "stix.2.9.prefix" Must "2.9" "{v} does not begin with the type of its object" "make prefix and type the same";
    IdVersion4 "stix.2.9.uuid4" Should "2.9" "the UUID of {v} is not of version 4" "use a random UUID for this type";
    IdVersion5 "stix.2.9.uuid5" Should "2.9" "the UUID of {v} is not of version 5" "derive the identifier from the contributing properties";
    IdRandom "stix.2.9.random" Must "2.9" "{v} has to be a UUID of version 4: none of the contributing properties is there" "use a random UUID";
    IdDeterministic "stix.2.9.deterministic" Should "2.9" "{v} is not what its contributing properties give" "derive the identifier anew, or use version 4";
    IntegerRange "stix.2.10.range" Must "2.10" "{v} is out of the range of {n}" "stay within the range the table gives";
    FloatRange "stix.2.6.range" Must "2.6" "{v} is out of the range of {n}" "stay within the range the table gives";
    KillChainForm "stix.2.11.form" Should "2.11" "{v} is not lower case with hyphens between words" "write it in lower case, words separated by hyphens";
    ListEmpty "stix.2.12.empty" Must "2.12" "{n} is an empty list" "leave the property out";
    Container "stix.2.13.container" Must "2.13" "{n} has to be a dictionary of observables, each an object with a type" "give each observable a key and a type";
    ContainerReference "stix.2.13.reference" Must "2.13" "{v} is not a key of the same container" "refer to a key of the container";
    ContainerKey "stix.2.9.container-key" Should "2.9" "the key {n} is not a number from 0 on" "number the observables from 0";
    OpenVocab "stix.2.14.vocab" Should "2.14" "{v} is not in {a}" "take a word of the vocabulary if one fits";
    OpenVocabForm "stix.2.14.form" Should "2.14" "{v} is neither in {a} nor lower case with hyphens between words" "write it in lower case, words separated by hyphens";
    TimestampForm "stix.2.16.form" Must "2.16.1" "{v} is not of the form YYYY-MM-DDTHH:mm:ss[.s+]Z" "write it in UTC with Z";
    TimestampInstant "stix.2.16.instant" Must "2.16.1" "{v} names a day, a time or a leap second that does not exist" "correct the date";
    Object "stix.3.object" Must "3" "a STIX object is a JSON object, this is {k}" "write an object";
    TypeMissing "stix.3.2.type" Must "3.2" "the object has no type" "say what it is";
    TypeName "stix.3.1.type-name" Must "3.1" "{v} cannot name a type: 3 to 250 of a-z, 0-9 and hyphen, a letter first" "choose another name";
    TypeHyphens "stix.11.2.1.type-hyphens" Must "7.3.2" "{v} has a hyphen after a hyphen" "choose another name";
    Required "stix.3.1.required" Must "3.1" "the required property {a} is missing" "add it";
    Deprecated "stix.3.1.deprecated" Should "3.1" "{n} is deprecated" "use what replaced it";
    PropertyName "stix.11.1.name" Must "11.1.1" "{n} cannot name a property: 3 to 250 of a-z, 0-9 and underscore, a letter first" "choose another name";
    PropertySuffix "stix.3.1.suffix" Should "3.1" "{n} has the suffix of {a} but not its value" "rename the property or correct the value";
    CustomProperty "stix.11.1.extension" Should "11.1" "{n} is not a property of {a} and no extension declares it" "define it in an extension";
    CustomObject "stix.11.2.extension" Should "11.2" "{v} is not a type of the standard and no extension declares it" "define it in an extension";
    Reserved "stix.3.8.reserved" Must "3.8" "{n} is reserved" "use another name";
    NotApplicable "stix.3.2.not-applicable" Should "3.2" "{n} is not in use on {a}" "leave the property out";
    Defanged "stix.3.2.defanged" Must "3.2" "defanged is for observables only" "leave the property out";
    SpecVersion "stix.3.2.spec-version" Must "3.2" "{v} is not the version of the specification, which is {a}" "write 2.1";
    SpecVersionMissing "stix.3.2.spec-version-missing" Must "3.2" "the required property spec_version is missing: {n} came with STIX 2.1" "add spec_version 2.1";
    ImpliedVersion "stix.3.2.implied-version" Should "3.2" "without spec_version this is an object of STIX 2.0, and is judged as one" "add spec_version 2.1 if it is one of STIX 2.1";
    OlderVersion "stix.3.2.older-version" Should "3.2" "{v} is an older version of the specification, by which this is judged" "upgrade it to STIX 2.1";
    Precision "stix.3.2.milliseconds" Must "3.2" "{v} is less precise than a millisecond" "write three digits after the decimal point";
    ModifiedBeforeCreated "stix.3.2.modified" Must "3.2" "modified is before created" "correct one of them";
    Language "stix.rfc5646" Must "3.2" "{v} is not a language tag (RFC 5646)" "write a tag such as en or zh-Hant-TW";
    ReferenceTarget "stix.3.3.target" Must "3.3" "{v} may not stand here; this refers to {a}" "refer to an object of the right type";
    AtLeastOne "stix.at-least-one" Must "3.1" "none of the properties of which one is needed is there: {a}" "add one of them";
    NotBoth "stix.not-both" Must "3.1" "{n} may not stand beside {a}" "leave one of them out";
    Requires "stix.requires" Must "3.1" "{n} may not stand without {a}" "add the other or leave this out";
    Unless "stix.unless" Must "3.1" "{n} may not be there because of the value of {a}" "leave one of them out";
    NotBefore "stix.not-before" Must "2.16" "{n} is before {a}" "correct one of them";
    After "stix.after" Must "2.16" "{n} is not after {a}" "correct one of them";
    CharacterSet "stix.3.9.1.charset" Must "3.9.1" "{v} is not the preferred name of a character set in the IANA registry" "use the preferred MIME name";
    ExtensionPlace "stix.3.10.place" Must "3.10" "the extension {n} is not defined for {a}" "use it on its own type";
    ExtensionKey "stix.7.3.key" Should "3.2" "{n} is neither the identifier of an extension definition nor a predefined extension" "define the extension and use its identifier";
    ExtensionId "stix.7.3.id" Must "2.9" "{n} is not the identifier of an extension definition" "use the identifier of the definition";
    ExtensionName "stix.11.3.name" Must "11.3.1" "{n} cannot name a custom extension: lower case, digits and hyphens, ending in -ext" "define an extension and use its identifier";
    ExtensionEmpty "stix.11.3.empty" Must "11.3.1" "the extension {n} has no property" "leave the extension out";
    ExtensionType "stix.7.3.type" Must "3.2" "the extension {n} has no extension_type" "add extension_type";
    ExtensionTypeDeclared "stix.7.3.declared" Should "7.3.1" "{v} is not one of the extension types its definition declares" "use a declared extension type";
    ExtensionRedefines "stix.7.3.redefines" Must "7.3" "an extension may not make {a} a new type; the standard defines it" "use property-extension";
    IndicatorNames "stix.4.7.names" Should "4.7.1" "an indicator should have {a}" "add it, so that people understand the indicator";
    Pattern "stix.9.pattern" Must "9" "the pattern is not a STIX pattern" "correct the pattern";
    PatternRule "stix.9.pattern-rule" Must "9" "the pattern breaks the rule {a}" "correct the pattern";
    PatternNames "stix.9.names" Must "3.1" "the pattern names a type or a property that cannot have that name" "names are 3 to 250 of a-z, 0-9 and - or _";
    PatternAdvice "stix.9.pattern-advice" Should "9" "the pattern breaks the rule {a}" "look whether it says what is meant";
    PatternValidity "stix.9.5.1.validity" Should "9.5.1" "{a} of the pattern is outside of valid_from and valid_until" "look for what the indicator is valid for, or correct one of them";
    Country "stix.4.10.country" Should "4.10.1" "{v} is not an ISO 3166-1 alpha-2 code" "use the two-letter code";
    AdministrativeArea "stix.4.10.area" Should "4.10.1" "{v} is not an ISO 3166-2 code" "use a code such as US-PA";
    LocationCoordinates "stix.4.10.precision" Should "4.10" "a location given by coordinates should say how precise they are" "add precision";
    MalwareFamilyName "stix.4.11.name" Must "4.11.1" "a malware family has to have a name" "add name";
    ProductForm "stix.4.12.product" Should "4.12.1" "{v} is not lower case with dashes between words" "write it in lower case, words separated by dashes";
    ObservedNothing "stix.4.14.sco" Must "4.14.1" "object_refs refers to no observable" "refer to at least one observable";
    RelationshipType "stix.5.1.type" Must "5.1.2" "{v} has other characters than a-z, 0-9 and hyphen" "write it in lower case with hyphens";
    RelationshipListed "stix.5.1.listed" Should "5.1.2" "{v} is not a relationship the standard lists for these types" "use a listed relationship if one fits";
    MediaType "stix.6.media-type" Should "6.7.1" "{v} is not a registered media type" "use a type of the IANA registry";
    Uri "stix.rfc3986" Must "6.15.1" "{v} is not a URI (RFC 3986)" "percent-encode what may not stand in a URI, or use another property";
    DomainName "stix.6.4.value" Must "6.4.1" "{v} is not a domain name (RFC 1034, RFC 5890)" "correct the name";
    EmailAddress "stix.6.5.value" Must "6.5.1" "{v} is not an address of the form addr-spec (RFC 5322)" "leave the display name out";
    Ipv4 "stix.6.8.value" Must "6.8.1" "{v} is not an IPv4 address or CIDR block" "correct the address";
    Ipv6 "stix.6.9.value" Must "6.9.1" "{v} is not an IPv6 address or CIDR block" "correct the address";
    Mac "stix.6.10.value" Must "6.10.1" "{v} is not a lower-case, colon-delimited MAC-48 address" "write it like 00:00:ab:cd:ef:01";
    PeSeconds "stix.6.7.6.seconds" Must "6.7.6" "{v} is not precise to the second" "leave the fraction out";
    Ports "stix.6.12.ports" Should "6.12" "network traffic should have {a}" "add it if it is known";
    Protocol "stix.6.12.protocol" Should "6.12.1" "{v} is not the form of an IANA service name" "use the registered name, in lower case";
    Lower "stix.6.12.2.lower" Should "6.12.2" "{v} is not lower case" "write it in lower case";
    PriorityClass "stix.6.13.2.priority" Should "6.13.2" "{v} does not end in _CLASS" "use the name of the Windows priority class";
    ProcessEmpty "stix.6.13.empty" Must "6.13" "a process has to have a property of its own or an extension" "add one";
    Cpe "stix.6.14.cpe" Must "6.14.1" "{v} is not a CPE 2.3 formatted string" "write it like cpe:2.3:a:vendor:product:1.0:*:*:*:*:*:*:*";
    RegistryHive "stix.6.17.hive" Must "6.17.1" "the hive of {v} is abbreviated" "write the hive out, HKEY_LOCAL_MACHINE for example";
    ContentsKey "stix.7.1.key" Must "7.1.1" "{n} is not a language tag (RFC 5646)" "use a tag such as de";
    ContentsValue "stix.7.1.value" Must "7.1.1" "{n} has to be {a}" "mirror the properties of the target";
    TranslationLength "stix.7.1.length" Must "7.1.1" "{n} has not as many items as {a}" "write an empty string for an item that is not translated";
    MarkingVersioned "stix.7.2.1.versioned" Must "7.2.1" "a marking definition cannot be versioned: {n}" "make a new marking definition";
    MarkingMissing "stix.7.2.1.missing" Must "7.2.1" "a marking definition without extensions has to have {a}" "add it";
    MarkingObject "stix.7.2.1.definition" Must "7.2.1" "the definition has to have {a}, a string" "add it";
    TlpInstance "stix.7.2.1.tlp" Must "7.2.1" "this is not the marking definition the standard prints for {a}; no other may exist" "refer to the standard's own definition";
    TlpIdentifier "stix.7.2.1.tlp-id" Should "7.2.1" "{v} is the identifier of a published marking definition of TLP, and this is another object" "use an identifier of its own";
    Tlp2Instance "stix.tlp2.instance" Should "7.2.1" "this is not the published marking definition of {a}" "refer to the published definition";
    SelfMarking "stix.7.2.1.self" Must "3.2" "a marking definition may not mark itself" "remove the reference";
    SelectorSyntax "stix.7.2.3.syntax" Must "7.2.3" "{v} is not a selector: names and [indexes] separated by dots" "write it like external_references.[0].source_name";
    SelectorTarget "stix.7.2.3.target" Must "7.2.3" "{v} selects nothing in this object" "select what is there";
    SelectorsTooMany "limit.selectors" Must "7.2.3" "an object may have at most 1000 selectors here" "mark larger parts of the object";
    ExtensionDescription "stix.7.3.1.description" Should "7.3.1" "an extension definition should have a description" "say what it is for";
    ExtensionProperties "stix.7.3.1.properties" Must "7.3.1" "extension_properties is only for toplevel-property-extension" "leave it out or declare the type";
    ExtensionPropertyName "stix.7.3.2.name" Must "7.3.2" "{v} cannot name a property: 3 to 250 of a-z, 0-9 and underscore, a letter first" "choose another name";
    ExtensionPropertiesMissing "stix.7.3.1.no-properties" Should "7.3.1" "a toplevel-property-extension should list its extension_properties" "list the properties";
    BundleEmptyList "stix.8.empty" Must "8.1" "the bundle has an empty list of objects" "leave objects out";
    BundleProperty "stix.8.property" Should "8" "{n} is not a property of a bundle" "put it on an object";
    BundleNested "stix.8.nested" Must "8.1" "a bundle is no STIX object and may not stand in a bundle" "put its objects into the outer bundle";
    VersionCreated "stix.3.2.created" Must "3.2" "created is not what another version of this object has" "keep created as the first version has it";
    VersionCreator "stix.3.6.creator" Must "3.6" "{v} is not who created another version of this object" "make an object of your own, under a new id";
    VersionAfterRevocation "stix.3.6.revoked" Must "3.6" "the object was revoked and has a later version" "make a new object, under a new id";
    ObservableVersioned "stix.3.6.observable" Must "3.6" "{v} is in the namespace that all producers share, and the observable is versioned, which is for its creator alone" "leave created and modified out, or use an identifier of your own";
    VersionConflict "stix.3.6.conflict" Should "3.6" "another object with this id and version came earlier, and differs" "change modified when content changes";
    VersionRepeated "stix.3.6.repeated" Should "3.6" "this object came earlier, with the same id and version" "send it once";
    Milliseconds20 "stix20.3.1.milliseconds" Must "2.0 part 1 §3.1" "{v} is not precise to the millisecond, with exactly three digits, which STIX 2.0 demands" "write three digits after the decimal point";
    Id20 "stix20.2.7.uuid4" Must "2.0 part 1 §2.7" "the UUID of {v} is not of version 4, which STIX 2.0 demands" "use a random UUID";
}

impl Rule {
    /// The stable name.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// How binding it is.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.row().severity
    }

    /// The section of the standard that says so.
    #[must_use]
    pub fn section(self) -> &'static str {
        self.row().section
    }

    /// What it is about, in words that hold for every object.
    #[must_use]
    pub fn summary(self) -> String {
        let says = self.row().says.replace("{n}", "a property");
        let says = says
            .replace("{v}", "the value")
            .replace("{k}", "something else");
        says.replace("{a}", "what its table says")
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(self) -> &'static str {
        self.row().hint
    }

    /// What to tell the reader, with `{n}`, `{v}`, `{k}` and `{a}` in it.
    pub(super) fn says(self) -> &'static str {
        self.row().says
    }

    /// The rule with this stable name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.id() == id)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
