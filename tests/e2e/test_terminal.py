"""The program in a terminal as people have it: tmux, narrow and wide."""

import os
import pathlib
import shlex
import subprocess
import time
import unicodedata
import unittest

from support import PROGRAM, CliTest, raw, to_lines

WIDE = "映画の断片"
STORE = "diotima --store meta.db --graph features.toml"


class Terminal:
    """A shell in a tmux of its own."""

    def __init__(self, test, columns, env):
        self.test = test
        self.commands = 0
        self.tmux = ["tmux", "-u", "-f", "/dev/null", "-S", str(test.dir / f"tmux{columns}{len(env)}")]
        self.run("new-session", "-d", "-x", str(columns), "-y", "100",
                 "PS1='ready> ' exec bash --norc --noprofile", env={**test.env, **env})
        test.addCleanup(subprocess.run, [*self.tmux, "kill-server"], check=False)
        self.await_prompt()

    def run(self, *arguments, env=None):
        done = subprocess.run([*self.tmux, *arguments], cwd=self.test.dir, env=env or self.test.env,
                              capture_output=True, check=True)
        return done.stdout.decode()

    def shown(self, *arguments):
        """The lines of the screen, up to the last that is not empty."""
        return self.run("capture-pane", "-p", *arguments).rstrip("\n").split("\n")

    def type(self, text, *keys):
        if text:
            self.run("send-keys", "-l", text)
        for key in keys:
            self.run("send-keys", key)

    def await_shown(self, condition, what):
        def holds():
            return condition(self.shown())
        self.test.wait_until(holds, what)

    def await_prompt(self):
        self.await_shown(lambda lines: lines[-1] == "ready>", "no prompt")

    def lines(self, command, *arguments):
        """What the command prints on a screen that is empty before."""
        self.commands += 1
        self.type(f"clear; {command}; echo end$((100+{self.commands}))", "Enter")
        end = [f"end{100 + self.commands}", "ready>"]
        self.await_shown(lambda lines: lines[-2:] == end, "the command does not end")
        return self.shown(*arguments)[:-2]


def display_width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class TerminalTest(CliTest):
    def setUp(self):
        super().setUp()
        tools = self.dir / "bin"
        tools.mkdir()
        (tools / "diotima").symlink_to(pathlib.Path(PROGRAM).resolve())
        self.env.update(PATH=f"{tools}:{self.env['PATH']}", LC_ALL="C.UTF-8", TERM="xterm")
        self.env.pop("TMUX", None)
        rows = [raw(f"{WIDE}/{i}/" + "x" * (40 * i), audio="a" * 90, score=i / 3, title=WIDE * i,
                    **{f"column_{n}": f"value {n}" for n in range(12)}) for i in range(4)]
        self.write("video/raw", rows)
        self.ok("push")

    def check_table(self, lines, rows, columns):
        """A row is a line, and the header's columns begin where those of the rows do."""
        self.assertEqual(len(lines), rows + 1, "\n".join(lines))
        for line in lines:
            self.assertLessEqual(display_width(line), columns)
            self.assertEqual(line, line.rstrip())

    def test_tables_fit(self):
        for columns in (80, 200):
            terminal = Terminal(self, columns, {})
            with self.subTest(columns=columns):
                self.check_table(terminal.lines(f"{STORE} status"), 3, columns)
                self.check_table(terminal.lines(f"{STORE} list features -v"), 3, columns)
                self.check_table(terminal.lines(f"{STORE} read video/raw"), 4, columns)
                self.check_table(terminal.lines(f"{STORE} history"), 1, columns)
                for command in ("describe video/raw", "stats", "delete video/raw --dry-run"):
                    lines = terminal.lines(f"{STORE} {command}")
                    whole = self.ok(*command.split(), "--format", "table").out.splitlines()
                    self.assertEqual(len(lines), len(whole), "\n".join(lines))
                    for line in lines:
                        self.assertLessEqual(display_width(line), columns)
                for command in ("", "read", "graph render", "delete"):
                    lines = terminal.lines(f"diotima {command} --help")
                    printed = self.run_program(*command.split(), "--help").out
                    for line in lines:
                        self.assertLessEqual(len(line), min(columns, 100))
                    if columns == 80:
                        self.assertEqual("\n".join(lines).strip(), printed.strip())

    def test_colour_and_none(self):
        for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
            shown = "\n".join(Terminal(self, 80, env).lines(f"{STORE} status", "-e"))
            self.assertEqual("\x1b[1m" in shown, coloured, shown)
            self.assertEqual("\x1b[33m" in shown, coloured, shown)

    def test_a_prompt_is_answered(self):
        terminal = Terminal(self, 80, {})
        for answer, rows in (("n", 4), ("y", 0)):
            terminal.type(f"clear; {STORE} delete video/raw --hard --with-feature-history", "Enter")
            terminal.await_shown(lambda lines: "?" in lines[-1], "no question")
            terminal.type(answer, "Enter")
            terminal.await_shown(lambda lines: lines[-1] == "ready>", "no prompt")
            self.assertEqual(self.ok("describe", "video/raw").object["rows"], rows)

    def test_ctrl_c_leaves_a_clean_prompt(self):
        terminal = Terminal(self, 80, {})
        os.mkfifo(self.dir / "pipe")
        terminal.type(f"clear; {STORE} write video/raw pipe", "Enter")
        with open(self.dir / "pipe", "w") as pipe:
            pipe.write(to_lines([raw(str(i)) for i in range(5000)]))
            pipe.flush()
            self.wait_until_locked()
            terminal.type("", "C-c")
            terminal.await_shown(lambda lines: lines[-1] == "ready>", "no prompt")
        self.assertIn("error: interrupted: what was not committed is not there", terminal.shown())
        terminal.type("echo $?", "Enter")
        terminal.await_shown(lambda lines: lines[-2:] == ["130", "ready>"], "another exit code")
        self.assertEqual(self.ok("describe", "video/raw").object["rows"], 4)


if __name__ == "__main__":
    unittest.main()
