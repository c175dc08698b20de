"""What status and describe tell."""

import json
import re
import unittest

from support import GOLDEN, CliTest, raw, to_lines

GREEN, YELLOW, MAGENTA = "\x1b[32m", "\x1b[33m", "\x1b[35m"
ARGUMENTS = ("--store", "meta.db", "--graph", "features.toml", "status")


class StatusTest(CliTest):
    def compute(self):
        """Makes video/crop what it should be."""
        rows = [line["row"] for line in self.ok("resolve", "video/crop").lines
                if line["change"] != "orphaned"]
        keep = ("id", "metaxy_provenance_by_field")
        self.write("video/crop", [{name: row[name] for name in keep} for row in rows])

    def line_of(self, feature, env=None):
        code, shown = self.run_terminal(*ARGUMENTS, env={"COLUMNS": "300", **(env or {})})
        self.assertEqual(code, 0)
        (line,) = [line for line in shown.splitlines() if feature in line]
        return line

    def test_colours(self):
        self.write("video/raw", [raw(i, score=i / 2) for i in range(3)])
        self.compute()
        line = self.line_of("video/crop")
        self.assertIn(GREEN, line)
        self.assertNotIn(YELLOW, line)
        self.write("video/raw", [raw(2, audio="b", frames="g", score=1.0), raw(3, score=1.5)])
        self.ok("delete", "video/raw", "--filter", "id = 0")
        line = self.line_of("video/crop")
        self.assertEqual(len(re.findall(re.escape(YELLOW + "1"), line)), 2, line)  # new, stale
        self.assertIn(MAGENTA + "1", line)
        self.assertNotIn(GREEN, line)
        # Without their escape sequences the columns are where they were.
        plain = re.sub(r"\x1b\[\d*m", "", line)
        self.assertEqual(plain, self.line_of("video/crop", env={"NO_COLOR": "1"}))
        self.assertNotIn("\x1b", self.line_of("video/crop", env={"TERM": "dumb"}))

    def test_no_colours_elsewhere(self):
        self.write("video/raw", [raw(1, score=0.5)])
        for form in ("table", "csv", "jsonl", "json"):
            self.assertNotIn("\x1b", self.ok("status", "--format", form).out)

    def test_what_each_state_is_called(self):
        self.write("video/raw", [raw(1, score=0.5)])
        states = {s["feature"]: s["state"] for s in self.ok("status").lines}
        self.assertEqual(states["video/raw"], "root")
        self.assertEqual(states["video/crop"], "missing")
        self.compute()
        states = {s["feature"]: s for s in self.ok("status").lines}
        self.assertEqual(states["video/crop"]["state"], "in_sync")
        self.assertEqual(states["video/crop"]["progress"], 100)
        self.write("video/raw", [raw(1, frames="changed")])
        states = {s["feature"]: s for s in self.ok("status").lines}
        self.assertEqual(states["video/crop"]["state"], "out_of_sync")

    def test_rows_of_versions_that_nobody_knows(self):
        row = raw(1) | {"metaxy_feature_version": "elsewhere", "metaxy_project_version": "p"}
        written = self.ok("write", "video/raw", "--preserve-feature-version", stdin=to_lines([row]))
        for outcome in (written, self.ok("status", "video/raw"), self.ok("push")):
            self.assertIn("versions that no pushed graph has (elsewhere)", outcome.err)


class DescribeTest(CliTest):
    def test_all_that_the_contract_names(self):
        self.write("video/raw", [raw(i, name="n") for i in range(5)])
        self.write("video/raw", [raw(0, name="m")])
        known = self.ok("describe", "video/raw").object
        (case, *_) = json.loads((GOLDEN / "versions.json").read_text())
        (feature,) = case["expect"].values()
        self.assertLessEqual(set(feature), set(known), "members of definitions")
        self.assertEqual(known["rows"], 5)
        (version,) = known["versions"]
        self.assertEqual((version["rows"], version["current"]), (6, True))
        self.assertEqual(version["feature_version"], known["feature_version"])
        stored = {column["name"]: column["stored"] for column in known["columns"]}
        self.assertEqual((stored["id"], stored["name"], stored["taken"]), (True, True, False))
        self.assertEqual(known["read_from"], "meta.db")
        self.assertEqual(known["spec"]["key"], "video/raw")
        crop = self.ok("describe", "video/crop").object
        self.assertEqual(crop["fields"]["frames"]["parents"], ["video/raw.frames"])
        self.assertEqual((crop["rows"], crop["versions"], crop["read_from"]), (0, [], None))


if __name__ == "__main__":
    unittest.main()
