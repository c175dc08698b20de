"""Each call to the file system fails, in each operation: an error, or success, and nothing lost.

DIOTIMA_FAULT_STEP says how many calls lie between two that fail (default 37; 1 is all of them).
"""

import concurrent.futures
import errno
import json
import os
import random
import shutil
import struct
import subprocess
import unittest

from support import CliTest, raw, to_lines

STEP = int(os.environ.get("DIOTIMA_FAULT_STEP", "37"))
SHIM = os.environ.get("FAIL_CALLS")
CODES = {0, 1, 3, 5, 6}
GRAPH = "features.toml"
TIMES = ("metaxy_created_at", "metaxy_updated_at", "metaxy_deleted_at")

# What is done, and where the state to compare is: in the store, or in what the command makes.
OPERATIONS = {
    "open": (("read", "video/raw"), "store"),
    "write": (("write", "video/raw", "new.jsonl"), "store"),
    "write much": (("write", "video/raw", "much.jsonl"), "store"),
    "delete": (("delete", "video/raw", "--filter", "id < 40"), "store"),
    "hard delete": (("delete", "video/raw", "--hard", "--yes", "--filter", "id < 40"), "store"),
    "drop": (("drop", "video/raw", "--yes"), "store"),
    "undelete": (("undelete", "video/raw"), "store"),
    "alter": (("alter", "video/raw", "--rename", "note=remark"), "store"),
    "purge": (("purge", "--keep", "1", "--yes"), "store"),
    "compact": (("compact",), "store"),
    "verify": (("verify",), "store"),
    "rebase": (("rebase", "video/crop", "--from", "old"), "store"),
    "copy": (("copy", "video/raw", "--from", "source.db", "--to", "STORE"), "store"),
    "backup": (("backup", "MADE"), "made"),
    "checkpoint": (("checkpoint", "MADE"), "made"),
    "restore": (("restore", "backups", "MADE"), "made"),
    "init": (("init", "MADE"), "made"),
}


@unittest.skipUnless(SHIM, "needs the library of tests/faults")
class EveryCallTest(CliTest):
    def setUp(self):
        super().setUp()
        self.file("new.jsonl", to_lines([raw(i, note="new") for i in range(30, 60)]))
        # More than what goes through the log.
        rows = [raw(i, note=f"{i:>30000}") for i in range(600)]
        random.Random(1).shuffle(rows)
        self.file("much.jsonl", to_lines(rows))
        for note in ("a", "b", "c"):
            self.write("video/raw", [raw(i, note=note, score=1) for i in range(0, 100)])
        crops = [line["row"] for line in self.ok("resolve", "video/crop").lines]
        old = {"metaxy_feature_version": "old", "metaxy_project_version": "p"}
        self.write("video/crop", [{**row, **old} for row in crops], "--preserve-feature-version")
        self.ok("delete", "video/raw", "--filter", "id > 90")
        self.ok("backup", "backups")
        self.store = self.dir / "meta.db"
        shutil.copytree(self.store, self.dir / "source.db")

    def run_in(self, place, arguments, env=None):
        """Runs an operation on the store of a place."""
        made = {"STORE": str(place / "s"), "MADE": str(place / "made")}
        return self.run_program("--store", place / "s", "--graph", GRAPH,
                                *[made.get(a, a) for a in arguments], env=env)

    def rows(self, store):
        """All that is stored, but for times of commits; None where there is no store."""
        found = {}
        for feature in ("video/raw", "video/crop"):
            outcome = self.run_program("--store", store, "--graph", GRAPH, "read", feature,
                                       "--with-feature-history", "--with-sample-history",
                                       "--include-soft-deleted", "--no-fallback",
                                       "--format", "jsonl")
            if outcome.code != 0:
                self.assertEqual(json.loads(outcome.err.splitlines()[-1])["error"]["code"],
                                 "not_found", outcome.err)
                found[feature] = None
                continue
            found[feature] = sorted(
                json.dumps({k: (v is not None if k in TIMES else v) for k, v in row.items()},
                           sort_keys=True) for row in outcome.lines)
        return found

    def result(self, name, place):
        """The state that an operation was to make."""
        arguments, where = OPERATIONS[name]
        if where == "store":
            verified = self.run_program("--store", place / "s", "--graph", GRAPH, "verify")
            self.assertEqual(verified.code, 0, verified.err)
            return self.rows(place / "s")
        if not (place / "made").exists():
            return None
        if name == "backup":
            listed = self.run_program("backup", place / "made", "--list")
            if listed.code != 0 or not listed.lines:
                return None
            shutil.rmtree(place / "restored", True)
            restored = self.run_program("restore", place / "made", place / "restored")
            self.assertEqual(restored.code, 0, restored.err)
            return self.rows(place / "restored")
        return self.rows(place / "made")

    def attempt(self, name, before, after, number, goes_on):
        """One run in which a call fails. Returns how many failed, and what was wrong then."""
        place = self.dir / f"{name.replace(' ', '-')}-{number}-{int(goes_on)}"
        place.mkdir()
        try:
            shutil.copytree(self.store, place / "s")
            count = place / "count"
            count.write_bytes(bytes(16))
            outcome = self.run_in(place, OPERATIONS[name][0], {
                "LD_PRELOAD": SHIM, "FAIL_UNDER": str(place), "FAIL_COUNT": str(count),
                "FAIL_AT": str(number), "FAIL_ON": str(int(goes_on)),
                "FAIL_ERRNO": str(errno.ENOSPC if number % 2 else errno.EIO)})
            faults = struct.unpack("2Q", count.read_bytes())[1]
            if faults == 0:
                return 0, None
            what = f"{name}, call {number}{' and all after it' if goes_on else ''}: "
            if outcome.code not in CODES or outcome.code and "error: " not in outcome.err:
                return faults, what + f"exit {outcome.code}: {outcome.err}"
            try:
                left = self.result(name, place)
            except AssertionError as error:
                return faults, what + f"exit {outcome.code}: then {error}"
            if left not in (before, after) or outcome.code in (0, 6) and left != after:
                is_it = "before" if left == before else "neither before nor after"
                return faults, what + f"exit {outcome.code}: {is_it}"
            return faults, None
        except subprocess.TimeoutExpired:
            return 1, f"{name}, call {number} on={goes_on}: hangs"
        finally:
            shutil.rmtree(place, True)

    def cover(self, name):
        place = self.dir / "whole"
        shutil.rmtree(place, True)
        place.mkdir()
        shutil.copytree(self.store, place / "s")
        before = self.result(name, place)
        outcome = self.run_in(place, OPERATIONS[name][0])
        self.assertEqual(outcome.code, 0, outcome.err)
        after = self.result(name, place)
        injected, runs, wrong = 0, 0, []
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for goes_on in (False, True):
                number, reached = 1 + len(name) % STEP, True
                while reached:
                    numbers = range(number, number + 16 * STEP, STEP)
                    tried = list(pool.map(
                        lambda n, on=goes_on: self.attempt(name, before, after, n, on), numbers))
                    injected += sum(faults for faults, _ in tried)
                    runs += sum(faults > 0 for faults, _ in tried)
                    wrong += [problem for _, problem in tried if problem]
                    reached = all(faults for faults, _ in tried)
                    number += 16 * STEP
        return runs, injected, wrong

    def test_every_operation(self):
        runs, injected = 0, 0
        for name in OPERATIONS:
            with self.subTest(name):
                some, faults, wrong = self.cover(name)
                print(f"{name}: {some} runs with faults, {faults} calls failed", flush=True)
                print("".join(f"  {problem}\n" for problem in wrong), end="", flush=True)
                self.assertEqual(wrong, [])
                self.assertGreater(some, 1)
                runs += some
                injected += faults
        print(f"{runs} runs with faults, {injected} calls failed")


if __name__ == "__main__":
    unittest.main()
