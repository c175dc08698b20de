"""Runs the quickstart's job on small trees.

Usage: quickstart_test.py DIOTIMA
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
DIOTIMA = pathlib.Path(sys.argv.pop(1)).resolve()


def run_example(tree, work):
    environment = {**os.environ, "PATH": f"{DIOTIMA.parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [ROOT / "docs/examples/files/run", tree, work],
        env=environment, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )


class QuickstartTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.work = pathlib.Path(directory.name) / "work"
        self.tree = pathlib.Path(directory.name) / "some tree"

    def write_files(self, *names):
        for i, name in enumerate(names):
            file = self.tree / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("a word\n" * i)

    def test_generated_tree(self):
        self.write_files(*(f"{i % 7}/it's file {i}.txt" for i in range(100)), "empty", ".hidden", "ümlaut")
        (self.tree / "0/link").symlink_to(self.tree / "empty")
        (self.tree / "0/dangling").symlink_to("nowhere")
        (self.tree / "0/binary").write_bytes(bytes(range(256)) * 100)
        done = run_example(self.tree, self.work)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn('{"new":104,"stale":0,"orphaned":0', done.stdout)
        again = run_example(self.tree, self.work)
        self.assertEqual(again.returncode, 0, again.stdout)

    def test_names_that_a_shell_would_take_for_its_own(self):
        self.write_files("$(false)", "'; \"`\\", "*!\t")
        done = run_example(self.tree, self.work)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_three_files(self):
        self.write_files("a", "b", "c")
        os.link(self.tree / "a", self.tree / "d")
        done = run_example(self.tree, self.work)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_leaves_the_directory_as_it_is(self):
        self.write_files("a", "b", "c")
        before = {p: (p.stat().st_mode, p.stat().st_mtime_ns, p.read_bytes()) for p in self.tree.iterdir()}
        run_example(self.tree, self.work)
        after = {p: (p.stat().st_mode, p.stat().st_mtime_ns, p.read_bytes()) for p in self.tree.iterdir()}
        self.assertEqual(before, after)

    def fails(self, message, tree, work):
        done = run_example(tree, work)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(f"error: {message}", done.stdout)

    def test_refuses(self):
        self.write_files("a", "b")
        self.fails(f"{self.tree} has 2 files", self.tree, self.work)
        self.fails(f"{self.tree}/a is no directory", self.tree / "a", self.work)
        self.fails(f"{self.tree}/x is no directory", self.tree / "x", self.work)
        self.fails(f"{self.tree}/x is in", self.tree, self.tree / "x")
        self.fails(f"{self.tree} is no directory of this script", self.tree, self.tree)
        self.assertEqual(len(list(self.tree.iterdir())), 2)


if __name__ == "__main__":
    unittest.main()
