"""Writes tests/data/deterministic-ids.jsonl.zst: every observable in tests/data, and some made up to
reach every type and corner, with the identifier that PyPI `stix2` derives for it.

    python -m venv v && v/bin/pip install stix2==3.0.2
    v/bin/python tests/oracle/deterministic_ids.py

Needs the `zstd` command to unpack fixtures.
"""

import json
import pathlib
import subprocess

import stix2
import stix2.registry

DATA = pathlib.Path(__file__).parent.parent / "data"
OBSERVABLES = stix2.registry.STIX2_OBJ_MAPS["2.1"]["observables"]

MADE_UP = [
    {"type": "artifact", "payload_bin": "QUJD"},
    {"type": "artifact", "url": "https://example.com/a", "hashes": {"SHA-512": "a" * 128, "SHA-256": "b" * 64}},
    {"type": "autonomous-system", "number": 15139},
    {"type": "directory", "path": "C:\\Windows\\Système32"},
    {"type": "domain-name", "value": "bücher.example"},
    {"type": "email-addr", "value": "john@example.com", "display_name": "John"},
    {"type": "email-message", "is_multipart": False, "subject": "a\tb\u2028\"c\"\\", "body": "\x7f\x01é😀"},
    {"type": "email-message", "is_multipart": True},
    {"type": "file", "hashes": {"SHA-1": "a" * 40, "SHA-256": "b" * 64}, "name": "x", "size": 1},
    {"type": "file", "hashes": {"SHA3-256": "a" * 64}},
    {"type": "file", "name": "foo.pdf", "extensions": {"pdf-ext": {"version": "1.7", "document_info_dict": {"Title": "T"}}}},
    {"type": "file", "name": "a.exe", "parent_directory_ref": "directory--93c0a9b0-520d-545d-9094-1a08ddf46b05",
     "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "sections": [{"name": "CODE", "entropy": 0.061089, "size": 10},
                                                                      {"name": "B", "entropy": 7.0}]}}},
    {"type": "ipv4-addr", "value": "198.51.100.0/24"},
    {"type": "ipv6-addr", "value": "2001:0db8::/96"},
    {"type": "mac-addr", "value": "d2:fb:49:24:37:18"},
    {"type": "mutex", "name": "__CLEANSWEEP__"},
    {"type": "network-traffic", "src_ref": "ipv4-addr--4d22aae0-2bf9-5427-8819-e4f6abf20a53", "protocols": ["tcp"], "src_port": 2487},
    {"type": "network-traffic", "dst_ref": "ipv4-addr--4d22aae0-2bf9-5427-8819-e4f6abf20a53", "protocols": ["ipv4", "tcp", "http"],
     "start": "2015-10-09T05:51:00.5Z", "end": "2015-10-09T05:51:01.123456Z", "is_active": False,
     "extensions": {"tcp-ext": {"src_flags_hex": "00000002"}}},
    {"type": "process", "pid": 1221},
    {"type": "software", "name": "Word", "cpe": "cpe:2.3:a:microsoft:word:2000:*:*:*:*:*:*:*", "vendor": "Microsoft", "version": "2002"},
    {"type": "url", "value": "https://example.com/?q=%20"},
    {"type": "user-account", "user_id": "1001", "account_login": "jdoe", "account_type": "unix"},
    {"type": "user-account", "display_name": "nobody"},
    {"type": "windows-registry-key", "key": "hkey_local_machine\\system\\bar\\foo",
     "values": [{"name": "Foo", "data": "qwerty", "data_type": "REG_SZ"}, {"name": "", "data": "42", "data_type": "REG_DWORD"}]},
    {"type": "windows-registry-key", "number_of_subkeys": 1},
    {"type": "x509-certificate", "issuer": "C=ZA", "serial_number": "36:f7:d4:32:f4:ab:70:ea:d3:ce:98:6e:ea:99:93:49"},
    {"type": "x509-certificate", "hashes": {"MD5": "a" * 32}, "serial_number": "1"},
    {"type": "x509-certificate", "issuer": "C=ZA"},
]


def read(path):
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout.decode()
    return path.read_text()


def walk(value):
    """Yields every top-level observable, wherever it is: in bundles, lists, examples."""
    if isinstance(value, dict):
        if value.get("type") in OBSERVABLES and "id" in value:
            yield value
        for name, member in value.items():
            if not (name == "objects" and isinstance(member, dict)):
                yield from walk(member)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def expected(observable):
    """The identifier, None if there is none, or why `stix2` refuses the observable."""
    properties = {name: value for name, value in observable.items() if name not in ("id", "type")}
    try:
        made = OBSERVABLES[observable["type"]](allow_custom=True, **properties)
        return made._generate_id()
    except Exception as error:  # whatever it is, the library has no opinion then
        return {"refused": type(error).__name__}


def main():
    found = {}
    for path in sorted(DATA.rglob("*")):
        name = path.name.removesuffix(".zst")
        if not path.is_file() or not name.endswith((".json", ".jsonl", ".stix2")) or name == "deterministic-ids.jsonl":
            continue
        text = read(path)
        values = [json.loads(line) for line in text.splitlines()] if name.endswith(".jsonl") else [json.loads(text)]
        for observable in walk(values):
            found[json.dumps(observable, sort_keys=True)] = observable
    rows = []
    for observable in MADE_UP + [found[key] for key in sorted(found)]:
        rows.append(json.dumps({"object": observable, "id": expected(observable)}, ensure_ascii=False))
    output = DATA / "deterministic-ids.jsonl"
    output.write_text("\n".join(rows) + "\n")
    subprocess.run(["zstd", "-q", "-19", "-f", "--rm", output], check=True)
    print(len(rows), "observables,", sum('"refused"' in row for row in rows), "refused by stix2", stix2.__version__)


main()
