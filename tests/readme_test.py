"""Runs what README.md shows.

Usage: readme_test.py DIOTIMA

console  commands after `$ `, and what they print; `…` stands for anything
text     lines that the quickstart prints on a directory with the files of /usr/include, in order
sh       the scripts: their --help, as a test cannot run what runs it
cpp, cmake, toml    a part of a file of docs/examples, which other tests build and run
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
DIOTIMA = pathlib.Path(sys.argv.pop(1)).resolve()
ENVIRONMENT = {**os.environ, "PATH": f"{DIOTIMA.parent}:{os.environ['PATH']}"}
README = (ROOT / "README.md").read_text()


def blocks(language):
    found = re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert found, f"README.md has no block of {language}"
    return found


def pattern(text):
    return ".*".join(map(re.escape, text.split("…")))


def run(script, directory):
    done = subprocess.run(
        ["bash", "-c", script], cwd=directory, env=ENVIRONMENT, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    return done.returncode, done.stdout, done.stderr


class ReadmeTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def test_every_block_is_of_a_kind_that_is_tested(self):
        kinds = set(re.findall(r"^```(\w+)$", README, re.MULTILINE))
        self.assertLessEqual(kinds, {"console", "text", "sh", "cpp", "cmake", "toml"})
        self.assertEqual(README.count("\n```") % 2, 0)

    def test_console(self):
        (self.directory / "docs").symlink_to(ROOT / "docs")
        lines = [line for block in blocks("console") for line in block.splitlines()]
        exports = ""
        while lines:
            command = lines.pop(0).removeprefix("$ ")
            expected = []
            while lines and not lines[0].startswith("$ "):
                expected.append(lines.pop(0))
            if command.startswith("export "):
                exports += command + "\n"
                continue
            code, output, errors = run(exports + command, self.directory)
            self.assertEqual(code, 0, f"{command}\n{errors}")
            self.assertRegex(output, re.compile(r"\A" + "".join(pattern(e) + r"\n" for e in expected) + r"\Z"), command)

    def test_quickstart(self):
        tree = self.directory / "tree"
        (tree / "CLI").mkdir(parents=True)
        for name in ("CLI/App.hpp", "CLI/CLI.hpp", "CLI/Config.hpp", "aio.h"):
            (tree / name).write_text(f"/* {name} */\n")
        code, output, errors = run(f"{ROOT}/docs/examples/files/run {tree} {self.directory}/work", self.directory)
        self.assertEqual(code, 0, output + errors)
        for block in blocks("text"):
            self.assertRegex(output, re.compile(pattern(block), re.DOTALL))

    def test_scripts(self):
        for block in blocks("sh"):
            for line in block.splitlines():
                command = line.split("#")[0].strip()
                code, output, errors = run(f"{command} --help", ROOT)
                self.assertEqual(code, 0, errors)
                self.assertIn(command.removeprefix("./"), output)

    def test_parts_of_the_examples(self):
        for language, glob in {"cpp": "*.cc", "cmake": "CMakeLists.txt", "toml": "*.toml"}.items():
            examples = [e.read_text() for e in (ROOT / "docs/examples").rglob(glob)]
            for block in blocks(language):
                self.assertTrue(any(block in e for e in examples), block)


if __name__ == "__main__":
    unittest.main()
