"""Starts aics-witness for one log and stops it when standard input closes: `serve.py ORIGIN VKEY [NAME]`."""

import pathlib
import subprocess
import sys
import tempfile
import threading

STARTED = "listening on "


def main():
    """Makes a witness in a temporary directory, prints its URL and vkey, and waits."""
    origin, vkey = sys.argv[1:3]
    name = sys.argv[3] if len(sys.argv) > 3 else "witness.test/w1"
    witness = str(pathlib.Path(sys.executable).with_name("aics-witness"))
    with tempfile.TemporaryDirectory() as directory:
        config = ["--config", f"{directory}/witness.json"]

        def command(*args):
            done = subprocess.run([witness, *args, *config], stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"aics-witness {args[0]}: {done.stderr.strip()}")
            return done.stdout

        printed = command("init", "--name", name)
        own = next(word for word in printed.split() if word.startswith(f"{name}+"))
        command("add-log", "--origin", origin, "--vkey", vkey)
        server = subprocess.Popen(
            [witness, "serve", "--listen", "127.0.0.1:0", *config], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            url = next((line.split(STARTED)[1].split()[0] for line in server.stderr if STARTED in line), None)
            if url is None:
                sys.exit("aics-witness did not start")
            # Nobody else reads its log: a full pipe would stop it.
            threading.Thread(target=lambda: [sys.stderr.write(line) for line in server.stderr], daemon=True).start()
            print(f"url {url}\nvkey {own}", flush=True)
            sys.stdin.read()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
