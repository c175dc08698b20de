"""resolve and status."""

import json
import unittest

from support import CliTest, raw, to_lines


class IncrementTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(i, score=i / 2) for i in (1, 2, 3)])

    def resolve(self, *arguments, **more):
        return self.ok("resolve", "video/crop", *arguments, **more).lines

    def compute(self):
        """Writes what resolve says is to be done."""
        rows = [line["row"] for line in self.resolve() if line["change"] != "orphaned"]
        self.write("video/crop", rows)

    def changes(self, *arguments):
        return sorted((line["change"], line["row"]["id"]) for line in self.resolve(*arguments))


class ResolveTest(IncrementTest):
    def test_walk(self):
        self.assertEqual(self.changes(), [("new", 1), ("new", 2), ("new", 3)])
        self.compute()
        self.assertEqual(self.changes(), [])
        self.write("video/raw", [raw(1, frames="g"), raw(4)])
        self.ok("delete", "video/raw", "--filter", "id = 3")
        self.assertEqual(self.changes(), [("new", 4), ("orphaned", 3), ("stale", 1)])
        self.assertEqual(self.changes("--only", "stale"), [("stale", 1)])
        self.assertEqual(self.changes("--only", "new", "--only", "orphaned"),
                         [("new", 4), ("orphaned", 3)])
        self.assertEqual(self.changes("--only", "new,stale"), [("new", 4), ("stale", 1)])

    def test_rows(self):
        line = self.resolve()[0]
        self.assertEqual(list(line), ["change", "row"])
        self.assertEqual(set(line["row"]), {
            "id", "score", "metaxy_provenance_by_field", "metaxy_provenance",
            "metaxy_data_version_by_field", "metaxy_data_version"})

    def test_count(self):
        self.assertEqual(self.resolve("--count"),
                         [{"new": 3, "stale": 0, "orphaned": 0, "progress": 0.0, "rows": 3}])
        self.compute()
        self.assertEqual(self.resolve("--count")[0]["progress"], 100.0)
        self.ok("delete", "video/raw", "--yes")
        self.assertEqual(self.resolve("--count"),
                         [{"new": 0, "stale": 0, "orphaned": 3, "progress": None, "rows": 3}])

    def test_filters(self):
        self.assertEqual(self.changes("--filter", "video/raw=id = 2"), [("new", 2)])
        self.assertEqual(self.changes("--global-filter", "id >= 2"), [("new", 2), ("new", 3)])
        self.compute()
        self.assertEqual(self.changes("--target-filter", "id > 1"), [("new", 1)])
        self.assertEqual(self.changes("--stale-if", "id = 3"), [("stale", 3)])
        self.assertEqual(len(self.changes("--skip-comparison")), 3)

    def test_filters_of_others_are_ignored_with_a_warning(self):
        outcome = self.ok("resolve", "video/crop", "--filter", "files=path = 'x'", "--count")
        self.assertEqual(outcome.object["new"], 3)
        self.assertTrue(outcome.err.startswith("warning: "))
        self.assertIn("files", outcome.err)

    def test_samples(self):
        samples = to_lines([raw(1, frames="g"), raw(2), raw(9)])
        for source in ("-", "samples.jsonl"):
            self.file("samples.jsonl", samples)
            lines = self.ok("resolve", "video/raw", "--samples", source, stdin=samples).lines
            self.assertEqual(sorted((l["change"], l["row"]["id"]) for l in lines),
                             [("new", 9), ("orphaned", 3), ("stale", 1)])
        self.assertIn("samples", self.fails("resolve", "video/raw"))

    def test_usage(self):
        self.fails("resolve", exit_code=2)
        self.fails("resolve", "video/crop", "--only", "old", exit_code=2)
        self.fails("resolve", "video/crop", "--filter", "id = 2", exit_code=2)

    def test_formats(self):
        lines = self.resolve()
        self.assertEqual(json.loads(self.ok("resolve", "video/crop", "--format", "json").out), lines)
        text = self.ok("resolve", "video/crop", "--format", "csv").out.splitlines()
        self.assertEqual((text[0], len(text)), ("change,row", 4))
        self.assertTrue(text[1].startswith("new,"))
        table = self.ok("resolve", "video/crop", "--format", "table").out.splitlines()
        self.assertTrue(table[0].startswith("change  id  score"), table[0])

    def test_upstream_never_written(self):
        self.run_program("--store", "b.db", "--graph", "features.toml", "push")
        self.fails("resolve", "video/crop", "--store", "b.db", "--graph", "features.toml",
                   code="not_found", run=self.run_program)


class StatusTest(IncrementTest):
    def status(self, *arguments):
        return {line["feature"]: line for line in self.ok("status", *arguments).lines}

    def test_all(self):
        status = self.status()
        self.assertEqual(len(status), 3)
        self.assertLess(list(status).index("video/raw"), list(status).index("video/crop"))
        root, crop = status["video/raw"], status["video/crop"]
        self.assertEqual((root["rows"], root["new"], root["progress"]), (3, None, None))
        self.assertEqual((crop["rows"], crop["new"], crop["stale"], crop["orphaned"],
                          crop["progress"]), (0, 3, 0, 0, 0.0))
        self.assertEqual(status["files"]["rows"], 0)
        self.assertEqual(len(crop["feature_version"]), 64)

    def test_some(self):
        self.assertEqual(list(self.status("video/crop", "--progress")), ["video/crop"])
        self.assertEqual(self.ok("metadata", "status", "files").object["feature"], "files")
        self.fails("status", "nothing", code="not_found")

    def test_assert_in_sync(self):
        outcome = self.run_store("status", "--assert-in-sync")
        self.assertEqual(outcome.code, 4)
        self.assertEqual(len(outcome.lines), 3)
        self.assertIn("video/crop (", outcome.error)
        self.assertIn("files (missing)", outcome.error)
        self.compute()
        videos = ("video/raw", "video/crop")
        self.assertEqual(self.ok("status", *videos, "--assert-in-sync").err, "")
        # Nothing is computed under a new code version.
        features = (self.dir / "features.toml").read_text()
        changed = features.replace('  "audio",\n', '  { key = "audio", code_version = "2" },\n')
        self.assertNotEqual(changed, features)
        self.file("features.toml", changed)
        message = self.run_store("status", *videos, "--assert-in-sync")
        self.assertEqual(message.code, 4)
        self.assertIn("video/crop (missing)", message.error)

    def test_an_empty_store_is_not_in_sync(self):
        self.run_program("--store", "b.db", "--graph", "features.toml", "init")
        outcome = self.run_program("--store", "b.db", "--graph", "features.toml", "status",
                                   "--assert-in-sync")
        self.assertEqual(outcome.code, 4)
        self.assertEqual({s["feature"]: s["state"] for s in outcome.lines},
                         {"files": "missing", "video/raw": "missing", "video/crop": "blocked"})

    def test_upstream_never_written(self):
        self.run_program("--store", "b.db", "--graph", "features.toml", "push")
        outcome = self.run_program("--store", "b.db", "status", "video/crop", "--assert-in-sync")
        self.assertEqual(outcome.code, 4, outcome.err)
        self.assertEqual(outcome.object["state"], "blocked")
        self.assertIn("video/raw", outcome.object["message"])

    def test_formats(self):
        table = self.ok("status", "--format", "table").out.splitlines()
        self.assertTrue(table[0].startswith("feature"))
        self.assertEqual(len(table), 4)
        self.assertEqual(len(self.ok("status", "--format", "csv").out.splitlines()), 4)
        self.assertEqual(len(json.loads(self.ok("status", "--format", "json").out)), 3)


if __name__ == "__main__":
    unittest.main()
