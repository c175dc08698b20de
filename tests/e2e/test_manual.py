"""Help and the manual page: the same text of every command."""

import re
import subprocess
import unittest

from support import CliTest


class ManualTest(CliTest):
    def help_of(self, *command):
        outcome = self.run_program(*command, "--help")
        self.assertEqual((outcome.code, outcome.err), (0, ""))
        return outcome.out

    def commands(self, *above):
        """All of them, those within others too."""
        found = []
        part = re.search(r"\nCommands:\n((?:  .*\n)+)", self.help_of(*above))
        for name in re.findall(r"^  (\w+)", part[1], re.M) if part else []:
            found += [[*above, name], *self.commands(*above, name)]
        return found

    def man(self, width=80):
        done = subprocess.run(["man", "--warnings", "-l", "diotima.1"], cwd=self.dir,
                              env={**self.env, "MANWIDTH": str(width), "LC_ALL": "C.UTF-8"},
                              capture_output=True, check=True)
        self.assertEqual(done.stderr.decode(), "")
        return done.stdout.decode()

    def test_help_has_examples_and_fits(self):
        commands = self.commands()
        self.assertGreater(len(commands), 25)
        for command in [[], *commands]:
            with self.subTest(command):
                text = self.help_of(*command)
                self.assertRegex(text, r"\nExamples:\n  \S")
                self.assertIn(f"Usage: {' '.join(['diotima', *command])} [OPTIONS]", text)
                for line in text.splitlines():
                    self.assertLessEqual(len(line), 80, line)
                    self.assertEqual(line, line.rstrip())
                self.assertFalse(text.endswith("\n\n"))
                self.assertNotIn("__", text)

    def test_manual(self):
        page = self.run_program("__man").out
        self.file("diotima.1", page)
        self.assertTrue(page.isascii())
        done = subprocess.run(["groff", "-man", "-ww", "-z"], input=page.encode(),
                              capture_output=True, check=True)
        self.assertEqual(done.stderr.decode(), "")
        text = self.man(width=500)
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "FILES",
                        "ENVIRONMENT", "EXIT STATUS", "EXAMPLES"):
            self.assertIn(f"\n{section}\n", text)
        for command in self.commands():
            name = " ".join(["diotima", *command])
            with self.subTest(name):
                begin = re.search(f"^ +{name} \\[OPTIONS\\]", text, re.M).start()
                end = text.find("[OPTIONS]", begin + len(name) + 20)
                part, described = text[begin:end], self.help_of(*command)
                options = set(re.findall(r"^  (?:-\w, )?(-[-\w]+)", described, re.M)) - {"--help"}
                self.assertEqual(options - set(re.findall(r"(?<!\w)-[-\w]+", part)), set())
                for example in re.findall(r"^  (diotima .*)", described, re.M):
                    self.assertIn(example, part)
        for line in self.man().splitlines():
            if " diotima " not in line:  # an example is not broken
                self.assertLessEqual(len(line), 80, line)


if __name__ == "__main__":
    unittest.main()
