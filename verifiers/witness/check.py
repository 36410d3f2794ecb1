#!/usr/bin/env python3
"""Has an ordinary witness follow a log of an export: `check.py EXPORT VERIFIER...`.

Starts witness/run, posts a receipted checkpoint and then the newest with a consistency proof that VERIFIER (a
command line, see `verifiers/run --build`) made from the bundle's tiles, and has VERIFIER check the cosignature.
Then posts what must be refused. Exit code 0 if all went so, 77 if there is no Python for the witness.
"""

import hashlib
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent


def post(url, old, proof, note):
    """tlog-witness add-checkpoint; returns (status, body)."""
    body = f"old {old}\n" + "".join(line + "\n" for line in proof) + "\n" + note
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{url}/add-checkpoint", body.encode()), timeout=30) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as err:
        return err.code, err.read().decode()


def main():
    """Runs the whole conversation."""
    export, verifier = pathlib.Path(sys.argv[1]), sys.argv[2:]
    note = (export / "checkpoint").read_text()
    origin, newest = note.split("\n")[:2]
    h = hashlib.sha256(origin.encode()).hexdigest()
    policy = (export / "policy").read_text()
    log_keys = [line.split()[1] for line in policy.splitlines() if line.startswith(f"log {origin}+")]
    with tarfile.open(export / "bundle.tar") as tar:
        receipts = {int(name.rsplit("/")[-1]): name for name in tar.getnames() if name.startswith(f"receipt/{h}/")}
        first = min(receipts)
        receipt = tar.extractfile(receipts[first]).read().decode()

    def verified(*args):
        done = subprocess.run([*verifier, *args], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{args[0]}: {done.stderr}")
        return json.loads(done.stdout)

    args = ("--policy", str(export / "policy"), "--old", str(first), "--new", newest, "--log", h)
    proof = verified("consistency", str(export / "bundle.tar"), *args)["proof"]
    witness = subprocess.Popen([HERE / "run", origin, min(log_keys, key=len)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        lines = [witness.stdout.readline().split() for _ in range(2)]
        if not all(lines):
            sys.exit(witness.wait())
        url, vkey = lines[0][1], lines[1][1]

        def expect(what, status, *request):
            got, body = post(url, *request)
            print(f"{what}: {got} {body.strip()[:60]}")
            if got != status:
                sys.exit(f"{what}: {status} was expected")
            return body

        expect("first checkpoint", 200, 0, [], receipt)
        expect("a proof with a flaw", 422, first, proof[::-1] + proof[:1], note)
        expect("from a size it has not seen", 409, first + 1, proof, note)
        expect("a root nobody signed", 403, first, proof, note.replace(note.split("\n")[2], receipt.split("\n")[2]))
        cosignature = expect("newest checkpoint", 200, first, proof, note)
        expect("back to the first", 409, 0, [], receipt)

        with tempfile.TemporaryDirectory() as directory:
            paths = [pathlib.Path(directory, name) for name in ("policy", "note")]
            logs = "".join(f"log {key}\n" for key in log_keys)
            paths[0].write_text(f"{logs}witness w {vkey}\nquorum w\n")
            paths[1].write_text(note + cosignature)
            signed = verified("checkpoint", str(paths[1]), "--policy", str(paths[0]))["signed"]
            print(f"cosigned: {signed[-1]}")
    finally:
        witness.stdin.close()
        witness.wait()


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: check.py EXPORT VERIFIER...")
    main()
