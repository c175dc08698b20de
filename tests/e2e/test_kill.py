"""Operators' commands are killed at random moments: the store holds the state before or after."""

import os
import random
import shutil
import subprocess
import time
import unittest

from support import PROGRAM, CliTest, raw

ROUNDS = int(os.environ.get("DIOTIMA_KILL_ROUNDS", "200"))
BACKUPS = "backups"


class KillTest(CliTest):
    def state(self, store="meta.db"):
        """All that is stored, but for the times of commits."""
        outcome = self.run_program(
            "--store", store, "--graph", "features.toml", "--format", "csv", "read", "video/raw",
            "--with-feature-history", "--with-sample-history", "--include-soft-deleted",
            "--columns", "id,note")
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome.out

    def fill(self, step):
        rows = [raw(i, note=f"{step}-{i % 7}") for i in range(step % 50, 3000, 1 + step % 3)]
        self.write("video/raw", rows)

    def operation(self, chance):
        number = chance.randrange(8)
        return chance.choice([
            ("compact",),
            ("compact", "video/raw"),
            ("purge", "--keep", str(chance.randint(1, 3)), "--yes"),
            ("purge", "--older-than", "0s", "--deleted", "--yes", "--no-compact"),
            ("delete", "video/raw", "--hard", "--yes", "--filter", f"note = '{chance.randint(0, 20)}-{number}'"),
            ("delete", "video/raw", "--hard", "--yes", "--filter", f"id > {chance.randint(0, 3000)}"),
            ("delete", "video/raw", "--filter", f"id < {chance.randint(0, 3000)}"),
            ("backup", BACKUPS, "--keep", "3"),
            ("backup", BACKUPS),
        ])

    def killed(self, arguments, after):
        """Whether it was killed before it ended."""
        process = subprocess.Popen(
            [PROGRAM, "--store", "meta.db", "--graph", "features.toml", *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.dir, env=self.env)
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

    def test_killed_at_random_moments(self):
        seed = random.randrange(10**9)
        chance = random.Random(seed)
        self.fill(0)
        killed, both, states = 0, [0, 0], set()
        for step in range(1, ROUNDS + 1):
            if step % 4 == 0:
                self.fill(step)
            arguments = self.operation(chance)
            before = self.state()
            states.add(before)
            shutil.rmtree(self.dir / "copy.db", True)
            shutil.copytree(self.dir / "meta.db", self.dir / "copy.db")
            start = time.monotonic()
            whole = self.run_program("--store", "copy.db", "--graph", "features.toml",
                                     *[a.replace(BACKUPS, "other") for a in arguments])
            took = time.monotonic() - start
            self.assertEqual(whole.code, 0, whole.err)
            after = self.state("copy.db")
            killed += self.killed(arguments, chance.uniform(0, took * 1.1))
            with self.subTest(seed=seed, step=step, arguments=arguments):
                verified = self.ok("verify").object
                self.assertEqual(verified["problem_count"], 0)
                now = self.state()
                self.assertIn(now, (before, after))
                if before != after:
                    both[now == after] += 1
                if arguments[0] == "backup":
                    self.check_backups(chance, states)
        print(f"seed {seed}: {killed} of {ROUNDS} killed; {both[0]} times before, {both[1]} after")
        self.assertGreater(killed, ROUNDS // 4)
        self.assertGreater(min(both), 0)


if __name__ == "__main__":
    unittest.main()
