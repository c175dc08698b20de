"""copy: rows of one store in another, with their versions and times."""

import unittest

from support import CliTest, raw, to_lines

EVERYTHING = ("--with-feature-history", "--with-sample-history", "--include-soft-deleted")


class CopyTest(CliTest):
    """In a.db: 1 written twice, 2 deleted, 3 written once, 4 under an old version; files once."""

    def setUp(self):
        super().setUp()
        self.into("a.db", "write", "video/raw", rows=[raw(i, score=i / 2) for i in (1, 2, 3)])
        self.into("a.db", "write", "video/raw", rows=[raw(1, score=9.0)],
                  more=("--materialization-id", "second"))
        self.into("a.db", "delete", "video/raw", more=("--filter", "id = 2"))
        self.into("a.db", "write", "video/raw", more=("--preserve-feature-version",), rows=[
            raw(4, metaxy_feature_version="old", metaxy_project_version="older")])
        self.into("a.db", "write", "files", rows=[{
            "path": "x", "metaxy_provenance_by_field": {"content": "1", "attributes": "2"}}])

    def into(self, store, *arguments, rows=(), more=()):
        outcome = self.run_program("--store", store, "--graph", "features.toml", *arguments, *more,
                                   stdin=to_lines(rows))
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome

    def rows(self, store, *options, feature="video/raw"):
        return self.into(store, "read", feature, *options).lines

    def ids(self, store, *options):
        return sorted(row["id"] for row in self.rows(store, *options))

    def copy(self, *arguments, to="b.db"):
        outcome = self.run_program("--graph", "features.toml", "copy", *arguments, "--from", "a.db",
                                   "--to", to)
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome.object

    def refuses(self, *arguments, **more):
        return self.fails("--graph", "features.toml", "copy", *arguments, run=self.run_program,
                          **more)

    def test_latest(self):
        result = self.copy("video/raw")
        self.assertEqual(result["features"], [{"feature": "video/raw", "rows": 3}])
        self.assertEqual((result["rows"], result["from"], result["to"]), (3, "a.db", "b.db"))
        self.assertIsNotNone(result["commit_time"])
        self.assertEqual(self.rows("b.db"), self.rows("a.db"))
        self.assertEqual(self.rows("b.db", *EVERYTHING),
                         self.rows("a.db", "--with-feature-history"))

    def test_creates_the_store(self):
        self.assertFalse((self.dir / "b.db").exists())
        outcome = self.run_program("--graph", "features.toml", "copy", "video/raw", "--from", "a.db",
                                   "--to", "b.db")
        self.assertIn("created store 'b.db'", outcome.err)
        self.assertEqual(self.ids("b.db"), [1, 3])

    def test_sample_history(self):
        self.assertEqual(self.copy("video/raw", "--with-sample-history")["rows"], 6)
        self.assertEqual(self.rows("b.db", *EVERYTHING), self.rows("a.db", *EVERYTHING))
        self.assertEqual(self.ids("b.db"), [1, 3])
        self.assertEqual(self.ids("b.db", "--only-soft-deleted"), [2])

    def test_current_version_only(self):
        self.assertEqual(self.copy("video/raw", "--with-feature-history=false")["rows"], 2)
        self.assertEqual(self.ids("b.db", "--with-feature-history"), [1, 3])
        self.assertEqual(
            self.copy("video/raw", "--with-feature-history=false", "--with-sample-history",
                      to="c.db")["rows"], 5)
        self.assertEqual(self.rows("c.db", *EVERYTHING),
                         self.rows("a.db", "--with-sample-history", "--include-soft-deleted"))

    def test_several_features(self):
        result = self.copy("files", "video/raw", "video/crop")
        # video/crop was never written.
        self.assertEqual(result["features"], [{"feature": "files", "rows": 1},
                                              {"feature": "video/raw", "rows": 3}])
        self.assertEqual(self.rows("b.db", feature="files"), self.rows("a.db", feature="files"))

    def test_filters(self):
        result = self.copy("files", "video/raw", "--filter", "video/raw=score > 1")
        self.assertEqual(result["rows"], 3)
        self.assertEqual(self.ids("b.db"), [1, 3])
        self.assertEqual(self.copy("video/raw", "--filter", "video/raw=score > 1", "--filter",
                                   "video/raw=id < 3", to="c.db")["rows"], 1)
        self.assertEqual(self.copy("video/raw", "--global-filter", "id >= 3", to="d.db")["rows"], 2)
        self.assertEqual(self.ids("d.db", "--with-feature-history"), [3, 4])

    def test_filters_see_the_latest_state(self):
        self.assertEqual(self.copy("video/raw", "--filter", "video/raw=score = 0.5")["rows"], 0)

    def test_a_filter_on_a_column_that_one_feature_lacks(self):
        message = self.refuses("video/raw", "files", "--global-filter", "score > 1", "--from", "a.db",
                               "--to", "b.db")
        self.assertIn("score", message)
        self.assertFalse((self.dir / "b.db").exists())

    def test_twice(self):
        for options in ((), ("--with-sample-history",)):
            self.copy("video/raw", *options)
            rows = self.rows("b.db", "--with-feature-history", "--include-soft-deleted")
            self.copy("video/raw", *options)
            self.assertEqual(self.rows("b.db", "--with-feature-history", "--include-soft-deleted"),
                             rows)
        self.assertEqual(self.ids("b.db"), [1, 3])

    def test_what_is_newer_stays_the_latest(self):
        self.copy("video/raw")
        self.into("b.db", "write", "video/raw", rows=[raw(3, score=-1.0), raw(7)])
        self.copy("video/raw", "--with-sample-history")
        self.assertEqual(self.ids("b.db"), [1, 3, 7])
        self.assertEqual([r["score"] for r in self.rows("b.db", "--filter", "id = 3")], [-1.0])

    def test_later_deletions_come_along(self):
        self.copy("video/raw")
        self.into("a.db", "delete", "video/raw", more=("--filter", "id = 3"))
        self.copy("video/raw")
        self.assertEqual(self.ids("b.db"), [1, 3])
        self.copy("video/raw", "--with-sample-history")
        self.assertEqual(self.ids("b.db"), [1])

    def test_writes_go_on_after_it(self):
        self.copy("video/raw", "--with-sample-history")
        self.into("b.db", "write", "video/raw", rows=[raw(2, score=5.0)])
        self.assertEqual(self.ids("b.db"), [1, 2, 3])

    def test_other_settings(self):
        self.into("b.db", "init", more=("--hash-algorithm", "sha256"))
        message = self.refuses("video/raw", "--from", "a.db", "--to", "b.db")
        self.assertIn("hash", message)
        self.fails("--store", "b.db", "--graph", "features.toml", "read", "video/raw",
                   run=self.run_program, code="not_found")

    def test_other_types(self):
        self.into("b.db", "write", "video/raw", rows=[{**raw(1), "id": "text"}])
        message = self.refuses("video/raw", "--from", "a.db", "--to", "b.db", code="schema_mismatch")
        for mention in ("'id'", "string", "int64"):
            self.assertIn(mention, message)
        self.assertEqual(self.ids("b.db"), ["text"])

    def test_configured_settings(self):
        """A store that is created takes the settings of its configuration."""
        self.file("diotima.toml", '[stores.b]\npath = "b.db"\nhash_algorithm = "md5"\n')
        self.assertIn("hash", self.refuses("video/raw", "--from", "a.db", "--to", "b"))
        self.assertFalse((self.dir / "b.db").exists())

    def test_stays_out_of_fallback_stores(self):
        self.file("diotima.toml",
                  '[stores.a]\npath = "a.db"\n[stores.b]\npath = "b.db"\nfallback_stores = ["a"]\n')
        self.into("b", "push")
        outcome = self.run_program("--graph", "features.toml", "copy", "video/raw", "--from", "b",
                                   "--to", "c.db")
        self.assertEqual((outcome.code, outcome.object["rows"]), (0, 0))

    def test_errors(self):
        self.refuses("video/raw", "--from", "none.db", "--to", "b.db", code="not_found")
        self.refuses("nothing", "--from", "a.db", "--to", "b.db", code="not_found")
        self.refuses("video/raw", "--from", "a.db", exit_code=2)
        self.refuses("--from", "a.db", "--to", "b.db", exit_code=2)
        self.refuses("video/raw", "--from", "a.db", "--to", "b.db", "--filter", "id = 1",
                     exit_code=2)
        self.assertEqual([p.name for p in self.dir.glob("*.db")], ["a.db"])
        for other in ("a.db", "./a.db"):
            self.refuses("video/raw", "--from", "a.db", "--to", other)
        self.assertEqual(self.ids("a.db", *EVERYTHING), [1, 1, 2, 2, 3, 4])

    def test_a_read_only_store(self):
        self.file("diotima.toml", '[stores.b]\npath = "b.db"\nread_only = true\n')
        self.refuses("video/raw", "--from", "a.db", "--to", "b", code="read_only")

    def test_metaxy_spelling(self):
        outcome = self.run_program("--graph", "features.toml", "metadata", "copy", "video/raw",
                                   "--from", "a.db", "--to", "b.db")
        self.assertEqual(outcome.object["rows"], 3, outcome.err)


if __name__ == "__main__":
    unittest.main()
