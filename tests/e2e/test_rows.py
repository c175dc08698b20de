"""write and read."""

import csv
import io
import json
import unittest

from support import CliTest, raw, to_lines


class WriteTest(CliTest):
    def test_result(self):
        outcome = self.ok("write", "video/raw", stdin=to_lines([raw(1), raw(2)]))
        self.assertEqual(outcome.err, "created store 'meta.db'\n")
        self.assertEqual(list(outcome.object), ["feature", "rows", "commit_time", "seconds"])
        self.assertEqual(outcome.object["rows"], 2)
        self.assertRegex(outcome.object["commit_time"],
                         r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        (first, _) = self.read("video/raw")
        self.assertEqual(first["metaxy_updated_at"], outcome.object["commit_time"])

    def test_quiet(self):
        self.assertEqual(self.ok("--quiet", "write", "video/raw", stdin=to_lines([raw(1)])).err, "")

    def test_from_a_file(self):
        self.file("rows.jsonl", to_lines([raw(1)]))
        self.file("rows.csv", 'id,score,metaxy_provenance_by_field\n'
                              '2,1.5,"{""audio"": ""x"", ""frames"": ""y""}"\n')
        self.assertEqual(self.ok("write", "video/raw", "rows.jsonl").object["rows"], 1)
        self.assertEqual(self.ok("write", "video/raw", "rows.csv").object["rows"], 1)
        self.assertEqual([(r["id"], r["score"]) for r in self.read("video/raw")],
                         [(1, None), (2, 1.5)])
        self.fails("write", "video/raw", "missing.jsonl", code="not_found")
        self.fails("write", "video/raw", ".", code="io_error")

    def test_empty_input_marks_the_feature_written(self):
        self.fails("read", "video/raw", code="not_found")
        self.assertEqual(self.write("video/raw", [])["rows"], 0)
        self.assertEqual(self.read("video/raw"), [])
        self.assertIsNone(self.write("video/raw", [])["commit_time"])

    def test_materialization_id(self):
        self.write("video/raw", [raw(1)], "--materialization-id", "run 7")
        self.assertEqual(self.read("video/raw")[0]["metaxy_materialization_id"], "run 7")

    def test_preserve_feature_version(self):
        row = raw(1, metaxy_feature_version="old", metaxy_project_version="p")
        self.write("video/raw", [row], "--preserve-feature-version")
        self.assertEqual(self.read("video/raw"), [])
        (kept,) = self.read("video/raw", "--feature-version", "old")
        self.assertEqual(kept["metaxy_project_version"], "p")

    def test_multi(self):
        lines = [{"feature": "video/raw", "row": raw(1)}, {"feature": "video/raw", "row": raw(2)},
                 {"feature": "video/crop", "row": raw(1)}]
        result = self.ok("write", "--multi", stdin=to_lines(lines)).object
        self.assertEqual(list(result), ["rows", "features", "commit_time", "seconds"])
        self.assertEqual(result["features"], [{"feature": "video/raw", "rows": 2},
                                              {"feature": "video/crop", "rows": 1}])
        times = {r["metaxy_updated_at"] for f in ("video/raw", "video/crop") for r in self.read(f)}
        self.assertEqual(times, {result["commit_time"]})

    def test_multi_is_all_or_nothing(self):
        self.ok("push")
        lines = [{"feature": "video/raw", "row": raw(1)}, {"feature": "video/crop", "row": {"id": 1}}]
        self.fails("write", "--multi", code="schema_mismatch", stdin=to_lines(lines))
        self.fails("read", "video/raw", code="not_found")

    def test_usage(self):
        self.fails("write", exit_code=2)
        self.fails("write", "--multi", "a", "b", exit_code=2)
        self.fails("write", "--multi", "--input-format", "csv", exit_code=2)
        self.fails("write", "video/raw", "--input-format", "xml", exit_code=2)
        self.fails("write", "a", "b", "c", exit_code=2)

    def test_types(self):
        row = raw(1, score=1, taken="2024-01-01T00:00:00", day="2024-02-29", blob="AAEC",
                  tags=["a", "b"], box={"w": 1, "h": None}, big=2**64 - 1, text='"\n\u00e9')
        self.write("video/raw", [row])
        (found,) = self.read("video/raw")
        self.assertEqual(found["score"], 1.0)
        self.assertEqual(found["taken"], "2024-01-01T00:00:00.000000Z")
        for name in ("day", "blob", "tags", "box", "big", "text"):
            self.assertEqual(found[name], row[name])


class ReadTest(CliTest):
    def setUp(self):
        super().setUp()
        self.first = self.write("video/raw", [raw(1, score=0.5), raw(2, score=1.5)])
        self.second = self.write("video/raw", [raw(1, audio="b", score=2.5)])

    def test_latest(self):
        self.assertEqual([(r["id"], r["score"]) for r in self.read("video/raw")],
                         [(1, 2.5), (2, 1.5)])
        (row, _) = self.read("video/raw")
        self.assertIn("metaxy_deleted_at", row)
        self.assertIsNone(row["metaxy_deleted_at"])

    def test_filters_see_the_latest(self):
        self.assertEqual(self.read("video/raw", "--filter", "score = 0.5"), [])
        self.assertEqual(len(self.read("video/raw", "--filter", "score > 0", "--filter", "id = 2")), 1)

    def test_columns(self):
        self.assertEqual(self.read("video/raw", "--columns", "score,id"),
                         [{"score": 2.5, "id": 1}, {"score": 1.5, "id": 2}])
        self.assertEqual(self.read("video/raw", "--columns", ""), self.read("video/raw"))
        self.assertIn("scor", self.fails("read", "video/raw", "--columns", "scor"))

    def test_limit(self):
        self.assertEqual(len(self.read("video/raw", "--limit", "1")), 1)
        self.assertEqual(self.read("video/raw", "--limit", "0"), [])

    def test_history(self):
        rows = self.read("video/raw", "--with-sample-history", "--columns", "id,score")
        self.assertEqual(sorted((r["id"], r["score"]) for r in rows), [(1, 0.5), (1, 2.5), (2, 1.5)])

    def test_as_of(self):
        rows = self.read("video/raw", "--as-of", self.first["commit_time"], "--columns", "score")
        self.assertEqual(rows, [{"score": 0.5}, {"score": 1.5}])
        self.assertEqual(self.read("video/raw", "--as-of", "1"), [])
        self.fails("read", "video/raw", "--as-of", "noon", exit_code=2)

    def test_deleted(self):
        self.ok("delete", "video/raw", "--filter", "id = 1")
        ids = lambda *options: [r["id"] for r in self.read("video/raw", *options)]
        self.assertEqual(ids(), [2])
        self.assertEqual(ids("--include-soft-deleted"), [1, 2])
        self.assertEqual(ids("--only-soft-deleted"), [1])
        self.assertEqual(ids("--include-soft-deleted", "--only-soft-deleted"), [1])

    def test_feature_history(self):
        text = (self.dir / "features.toml").read_text()
        self.file("features.toml", text.replace('["audio", "frames"]',
                                                '["audio", {key = "frames", code_version = "2"}]', 1))
        self.assertEqual(self.read("video/raw"), [])
        self.assertEqual(len(self.read("video/raw", "--with-feature-history")), 2)
        (version,) = self.ok("describe", "video/raw").object["versions"]
        stored = version["feature_version"]
        self.assertEqual(self.read("video/raw", "--feature-version", stored[:6]),
                         self.read("video/raw", "--feature-version", stored))
        message = self.fails("read", "video/raw", "--feature-version", "x", code="not_found")
        self.assertIn("no version 'x' is stored, but: ", message)
        self.assertIn(stored, message)

    def test_no_fallback_is_accepted(self):
        self.assertEqual(len(self.read("video/raw", "--no-fallback")), 2)

    def test_formats_read_back(self):
        whole = self.read("video/raw")
        self.assertEqual(json.loads(self.ok("read", "video/raw", "--format", "json").out), whole)
        text = self.ok("read", "video/raw", "--format", "csv").out
        self.assertEqual([r["score"] for r in csv.DictReader(io.StringIO(text))], ["2.5", "1.5"])
        self.run_program("--store", "b.db", "--graph", "features.toml", "write", "video/raw",
                         "--input-format", "csv", stdin=text)
        copied = self.run_program("--store", "b.db", "--graph", "features.toml", "read", "video/raw",
                                  "--columns", "id,score,metaxy_provenance").lines
        self.assertEqual(copied, [{k: r[k] for k in ("id", "score", "metaxy_provenance")}
                                  for r in whole])

    def test_empty_results(self):
        none = ("read", "video/raw", "--filter", "id = 9", "--columns", "id")
        self.assertEqual(self.ok(*none, "--format", "jsonl").out, "")
        self.assertEqual(self.ok(*none, "--format", "json").out, "[]\n")
        self.assertEqual(self.ok(*none, "--format", "csv").out, "id\n")
        self.assertEqual(self.ok(*none, "--format", "table").out, "id\n")

    def test_table(self):
        self.write("video/raw", [raw(30, name="\u65e5\u672c"), raw(4, name="a\tb")])
        text = self.ok("read", "video/raw", "--columns", "id,score,name", "--format", "table").out
        self.assertEqual(text, "id  score  name\n 1    2.5\n 2    1.5\n 4         a\\tb\n"
                               "30         \u65e5\u672c\n")


if __name__ == "__main__":
    unittest.main()
