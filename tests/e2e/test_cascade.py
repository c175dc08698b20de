"""delete --cascade: which features, in which order, in one commit."""

import unittest

from support import CliTest, to_lines

# source -> left, right -> joined; other stands alone; right/late is never written.
GRAPH = """
[[features]]
key = "source"
id_columns = ["id"]
fields = ["data"]

[[features]]
key = "left"
id_columns = ["id"]
fields = ["data"]
deps = [{ feature = "source", select = [] }]

[[features]]
key = "right"
id_columns = ["id"]
fields = ["data"]
deps = [{ feature = "source", select = [] }]

[[features]]
key = "right/late"
id_columns = ["id"]
fields = ["data"]
deps = [{ feature = "right", select = [] }]

[[features]]
key = "joined"
id_columns = ["id"]
fields = ["data"]
deps = [{ feature = "left", select = [] }, { feature = "right", select = [] }]

[[features]]
key = "other"
id_columns = ["id"]
fields = ["data"]
"""
WRITTEN = ("source", "left", "right", "joined", "other")
ALL = [1, 2, 3]


def row(sample, **columns):
    return {"id": sample, **columns, "metaxy_provenance_by_field": {"data": "1"}}


class CascadeTest(CliTest):
    def setUp(self):
        super().setUp()
        self.file("features.toml", GRAPH)
        lines = [{"feature": feature, "row": row(i, score=i / 2)}
                 for feature in WRITTEN for i in ALL]
        self.ok("write", "--multi", stdin=to_lines(lines))

    def ids(self, feature, *options):
        return sorted(r["id"] for r in self.read(feature, *options))

    def state(self):
        """All rows, history and deletions included."""
        return {feature: sorted((r["id"], r["metaxy_updated_at"], r["metaxy_deleted_at"] or "")
                                for r in self.read(feature, "--with-sample-history",
                                                   "--include-soft-deleted"))
                for feature in WRITTEN}

    def delete(self, feature, cascade, *options):
        result = self.ok("delete", feature, "--cascade", cascade, *options).object
        return [(f["feature"], f["rows"]) for f in result["features"]]

    def expect_order(self, counted, first, last, missing=()):
        """`first` comes before `last`, for each pair; whole features are left out."""
        names = [name for name, _ in counted]
        for before, after in zip(first, last):
            self.assertLess(names.index(before), names.index(after), names)
        for name in missing:
            self.assertNotIn(name, names)

    def test_downstream(self):
        for options in ((), ("--hard", "--yes")):
            with self.subTest(options=options):
                counted = self.delete("right", "downstream", "--dry-run", *options)
                self.assertEqual(sorted(counted), [("joined", 3), ("right", 3), ("right/late", 0)])
                self.assertEqual(counted[-1], ("right", 3))

    def test_from_the_root(self):
        counted = self.delete("source", "downstream", "--dry-run")
        self.expect_order(counted, ("joined", "joined", "right/late", "left", "right"),
                          ("left", "right", "right", "source", "source"), missing=("other",))
        self.assertEqual(len(counted), 5)

    def test_upstream(self):
        counted = self.delete("joined", "upstream", "--dry-run")
        self.assertEqual(counted[0], ("source", 3))
        self.assertEqual(sorted(counted[1:3]), [("left", 3), ("right", 3)])
        self.assertEqual(counted[3:], [("joined", 3)])

    def test_both(self):
        counted = self.delete("right", "both", "--dry-run")
        self.expect_order(counted, ("source", "right", "right"), ("right", "joined", "right/late"),
                          missing=("left", "other"))
        self.assertEqual(len(counted), 4)

    def test_none(self):
        self.assertEqual(self.delete("right", "none", "--filter", "id = 1"), [("right", 1)])
        self.assertEqual(self.ids("right"), [2, 3])
        self.assertEqual(self.ids("joined"), ALL)

    def test_several_features(self):
        result = self.ok("delete", "left", "right", "--cascade", "downstream", "--dry-run").object
        names = [f["feature"] for f in result["features"]]
        self.assertEqual(sorted(names), ["joined", "left", "right", "right/late"])
        self.assertLess(names.index("joined"), min(names.index("left"), names.index("right")))

    def test_dry_run_changes_nothing(self):
        before = self.state()
        for cascade in ("downstream", "upstream", "both"):
            for options in (("--hard",), (), ("--filter", "id < 3")):
                self.delete("right", cascade, "--dry-run", *options)
        self.assertEqual(self.state(), before)

    def test_dry_run_says_what_is_done(self):
        for cascade in ("downstream", "upstream", "both"):
            for options in (("--filter", "id = 1"), ("--hard", "--yes", "--filter", "id = 2"),
                            ("--hard", "--yes")):
                with self.subTest(cascade=cascade, options=options):
                    said = self.delete("right", cascade, "--dry-run", *options)
                    self.assertEqual(self.delete("right", cascade, *options), said)

    def test_soft_is_one_commit(self):
        self.delete("right", "both", "--filter", "id <= 2")
        times = {r["metaxy_deleted_at"] for feature in ("source", "right", "joined")
                 for r in self.read(feature, "--only-soft-deleted")}
        self.assertEqual(len(times), 1)
        for feature in ("source", "right", "joined"):
            self.assertEqual(self.ids(feature), [3])
            self.assertEqual(self.ids(feature, "--only-soft-deleted"), [1, 2])
        for feature in ("left", "other"):
            self.assertEqual(self.ids(feature), ALL)
        # Before the commit there is none of it, with it there is all of it.
        (time,) = times
        for feature in ("source", "right", "joined"):
            self.assertEqual(self.ids(feature, "--as-of", time), [3])
            written = self.read(feature)[0]["metaxy_updated_at"]
            self.assertEqual(self.ids(feature, "--as-of", written), ALL)

    def test_soft_keeps_everything_else(self):
        before = {r["id"]: r for r in self.read("joined")}
        self.delete("source", "downstream", "--filter", "id = 2")
        (deleted,) = self.read("joined", "--only-soft-deleted")
        self.assertIsNotNone(deleted["metaxy_deleted_at"])
        self.assertEqual({**deleted, "metaxy_deleted_at": None}, before[2])

    def test_soft_twice(self):
        self.delete("source", "downstream", "--yes")
        self.assertEqual({rows for _, rows in self.delete("source", "downstream", "--yes")}, {0})

    def test_hard(self):
        self.write("right", [row(1, score=9.0)])
        self.delete("right", "both", "--hard", "--yes", "--filter", "id = 1")
        for feature in ("source", "right", "joined"):
            self.assertEqual(self.ids(feature, "--with-sample-history", "--include-soft-deleted"),
                             [2, 3])
        self.delete("right", "both", "--hard", "--yes")
        for feature in ("source", "right", "joined"):
            self.assertEqual(self.ids(feature, "--with-sample-history", "--include-soft-deleted"), [])
        for feature in ("left", "other"):
            self.assertEqual(self.ids(feature), ALL)

    def test_hard_leaves_what_was_before(self):
        self.write("right", [row(1, score=9.0)])
        self.assertEqual(self.delete("right", "downstream", "--hard", "--yes", "--filter", "score = 9"),
                         [("right/late", 0), ("joined", 0), ("right", 1)])
        self.assertEqual([r["score"] for r in self.read("right", "--filter", "id = 1")], [0.5])

    def test_hard_without_filters_needs_yes(self):
        before = self.state()
        self.assertIn("--yes", self.fails("delete", "right", "--cascade", "both", "--hard",
                                          exit_code=2))
        self.assertEqual(self.state(), before)

    def test_a_column_that_one_feature_lacks(self):
        self.write("joined", [row(4, only_here=1)])
        before = self.state()
        for cascade in ("upstream", "both"):
            for mode in (("--soft=true",), ("--hard", "--yes")):
                for options in ((), ("--dry-run",)):
                    message = self.fails("delete", "joined", "--cascade", cascade, *mode, *options,
                                         "--filter", "only_here = 1")
                    self.assertIn("only_here", message)
                    self.assertRegex(message, "'(source|left|right)'")
        self.assertEqual(self.state(), before)
        # The leaf comes first and has the column: what was marked of it must not stay either.
        message = self.fails("delete", "source", "--cascade", "downstream", "--filter",
                             "only_here = 1")
        self.assertIn("only_here", message)
        self.assertEqual(self.state(), before)

    def test_a_filter_of_another_type(self):
        before = self.state()
        self.fails("delete", "source", "--cascade", "downstream", "--filter", "score = 'x'")
        self.assertEqual(self.state(), before)

    def test_nothing_written(self):
        outcome = self.run_program("--store", "new.db", "--graph", "features.toml", "push")
        self.assertEqual(outcome.code, 0, outcome.err)
        outcome = self.run_program("--store", "new.db", "delete", "right", "--cascade", "both",
                                   "--filter", "id = 1")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual({f["rows"] for f in outcome.object["features"]}, {0})
        self.fails("--store", "new.db", "delete", "right", "--yes", run=self.run_program, code="not_found")

    def test_feature_history(self):
        self.write("right", [row(1, metaxy_feature_version="old", metaxy_project_version="p"),
                             row(7, metaxy_feature_version="old", metaxy_project_version="p")],
                   "--preserve-feature-version")
        self.assertEqual(dict(self.delete("right", "downstream", "--hard", "--dry-run"))["right"], 3)
        counted = self.delete("right", "downstream", "--hard", "--yes", "--with-feature-history")
        self.assertEqual(dict(counted), {"right": 5, "right/late": 0, "joined": 3})
        self.assertEqual(self.ids("right", "--with-feature-history"), [])

    def test_what_was_deleted_is_orphaned_below(self):
        self.delete("source", "none", "--filter", "id = 1")
        lines = self.ok("resolve", "left", "--only", "orphaned").lines
        self.assertEqual([line["row"]["id"] for line in lines], [1])


if __name__ == "__main__":
    unittest.main()
