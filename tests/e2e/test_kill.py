"""Commands are killed at random moments: the store holds the state before or after.

DIOTIMA_KILL_ROUNDS says how many (default 100), DIOTIMA_KILL_SEED with which choices.
"""

import json
import os
import random
import shutil
import subprocess
import time
import unittest

from support import PROGRAM, CliTest, raw, to_lines

ROUNDS = int(os.environ.get("DIOTIMA_KILL_ROUNDS", "100"))
SEED = int(os.environ.get("DIOTIMA_KILL_SEED", random.randrange(10**9)))
BACKUPS = "backups"
FEATURES = ("video/raw", "video/crop", "files")
TIMES = ("metaxy_created_at", "metaxy_updated_at", "metaxy_deleted_at")
OLD = {"metaxy_feature_version": "old", "metaxy_project_version": "p"}
# The commands that make something beside the store, where no store may be but a whole one.
MAKING = {"restore", "checkpoint", "init"}


class KillTest(CliTest):
    def state(self, store="meta.db"):
        """All that is stored, but for the times of commits."""
        found = []
        for feature in FEATURES:
            outcome = self.run_program(
                "--store", store, "--graph", "features.toml", "--format", "jsonl", "read", feature,
                "--with-feature-history", "--with-sample-history", "--include-soft-deleted")
            if outcome.code != 0:
                error = json.loads(outcome.err.splitlines()[-1])["error"]
                self.assertEqual(error["code"], "not_found", outcome.err)
            rows = [{k: v is not None if k in TIMES else v for k, v in row.items()}
                    for row in outcome.lines]
            found.append(sorted(json.dumps(row, sort_keys=True) for row in rows))
        history = self.run_program("--store", store, "history", "--format", "jsonl")
        self.assertEqual(history.code, 0, history.err)
        return found, len(history.lines)

    def fill(self, step):
        rows = [raw(i, note=f"{step}-{i % 7}", score=1) for i in range(step % 50, 1000, 1 + step % 3)]
        self.write("video/raw", rows)
        crops = [{"id": i, "metaxy_provenance_by_field": {"audio": "a", "frames": str(step)}, **OLD}
                 for i in range(0, 300, 1 + step % 5)]
        self.write("video/crop", crops, "--preserve-feature-version")
        self.write("files", [{"path": str(i), "metaxy_provenance_by_field":
                              {"content": str(step), "attributes": "2"}} for i in range(20)])

    def graph(self, step):
        """The definitions, under another version each time."""
        text = self.definitions.replace('fields = ["content", "attributes"]',
                                        'fields = ["content", { key = "attributes", '
                                        f'code_version = "{step}" }}]')
        self.file("features.toml", text)

    def operation(self, chance, step):
        number = chance.randrange(8)
        count = chance.choice((1, 100, 4000))
        self.file("new.jsonl", to_lines([raw(i, note=f"{step}-new", score=2) for i in range(count)]))
        self.file("multi.jsonl", to_lines(
            [{"feature": "video/raw", "row": raw(step)}, {"feature": "files", "row": {
                "path": f"m{step}", "metaxy_provenance_by_field":
                {"content": "1", "attributes": "2"}}}]))
        if step % 10 == 0:
            self.graph(step)
        columns = [c["name"] for c in self.ok("describe", "video/raw").object["columns"]]
        extra = next(name for name in columns if name.startswith("extra"))
        note = f"note = '{chance.randint(0, 20)}-{number}'"
        return chance.choice([
            ("write", "video/raw", "new.jsonl"),
            ("write", "--multi", "multi.jsonl"),
            ("push",),
            ("compact",),
            ("compact", "video/raw"),
            ("purge", "--keep", str(chance.randint(1, 3)), "--yes"),
            ("purge", "--older-than", "0s", "--deleted", "--yes", "--no-compact"),
            ("delete", "video/raw", "--hard", "--yes", "--filter", note),
            ("delete", "video/raw", "--hard", "--yes", "--filter",
             f"id > {chance.randint(0, 1000)}", "--cascade", "downstream"),
            ("delete", "video/raw", "--filter", f"id < {chance.randint(0, 1000)}"),
            ("undelete", "video/raw"),
            ("alter", "video/raw", "--rename", f"{extra}=extra{step}"),
            ("drop", "files", "--yes"),
            ("rebase", "video/crop", "--from", "old"),
            ("copy", "video/raw", "--from", "source.db", "--to", "STORE"),
            ("verify",),
            ("restore", "first", "made"),
            ("checkpoint", "made"),
            ("init", "made"),
            ("backup", BACKUPS, "--keep", "3"),
            ("backup", BACKUPS),
        ])

    def command(self, store, arguments):
        return ["--store", store, "--graph", "features.toml",
                *[store if a == "STORE" else a for a in arguments]]

    def killed(self, arguments, after):
        """Whether it was killed before it ended."""
        process = subprocess.Popen([PROGRAM, *self.command("meta.db", arguments)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.dir,
                                   env=self.env)
        time.sleep(after)
        ended = process.poll() is not None
        process.kill()
        message = process.communicate()[1].decode()
        if ended:
            self.assertEqual(process.returncode, 0, message)
        return not ended

    def check_backups(self, chance, states):
        listed = self.run_program("backup", BACKUPS, "--list")
        if listed.code != 0:
            self.assertFalse(list(self.dir.glob(f"{BACKUPS}/meta/[0-9]*")), listed.err)
            return
        sound = [backup for backup in listed.lines if backup["damage"] is None]
        if not sound or chance.random() < 0.7:
            return
        shutil.rmtree(self.dir / "restored", True)
        number = str(chance.choice(sound)["backup"])
        outcome = self.run_program("restore", BACKUPS, "restored", "--backup", number)
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertIn(self.state("restored"), states, "a state that there was")

    def whole(self, arguments):
        """The state after the command has ended, and how long it takes: on a copy."""
        shutil.rmtree(self.dir / "copy.db", True)
        shutil.copytree(self.dir / "meta.db", self.dir / "copy.db")
        words = [a.replace(BACKUPS, "other").replace("made", "copied") for a in arguments]
        shutil.rmtree(self.dir / "copied", True)
        start = time.monotonic()
        outcome = self.run_program(*self.command("copy.db", words))
        took = time.monotonic() - start
        self.assertEqual(outcome.code, 0, outcome.err)
        made = self.state("copied") if arguments[0] in MAKING else None
        return self.state("copy.db"), made, took

    def check_made(self, arguments, made):
        """A store that a killed command began is whole, or none, and can be made once more."""
        if (self.dir / "made").exists():
            opened = self.run_program("--store", "made", "history", "--format", "jsonl")
            if opened.code == 0:
                self.assertEqual(self.state("made"), made)
            else:
                self.assertRegex(opened.err, "creation was interrupted|directory is empty")
                self.assertEqual(self.run_program("init", "made").code, 0)
        else:
            outcome = self.run_program(*self.command("meta.db", arguments))
            self.assertEqual(outcome.code, 0, outcome.err)
        shutil.rmtree(self.dir / "made")

    def test_killed_at_random_moments(self):
        chance = random.Random(SEED)
        self.definitions = (self.dir / "features.toml").read_text()
        self.fill(0)
        self.write("video/raw", [raw(0, extra=1)])
        self.ok("backup", "first")
        shutil.copytree(self.dir / "meta.db", self.dir / "source.db")
        killed, both, states, seen = 0, [0, 0], [], {}
        for step in range(1, ROUNDS + 1):
            if step % 4 == 0:
                self.fill(step)
            arguments = self.operation(chance, step)
            if arguments[0] == "drop":
                self.write("files", [{"path": "again", "metaxy_provenance_by_field":
                                      {"content": "1", "attributes": "2"}}])
            with self.subTest(seed=SEED, step=step, arguments=arguments):
                before = self.state()
                states = states[-300:] + [before]
                after, made, took = self.whole(arguments)
                was_killed = self.killed(arguments, chance.uniform(0, took * 1.1))
                killed += was_killed
                seen[arguments[0]] = seen.get(arguments[0], 0) + was_killed
                verified = self.ok("verify").object
                self.assertEqual(verified["problem_count"], 0)
                now = self.state()
                self.assertIn(now, (before, after))
                if before != after:
                    both[now == after] += 1
                if made:
                    self.check_made(arguments, made)
                if arguments[0] == "backup":
                    self.check_backups(chance, states)
        print(f"seed {SEED}: {killed} of {ROUNDS} killed ({seen}); "
              f"{both[0]} times before, {both[1]} after")
        self.assertGreater(killed, ROUNDS // 4)
        self.assertGreater(min(both), 0)


if __name__ == "__main__":
    unittest.main()
