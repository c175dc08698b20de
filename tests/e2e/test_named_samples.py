"""Samples that a file names: delete and undelete --ids, resolve --only-ids; and drop."""

import unittest

from support import CliTest, raw, to_lines


def parts(video, part):
    return {"id": video, "part": part, "metaxy_provenance_by_field": {"frames": str(part)}}


class NamedSamplesTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(i, score=i) for i in range(10)])

    def ids(self, *options):
        return [row["id"] for row in self.read("video/raw", *options)]

    def test_delete(self):
        # What `read` prints names samples; other columns of it are not looked at.
        self.file("ids.jsonl", to_lines([raw(3), {"id": 5}, {"id": 5}, {"id": 77}]))
        counted = self.ok("delete", "video/raw", "--ids", "ids.jsonl", "--dry-run").object
        self.assertEqual(counted["features"], [{"feature": "video/raw", "rows": 2}])
        self.ok("delete", "video/raw", "--ids", "ids.jsonl")
        self.assertEqual(self.ids(), [0, 1, 2, 4, 6, 7, 8, 9])
        self.file("ids.csv", "id\n3\n8\n")
        self.assertEqual(self.ok("undelete", "video/raw", "--ids", "ids.csv").object["rows"], 1)
        self.assertEqual(self.ids(), [0, 1, 2, 3, 4, 6, 7, 8, 9])
        self.ok("delete", "video/raw", "--hard", "--yes", "--ids", "-", stdin="{\"id\": 3}\n")
        self.assertEqual(self.ids("--with-sample-history", "--include-soft-deleted"),
                         [0, 1, 2, 4, 5, 5, 6, 7, 8, 9])

    def test_filters_and_ids_must_both_match(self):
        self.file("ids.csv", "id\n3\n8\n")
        self.ok("delete", "video/raw", "--ids", "ids.csv", "--filter", "id < 5")
        self.assertNotIn(3, self.ids())
        self.assertIn(8, self.ids())

    def test_cascade(self):
        self.write("video/crop", [raw(i) for i in range(10)])
        self.file("ids.csv", "id\n2\n")
        result = self.ok("delete", "video/raw", "--cascade", "downstream", "--hard", "--yes",
                         "--ids", "ids.csv").object
        self.assertEqual({f["feature"]: f["rows"] for f in result["features"]},
                         {"video/raw": 1, "video/crop": 1})
        for feature in ("video/raw", "video/crop"):
            self.assertNotIn(2, [row["id"] for row in self.read(feature)])

    def test_nothing_is_left(self):
        secret = "a-name-to-be-forgotten"
        old = {"metaxy_feature_version": "old", "metaxy_project_version": "p"}
        self.write("video/raw", [raw(3, note=secret, **old)], "--preserve-feature-version")
        self.write("video/raw", [raw(3, note=secret, score=1)])
        self.file("ids.csv", "id\n3\n")
        self.fails("delete", "video/raw", "--leave-nothing", "--ids", "ids.csv", exit_code=2)
        self.fails("delete", "video/raw", "--leave-nothing", "--hard", "--yes", exit_code=2)
        result = self.ok("delete", "video/raw", "--hard", "--yes", "--ids", "ids.csv",
                         "--leave-nothing", "--cascade", "downstream").object
        self.assertEqual({f["feature"]: f["rows"] for f in result["features"]},
                         {"video/raw": 3, "video/crop": 0})
        self.assertEqual(result["left"], 0)
        self.assertNotIn(3, self.ids("--with-feature-history", "--with-sample-history",
                                     "--include-soft-deleted"))
        for path in (self.dir / "meta.db").rglob("*"):
            if path.is_file():
                self.assertNotIn(secret.encode(), path.read_bytes(), path)

    def test_bad_files(self):
        self.file("ids.csv", "name\n2\n")
        message = self.fails("delete", "video/raw", "--ids", "ids.csv")
        self.assertIn("ids.csv:2", message)
        self.assertIn("'id' is missing", message)
        self.file("ids.csv", "id\nseven\n")
        message = self.fails("delete", "video/raw", "--ids", "ids.csv", code="schema_mismatch")
        self.assertIn("ids.csv:2", message)
        self.fails("delete", "video/raw", "--ids", "none.csv", code="not_found")
        self.assertEqual(self.ids(), list(range(10)))

    def changes(self, *options):
        lines = self.ok("resolve", "video/crop", *options).lines
        return sorted((line["change"], line["row"]["id"]) for line in lines)

    def test_scope(self):
        self.write("video/crop", [line["row"] for line in self.ok("resolve", "video/crop").lines])
        self.write("video/raw", [raw(1, frames="g", score=1)] +
                   [raw(i, frames="g", score=1) for i in (2, 20, 21)])
        self.ok("delete", "video/raw", "--filter", "id in (5, 6)")
        self.file("scope.csv", "id\n0\n1\n5\n20\n99\n")
        self.assertEqual(self.changes("--only-ids", "scope.csv"),
                         [("new", 20), ("orphaned", 5), ("stale", 1)])
        counts = self.ok("resolve", "video/crop", "--only-ids", "scope.csv", "--count").object
        self.assertEqual((counts["new"], counts["stale"], counts["orphaned"]), (1, 1, 1))
        # A filter of the upstream says what is to be expected, not what is to be looked at.
        outcome = self.ok("resolve", "video/crop", "--filter", "video/raw=id < 2", "--count")
        self.assertGreater(outcome.object["orphaned"], 5)
        self.assertIn("--only-ids", outcome.err)
        self.assertIn("orphaned", outcome.err)
        outcome = self.ok("resolve", "video/crop", "--global-filter", "id < 2", "--count")
        self.assertEqual(outcome.err, "")

    def test_scope_of_samples(self):
        self.file("rows.jsonl", to_lines([raw(1, frames="g"), raw(2, frames="g")]))
        self.file("scope.csv", "id\n2\n3\n")
        lines = self.ok("resolve", "video/raw", "--samples", "rows.jsonl", "--only-ids",
                        "scope.csv").lines
        self.assertEqual(sorted((line["change"], line["row"]["id"]) for line in lines),
                         [("orphaned", 3), ("stale", 2)])


class DropTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(i, score=i) for i in range(3)])
        self.write("files", [{"path": "x", "metaxy_provenance_by_field":
                              {"content": "1", "attributes": "2"}}])

    def test_as_if_never_written(self):
        self.fails("drop", "video/raw", exit_code=2)
        self.assertEqual(self.ok("drop", "video/raw", "--dry-run").object,
                         {"feature": "video/raw", "rows": 3, "dry_run": True})
        self.assertEqual(len(self.read("video/raw")), 3)
        self.assertEqual(self.ok("drop", "video/raw", "--yes").object["rows"], 3)
        self.fails("read", "video/raw", code="not_found")
        self.fails("drop", "video/raw", "--yes", code="not_found")
        self.assertEqual(self.ok("verify").object["problems"], [])
        self.assertEqual(len(self.read("files")), 1)
        # Its columns are forgotten too.
        self.write("video/raw", [raw(1, rating="high")])
        self.assertEqual([(r["id"], r["rating"], "score" in r) for r in
                          self.read("video/raw", "--with-sample-history")], [(1, "high", False)])
        self.ok("compact")
        self.assertEqual(self.ok("verify").object["problems"], [])
        self.assertEqual(len(self.read("video/raw")), 1)


if __name__ == "__main__":
    unittest.main()
