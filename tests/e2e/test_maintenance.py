"""compact, purge and verify."""

import json
import os
import pathlib
import signal
import unittest

from support import CliTest, raw

RETENTION = """
[[features]]
key = "video/raw"
id_columns = ["id"]
fields = ["audio", "frames"]
retention = { keep = 2 }
"""


class MaintenanceTest(CliTest):
    def history(self, *arguments):
        rows = self.read("video/raw", "--with-sample-history", "--include-soft-deleted", *arguments)
        return [(row["id"], row["note"]) for row in rows]

    def write_often(self, times, ids=(1, 2)):
        for i in range(times):
            self.write("video/raw", [raw(id, note=f"v{i}") for id in ids])

    def files_with(self, text):
        found = []
        for path in pathlib.Path(self.dir, "meta.db").rglob("*"):
            if path.is_file() and text.encode() in path.read_bytes():
                found.append(path.name)
        return found


class CompactTest(MaintenanceTest):
    def test_a_secret_is_in_no_file(self):
        secret = "Jx4Qw8Rz1Vb6Nk3Tm9Hd"
        self.write("video/raw", [raw(1, note=secret), raw(2, note="stays-8674665223082153551")])
        self.assertTrue(self.files_with(secret))
        self.ok("delete", "video/raw", "--hard", "--yes", "--filter", "id = 1")
        result = self.ok("compact").object
        self.assertEqual(list(result), ["bytes_before", "bytes_after", "seconds"])
        self.assertEqual(self.files_with(secret), [])
        self.assertTrue(self.files_with("stays-8674665223082153551"))

    def test_a_secret_id_is_in_no_file(self):
        secret = "Lp7Yc2Ge5Sa0Uf8Ji4Wo"
        hashes = {"content": "1", "attributes": "2"}
        rows = [{"path": path, "metaxy_provenance_by_field": hashes} for path in (secret, "a")]
        self.write("files", rows)
        self.ok("delete", "files", "--hard", "--yes", "--filter", f"path = '{secret}'")
        self.ok("compact", "files")
        self.assertEqual(self.files_with(secret), [])
        self.assertEqual([row["path"] for row in self.read("files")], ["a"])

    def test_what_it_refuses(self):
        self.assertIn("no store", self.fails("compact", code="not_found"))
        self.write("video/raw", [raw(1)])
        self.assertIn("video/crop", self.fails("compact", "video/crop", code="not_found"))

    def test_interrupted_it_changes_no_row(self):
        self.write("video/raw", [raw(i, note=os.urandom(40).hex()) for i in range(20000)])
        before = self.history()
        process = self.start("compact")
        self.wait_until_locked(process=process)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        self.assertIn(process.returncode, (0, 130))
        self.assertEqual(self.history(), before)
        self.assertEqual(self.ok("verify").object["problem_count"], 0)


class PurgeTest(MaintenanceTest):
    def test_by_count(self):
        self.write_often(4)
        dry = self.ok("purge", "video/raw", "--keep", "3", "--dry-run").object
        self.assertEqual((dry["dry_run"], dry["rows"]), (True, 2))
        self.assertEqual(dry["features"][0]["feature"], "video/raw")
        self.assertGreater(dry["features"][0]["bytes"], 0)
        self.assertEqual(len(self.history()), 8)
        done = self.ok("purge", "video/raw", "--keep", "1", "--yes").object
        self.assertEqual((done["dry_run"], done["rows"]), (False, 6))
        self.assertGreater(done["bytes_after"], 0)
        self.assertEqual(self.history(), [(1, "v3"), (2, "v3")])

    def test_by_age_and_as_of(self):
        self.write_often(1)
        first = self.write("video/raw", [raw(1, note="second")])["commit_time"]
        self.ok("purge", "--older-than", "1h", "--yes")
        self.assertEqual(len(self.history()), 3, "nothing is so old")
        self.ok("purge", "--older-than", "0s", "--yes")
        self.assertEqual(self.history(), [(1, "second"), (2, "v0")])
        message = self.fails("read", "video/raw", "--as-of", "2020-01-01")
        self.assertIn("was purged", message)
        self.assertIn("video/raw", message)
        self.ok("read", "video/raw", "--as-of", first)

    def test_deleted_samples_and_versions(self):
        self.write_often(1, ids=(1, 2, 3))
        self.ok("delete", "video/raw", "--filter", "id = 2")
        self.assertEqual(self.ok("purge", "--deleted", "--yes").object["rows"], 2)
        self.assertEqual([id for id, _ in self.history()], [1, 3])
        old = self.ok("describe", "video/raw").object["feature_version"]
        toml = self.dir / "features.toml"
        toml.write_text(toml.read_text().replace(
            'fields = ["audio", "frames"]',
            'fields = [{ key = "audio", code_version = "2" }, "frames"]', 1))
        self.write("video/raw", [raw(1, note="new")])
        self.assertEqual(len(self.history("--with-feature-history")), 3)
        message = self.fails("purge", "--feature-versions", old, "--yes", exit_code=2)
        self.assertIn("name it", message)
        self.assertIn("no version", self.fails(
            "purge", "video/raw", "--feature-versions", "x", "--yes", code="not_found"))
        self.assertEqual(
            self.ok("purge", "--feature-versions", "old", "--yes").object["rows"], 2)
        self.assertEqual(self.history("--with-feature-history"), [(1, "new")])

    def test_by_retention(self):
        self.file("features.toml", RETENTION)
        self.write_often(4)
        self.assertEqual(self.ok("purge", "--dry-run").object["rows"], 4)
        self.ok("purge", "--yes")
        self.assertEqual(self.history(), [(1, "v3"), (1, "v2"), (2, "v3"), (2, "v2")])

    def test_a_bad_retention(self):
        for retention, said in (("{ keep = 0 }", "1 or more"), ("{ keep = \"3\" }", "integer"),
                                ("{ older_than = \"30\" }", "no duration"), ("{}", "neither"),
                                ("{ kep = 3 }", "keep")):
            self.file("features.toml", RETENTION.replace(
                '{ keep = 2 }', retention))
            message = self.fails("list", "features")
            self.assertIn(said, message, retention)
            self.assertIn("features.toml:", message)

    def test_what_it_refuses(self):
        self.write_often(1)
        self.assertIn("select history", self.fails("purge", "--yes", exit_code=2))
        self.assertIn("--yes", self.fails("purge", "--keep", "1", exit_code=2))
        self.assertIn("duration", self.fails("purge", "--older-than", "soon", "--yes", exit_code=2))
        self.assertEqual(self.run_store("purge", "--keep", "0", "--yes").code, 2)

    def test_on_a_terminal_it_asks(self):
        self.write_often(3)
        arguments = ("--store", "meta.db", "--graph", "features.toml", "purge", "--keep", "1")
        code, shown = self.run_terminal(*arguments, answer=b"n\n")
        self.assertEqual(code, 1)
        self.assertIn("Remove 4 rows forever? [y/N]", shown)
        self.assertEqual(len(self.history()), 6)
        code, shown = self.run_terminal(*arguments, answer=b"y\n")
        self.assertEqual(code, 0, shown)
        self.assertEqual(len(self.history()), 2)


class VerifyTest(MaintenanceTest):
    def test_a_sound_store(self):
        self.write_often(3)
        self.ok("delete", "video/raw", "--hard", "--yes", "--filter", "id = 1")
        result = self.ok("verify").object
        self.assertEqual(result["problem_count"], 0)
        self.assertEqual(result["problems"], [])
        self.assertEqual((result["features"], result["versions"], result["rows"]), (1, 1, 3))

    def test_a_damaged_table(self):
        self.write("video/raw", [raw(i, note=os.urandom(20).hex()) for i in range(5000)])
        table = max(pathlib.Path(self.dir, "meta.db").glob("*.sst"), key=lambda p: p.stat().st_size)
        data = bytearray(table.read_bytes())
        for i in range(len(data) // 3, len(data) // 3 + 64):
            data[i] ^= 0x5A
        table.write_bytes(data)
        outcome = self.run_store("verify")
        self.assertEqual(outcome.code, 5)
        self.assertIn("problem", outcome.error)
        problems = outcome.object["problems"]
        self.assertTrue(any(table.name in problem["where"] for problem in problems), problems)
        self.assertTrue(any("sample" in problem["where"] or "rows after" in problem["where"]
                            for problem in problems), problems)
        self.assertTrue(all(problem["advice"] for problem in problems))
        self.assertGreater(outcome.object["rows"], 1000, "the rest is still read")
        self.assertEqual(json.loads(json.dumps(outcome.object)), outcome.object)


if __name__ == "__main__":
    unittest.main()
