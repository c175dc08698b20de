"""Runs the program as a user does, in a directory of its own for each test."""

import json
import os
import pathlib
import pty
import select
import shutil
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["DIOTIMA"]
GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"

VIDEOS = """
[[features]]
key = "video/raw"
id_columns = ["id"]
fields = ["audio", "frames"]
columns = { score = "double", taken = "timestamp", day = "date", blob = "bytes" }

[[features]]
key = "video/crop"
id_columns = ["id"]
fields = [
  "audio",
  { key = "frames", deps = [{ feature = "video/raw", fields = ["frames"] }] },
]
deps = [{ feature = "video/raw", select = ["score"] }]

[[features]]
key = "files"
id_columns = ["path"]
fields = ["content", "attributes"]
"""


class Outcome:
    """What a run left: its exit code, and both streams as text."""

    def __init__(self, code, out, err):
        self.code = code
        self.out = out
        self.err = err

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.split("\n") if line]

    @property
    def object(self):
        (only,) = self.lines
        return only

    @property
    def error(self):
        """The line that says what went wrong."""
        (only,) = [line for line in self.err.splitlines() if line.startswith("error: ")]
        return only


def raw(sample, audio="a", frames="f", **columns):
    """A row of video/raw."""
    hashes = {"audio": audio, "frames": frames}
    return {"id": sample, **columns, "metaxy_provenance_by_field": hashes}


def to_lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


class CliTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="diotima-e2e-"))
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.file("features.toml", VIDEOS)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("DIOTIMA")}
        self.env.pop("NO_COLOR", None)

    def file(self, name, content):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def environment(self, more):
        return {**self.env, **(more or {})}

    def run_program(self, *arguments, stdin="", env=None, stdout=subprocess.PIPE, cwd=None):
        """Without any option but those given."""
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)], input=data, stdout=stdout, stderr=subprocess.PIPE,
            cwd=cwd or self.dir, env=self.environment(env), check=False, timeout=120)
        out = (done.stdout or b"").decode()
        return Outcome(done.returncode, out, done.stderr.decode(errors="replace"))

    def run_store(self, *arguments, **more):
        """With the store and the graph of these tests."""
        return self.run_program("--store", "meta.db", "--graph", "features.toml", *arguments, **more)

    def ok(self, *arguments, **more):
        outcome = self.run_store(*arguments, **more)
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome

    def fails(self, *arguments, code="invalid_argument", exit_code=None, run=None, **more):
        """Fails as the contract has it: one line for people, then one of JSON, nothing on stdout."""
        exit_code = exit_code or {"busy": 3, "not_in_sync": 4, "corruption": 5}.get(code, 1)
        outcome = (run or self.run_store)(*arguments, "--format", "json", **more)
        self.assertEqual(outcome.code, exit_code, outcome.err)
        self.assertEqual(outcome.out, "")
        error = json.loads(outcome.err.splitlines()[-1])["error"]
        self.assertEqual(error["code"], code)
        self.assertTrue(outcome.error.startswith("error: "))
        return error["message"]

    def write(self, feature, rows, *arguments):
        return self.ok("write", feature, *arguments, stdin=to_lines(rows)).object

    def read(self, feature, *arguments):
        return self.ok("read", feature, *arguments).lines

    def start(self, *arguments, **more):
        """A run that goes on, with a pipe to its stdin."""
        process = subprocess.Popen(
            [PROGRAM, "--store", "meta.db", "--graph", "features.toml", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.dir,
            env=self.env, **more)
        self.addCleanup(self.stop, process)
        return process

    def wait_until_locked(self, store="meta.db", process=None):
        """Looks at the lock without taking it. Or until the process has ended."""
        def locked():
            if process is not None and process.poll() is not None:
                return True
            path = self.dir / store / "WRITER"
            if not path.exists():
                return False
            inode = path.stat().st_ino
            locks = pathlib.Path("/proc/locks").read_text()
            return f":{inode} " in locks
        self.wait_until(locked, "the store is not locked")

    @staticmethod
    def stop(process):
        if process.poll() is None:
            process.kill()
        process.communicate()

    def wait_until(self, condition, what):
        deadline = time.monotonic() + 30
        while not condition():
            self.assertLess(time.monotonic(), deadline, what)
            time.sleep(0.01)

    def run_terminal(self, *arguments, answer=b"", env=None, meanwhile=lambda pid: None):
        """With all three streams on a terminal: the exit code, and what it showed. `meanwhile` is
        done while it runs, and may not wait for its end."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.dir)
            os.execve(PROGRAM, [PROGRAM, *arguments], {"TERM": "xterm", **self.environment(env)})
        shown = b""
        if answer:
            os.write(terminal, answer)
        meanwhile(pid)
        while True:
            ready, _, _ = select.select([terminal], [], [], 60)
            self.assertTrue(ready, "the program says nothing")
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status), shown.decode().replace("\r\n", "\n")
