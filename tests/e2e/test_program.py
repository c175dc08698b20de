"""What holds for all commands: help, usage, output, signals."""

import json
import os
import re
import signal
import subprocess
import unittest

from support import PROGRAM, CliTest, raw, to_lines

COMMANDS = [["init"], ["push"], ["list"], ["list", "features"], ["list", "stores"], ["describe"],
            ["graph"], ["graph", "render"], ["scan"], ["write"], ["read"], ["resolve"], ["status"],
            ["delete"], ["schema"], ["completion"], ["metadata"], ["metadata", "delete"],
            ["metadata", "status"], ["backup"], ["restore"], ["checkpoint"], ["stats"]]


class HelpTest(CliTest):
    def test_help_with_examples(self):
        for command in [[], *COMMANDS]:
            with self.subTest(command):
                outcome = self.run_program(*command, "--help")
                self.assertEqual(outcome.code, 0)
                self.assertEqual(outcome.err, "")
                self.assertIn("Examples:", outcome.out)
                self.assertTrue(outcome.out.endswith("\n"))

    def test_version(self):
        outcome = self.run_program("--version")
        self.assertEqual(outcome.code, 0)
        self.assertRegex(outcome.out, r"^diotima \d+\.\d+\.\d+\nRocksDB \d")

    def test_completion(self):
        for shell in ("bash", "zsh", "fish"):
            script = self.run_program("completion", shell).out
            subprocess.run([shell, "-n"], input=script.encode(), check=True)
        self.fails("completion", "tcsh", run=self.run_program, exit_code=2)


class UsageTest(CliTest):
    def test_usage_errors(self):
        for arguments in ([], ["raed"], ["read"], ["read", "a", "b"], ["read", "a", "--nope"],
                          ["read", "a", "--limit", "x"], ["read", "a", "--format", "xml"],
                          ["list"], ["graph"], ["metadata"], ["read", "a", "--filter"]):
            with self.subTest(arguments):
                outcome = self.run_program("--store", "s.db", *arguments)
                self.assertEqual((outcome.code, outcome.out), (2, ""))
                self.assertEqual(len(outcome.err.splitlines()), 1)
                self.assertTrue(outcome.err.startswith("error: "))
        self.assertIn("'read'", self.run_program("raed").error)
        self.assertEqual(list(self.dir.iterdir()), [self.dir / "features.toml"])

    def test_errors_in_both_json_formats(self):
        for form in ("json", "jsonl"):
            outcome = self.run_program("--format", form, "--store", "none.db", "read", "a")
            self.assertEqual(outcome.code, 1)
            self.assertEqual(json.loads(outcome.err.splitlines()[-1])["error"]["code"], "not_found")
        for form in ("table", "csv"):
            outcome = self.run_program("--format", form, "--store", "none.db", "read", "a")
            self.assertEqual(len(outcome.err.splitlines()), 1)
        outcome = self.run_program("read", "--format=json")
        self.assertEqual(json.loads(outcome.err.splitlines()[-1])["error"]["code"],
                         "invalid_argument")

    def test_global_options_on_both_sides(self):
        self.write("video/raw", [raw(1)])
        for arguments in (["--store", "meta.db", "--graph", "features.toml", "read", "video/raw"],
                          ["read", "video/raw", "--store", "meta.db", "--graph", "features.toml"],
                          ["read", "--store=meta.db", "video/raw", "--graph=features.toml"]):
            self.assertEqual(len(self.run_program(*arguments).lines), 1)

    def test_features_with_names_of_commands(self):
        self.file("features.toml", "".join(
            f'[[features]]\nkey = "{key}"\nid_columns = ["id"]\n' for key in ("read", "list")))
        row = to_lines([{"id": 1, "metaxy_provenance_by_field": {"default": "1"}}])
        for key in ("read", "list"):
            self.ok("write", key, stdin=row)
            self.assertEqual(len(self.read(key)), 1)
        self.assertEqual(len(self.ok("status", "read", "list").lines), 2)


class OutputTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(i, name="n" * 20) for i in range(20000)])
        self.command = [PROGRAM, "--store", "meta.db", "--graph", "features.toml", "read",
                        "video/raw"]

    def test_a_pipe_that_closes_ends_quietly(self):
        process = self.start("read", "video/raw")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        self.assertEqual(process.wait(60), 0)
        process.stdout = None

    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            for command in (("read", "video/raw"), ("list", "features"), ("graph", "render")):
                outcome = self.run_store(*command, stdout=full)
                self.assertEqual(outcome.code, 1)
                self.assertIn("standard output", outcome.error)

    def test_verbose_logs_to_stderr(self):
        outcome = self.ok("--verbose", "read", "video/raw", "--limit", "1")
        self.assertIn("meta.db", outcome.err)
        self.assertEqual(len(outcome.lines), 1)


class TerminalTest(CliTest):
    def test_a_table_in_colour(self):
        self.write("video/raw", [raw(1, name="x")])
        arguments = ("--store", "meta.db", "--graph", "features.toml", "read", "video/raw")
        code, shown = self.run_terminal(*arguments)
        self.assertEqual(code, 0)
        self.assertTrue(shown.startswith("\x1b[1m"), shown)
        plain = re.sub(r"\x1b\[\d*m", "", shown).splitlines()
        self.assertTrue(all(len(line) <= 80 for line in plain), plain)
        self.assertEqual(len(plain), 2)
        _, shown = self.run_terminal(*arguments, env={"NO_COLOR": "1"})
        self.assertNotIn("\x1b", shown)


class InterruptTest(CliTest):
    def interrupt(self, number):
        process = self.start("write", "video/raw", "--format", "json")
        process.stdin.write(to_lines([raw(i) for i in range(100, 20100)]).encode())
        process.stdin.flush()
        self.wait_until_locked()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 128 + number)
        self.assertEqual(out, b"")
        self.assertEqual(json.loads(err.splitlines()[-1])["error"]["code"], "interrupted")

    def test_nothing_is_visible_after_it(self):
        self.write("video/raw", [raw(1)])
        for number in (signal.SIGINT, signal.SIGTERM):
            self.interrupt(number)
            self.assertEqual([r["id"] for r in self.read("video/raw")], [1])
        self.write("video/raw", [raw(2)])
        self.assertEqual([r["id"] for r in self.read("video/raw")], [1, 2])

    def test_a_store_it_created_is_gone(self):
        process = self.start("write", "video/raw")
        self.wait_until(lambda: (self.dir / "meta.db/CURRENT").exists(), "no store is created")
        os.kill(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.assertFalse((self.dir / "meta.db").exists())


if __name__ == "__main__":
    unittest.main()
