"""rebase: rows of an old version under new definitions."""

import json
import unittest

from support import CliTest, to_lines

GRAPH = """
[[features]]
key = "source"
id_columns = ["id"]
fields = ["audio", "frames"]

[[features]]
key = "target"
id_columns = ["id"]
fields = [{{ key = "faces", code_version = "{faces}" }}, {{ key = "voices", code_version = "{voices}" }}]
deps = [{{ feature = "source", select = ["path"] }}]
"""
HASHES = ("metaxy_provenance_by_field", "metaxy_provenance", "metaxy_data_version_by_field",
          "metaxy_data_version")


def source(sample, audio="a", frames="f"):
    return {"id": sample, "path": f"/{sample}",
            "metaxy_provenance_by_field": {"audio": audio, "frames": frames}}


class RebaseTest(CliTest):
    """1 and 2 have upstream, 3 has lost its own; all three were computed under code version 1."""

    def setUp(self):
        super().setUp()
        self.use("1", "1")
        self.first = self.version()
        self.ok("push")
        self.write("source", [source(i) for i in (1, 2, 3)])
        self.compute(overridden={2: {"faces": "mine"}})
        self.ok("delete", "source", "--filter", "id = 3")
        self.use("2", "1")
        self.second = self.version()

    def use(self, faces, voices):
        self.file("features.toml", GRAPH.format(faces=faces, voices=voices))

    def version(self, feature="target"):
        return self.ok("describe", feature).object["feature_version"]

    def compute(self, overridden=None):
        rows = []
        for line in self.ok("resolve", "target").lines:
            row = {**line["row"], "result": line["row"]["id"] * 10}
            if row["id"] in (overridden or {}):
                row["metaxy_data_version_by_field"] = {
                    **row["metaxy_data_version_by_field"], **overridden[row["id"]]}
                del row["metaxy_data_version"]
            rows.append(row)
        self.write("target", rows, "--materialization-id", "computed")

    def rebase(self, *options):
        return self.ok("rebase", "target", *options).object

    def rows(self, *options):
        return {row["id"]: row for row in self.read("target", *options)}

    def expected(self):
        """What resolve says of the definitions in force."""
        lines = self.ok("resolve", "target", "--skip-comparison").lines
        return {line["row"]["id"]: line["row"] for line in lines}

    def test_dry_run(self):
        result = self.rebase("--from", self.first, "--dry-run")
        self.assertEqual(result, {"feature": "target", "rows": 2, "from": self.first,
                                  "to": self.second, "dry_run": True, "commit_time": None})
        self.assertEqual(self.rows(), {})
        self.assertEqual(len(self.rows("--with-feature-history")), 3)

    def test_to_the_current_version(self):
        before = self.rows("--feature-version", self.first)
        result = self.rebase("--from", self.first, "--materialization-id", "rebased")
        self.assertEqual((result["rows"], result["to"], result["dry_run"]), (2, self.second, False))
        rows, expected = self.rows(), self.expected()
        self.assertEqual(sorted(rows), [1, 2])
        project = self.ok("describe", "target").object["project_version"]
        for sample, row in rows.items():
            self.assertEqual(row["metaxy_feature_version"], self.second)
            self.assertEqual(row["metaxy_project_version"], project)
            self.assertEqual(row["metaxy_updated_at"], result["commit_time"])
            self.assertEqual(row["metaxy_materialization_id"], "rebased")
            for column in ("path", "result", "metaxy_created_at"):
                self.assertEqual(row[column], before[sample][column], column)
            for column in HASHES[:2]:
                self.assertEqual(row[column], expected[sample][column], column)
        for column in HASHES:
            self.assertEqual(rows[1][column], expected[1][column], column)
        self.assertNotEqual(rows[1]["metaxy_provenance"], before[1]["metaxy_provenance"])

    def test_nothing_is_to_be_computed_afterwards(self):
        self.assertEqual(self.ok("resolve", "target", "--count").object["new"], 2)
        self.rebase("--from", self.first)
        self.assertEqual(self.ok("resolve", "target", "--count").object,
                         {"new": 0, "stale": 0, "orphaned": 0, "progress": 100.0, "rows": 0})

    def test_overridden_data_versions_are_kept(self):
        before = self.rows("--feature-version", self.first)[2]
        self.rebase("--from", self.first)
        row, expected = self.rows()[2], self.expected()[2]
        by_field = row["metaxy_data_version_by_field"]
        self.assertEqual(by_field["faces"], "mine")
        self.assertEqual(by_field["voices"], expected["metaxy_data_version_by_field"]["voices"])
        self.assertEqual(row["metaxy_provenance_by_field"], expected["metaxy_provenance_by_field"])
        self.assertEqual(row["metaxy_data_version"], before["metaxy_data_version"])

    def test_twice_changes_nothing(self):
        self.rebase("--from", self.first)
        rows, history = self.rows(), self.read("target", "--with-feature-history",
                                               "--with-sample-history", "--include-soft-deleted")
        again = self.rebase("--from", self.first)
        self.assertEqual((again["rows"], again["commit_time"]), (0, None))
        self.assertEqual(self.rows(), rows)
        self.assertEqual(self.read("target", "--with-feature-history", "--with-sample-history",
                                   "--include-soft-deleted"), history)

    def test_to_a_snapshot(self):
        self.ok("push")
        self.use("3", "1")
        third = self.version()
        self.assertEqual(self.rebase("--from", self.first, "--to", self.second)["rows"], 2)
        self.assertEqual(sorted(self.rows("--feature-version", self.second)), [1, 2])
        self.assertEqual(self.rows(), {})
        self.assertEqual(self.rebase("--from", self.second, "--to", third)["rows"], 2)
        self.assertEqual(sorted(self.rows()), [1, 2])
        # And back.
        self.assertEqual(self.rebase("--from", third, "--to", self.first)["rows"], 2)
        self.use("1", "1")
        self.assertEqual(self.ok("resolve", "target", "--count").object["stale"], 0)

    def test_a_version_of_the_future(self):
        self.use("9", "9")
        unknown = self.version()
        self.use("2", "1")
        message = self.fails("rebase", "target", "--from", self.first, "--to", unknown,
                             code="not_found")
        self.assertIn(unknown, message)
        self.assertIn("push", message)

    def test_from_an_unknown_version(self):
        message = self.fails("rebase", "target", "--from", "nonsense", code="not_found")
        self.assertIn(self.first, message)
        self.fails("rebase", "target", "--from", "it's", code="not_found")

    def test_a_root(self):
        for options in ((), ("--dry-run",)):
            message = self.fails("rebase", "source", "--from", self.version("source"), *options)
            self.assertIn("root", message)
            self.assertIn("'source'", message)

    def test_errors(self):
        self.fails("rebase", "nothing", "--from", "x", code="not_found")
        self.fails("rebase", "target", exit_code=2)
        self.fails("rebase", "--store", "none.db", "--graph", "features.toml", "target", "--from",
                   "x", code="not_found", run=self.run_program)
        self.assertFalse((self.dir / "none.db").exists())

    def test_deleted_rows_stay_behind(self):
        self.use("1", "1")
        self.ok("delete", "target", "--filter", "id = 1")
        self.use("2", "1")
        self.assertEqual(self.rebase("--from", self.first)["rows"], 1)
        self.assertEqual(sorted(self.rows()), [2])

    def test_what_is_newer_stays(self):
        """Sample 1 was computed anew since: its latest row is of another version."""
        (line,) = [l for l in self.ok("resolve", "target").lines if l["row"]["id"] == 1]
        self.write("target", [{**line["row"], "result": 77}])
        self.assertEqual(self.rebase("--from", self.first)["rows"], 1)
        self.assertEqual({i: r["result"] for i, r in self.rows().items()}, {1: 77, 2: 20})

    def test_metaxy_spelling(self):
        result = self.ok("metadata", "rebase", "target", "--from", self.first, "--dry-run").object
        self.assertEqual(result["rows"], 2)

    def test_members_and_children(self):
        """Aggregated members and expanded children are joined on the input ids, each once."""
        for lineage in ('{ type = "aggregation", on = ["id"] }', '{ type = "expansion", on = ["id"] }'):
            with self.subTest(lineage=lineage):
                store = "aggregated.db" if "aggregation" in lineage else "expanded.db"
                self.check_lineage(store, lineage)

    def check_lineage(self, store, lineage):
        aggregated = "aggregation" in lineage
        text = f"""
        [[features]]
        key = "source"
        id_columns = {json.dumps(["id", "part"] if aggregated else ["id"])}
        fields = ["data"]

        [[features]]
        key = "target"
        id_columns = {json.dumps(["id"] if aggregated else ["id", "part"])}
        fields = [{{ key = "result", code_version = "CODE" }}]
        deps = [{{ feature = "source", select = [], lineage = {lineage} }}]
        """

        def run(code, *arguments, stdin=""):
            self.file("lineage.toml", text.replace("CODE", code))
            outcome = self.run_program("--store", store, "--graph", "lineage.toml", *arguments,
                                       stdin=stdin)
            self.assertEqual(outcome.code, 0, outcome.err)
            return outcome

        many = [{"id": i, "part": part} for i in (1, 2) for part in (1, 2, 3)]
        few = [{"id": i} for i in (1, 2)]
        hashes = {"metaxy_provenance_by_field": {"data": "1"}}
        run("1", "write", "source", stdin=to_lines({**row, **hashes}
                                                   for row in (many if aggregated else few)))
        made = {line["row"]["id"]: line["row"]["metaxy_provenance_by_field"]
                for line in run("1", "resolve", "target").lines}
        run("1", "write", "target",
            stdin=to_lines({**row, "metaxy_provenance_by_field": made[row["id"]]}
                           for row in (few if aggregated else many)))
        old = run("1", "describe", "target").object["feature_version"]
        self.assertEqual(run("2", "rebase", "target", "--from", old).object["rows"],
                         2 if aggregated else 6)
        count = run("2", "resolve", "target", "--count").object
        self.assertEqual((count["new"], count["stale"], count["orphaned"]), (0, 0, 0))


if __name__ == "__main__":
    unittest.main()
