"""alter and undelete, and the declarations that columns have."""

import unittest

from support import CliTest, raw, to_lines


class AlterTest(CliTest):
    def test_a_declaration_that_differs(self):
        text = (self.dir / "features.toml").read_text()
        self.file("features.toml", text.replace('score = "double", ', ""))
        self.write("video/raw", [raw(1, score=1)])
        self.file("features.toml", text)
        advice = "`diotima alter video/raw --column score=double`"
        self.assertIn(advice, self.fails("push", code="schema_mismatch"))
        line = raw(2, score=0.5)
        self.assertIn(advice, self.fails("write", "video/raw", stdin=to_lines([line]),
                                         code="schema_mismatch"))
        dry = self.ok("alter", "video/raw", "--column", "score=double", "--dry-run").object
        self.assertEqual((dry["rows"], dry["commit_time"]), (1, None))
        self.ok("alter", "video/raw", "--column", "score=double")
        self.ok("push")
        self.write("video/raw", [line])
        self.assertEqual([row["score"] for row in self.read("video/raw")], [1.0, 0.5])

    def test_a_value_that_does_not_fit(self):
        self.write("video/raw", [raw(1, size=9007199254740993), raw(2, size=5)])
        message = self.fails("alter", "video/raw", "--column", "size=double", code="schema_mismatch")
        self.assertIn("sample id=1: column 'size' holds 9007199254740993", message)
        self.assertEqual(self.read("video/raw")[0]["size"], 9007199254740993)

    def test_names(self):
        self.write("video/raw", [raw(1, note="n", other=True)])
        self.ok("alter", "video/raw", "--rename", "note=remark", "--drop", "other")
        (row,) = self.read("video/raw")
        self.assertEqual(row["remark"], "n")
        self.assertNotIn("other", row)
        self.assertNotIn("note", row)

    def test_usage(self):
        self.write("video/raw", [raw(1, note="n")])
        self.fails("alter", "video/raw", exit_code=2)
        self.fails("alter", "video/raw", "--column", "note", exit_code=2)
        self.fails("alter", "video/raw", "--column", "note=strnig", exit_code=2)
        self.fails("alter", "video/raw", "--rename", "=x", exit_code=2)
        self.assertIn("id column", self.fails("alter", "video/raw", "--drop", "id"))
        self.assertIn("did you mean 'note'", self.fails("alter", "video/raw", "--drop", "notes",
                                                        code="not_found"))


class UndeleteTest(CliTest):
    def test_brings_back(self):
        self.write("video/raw", [raw(i) for i in range(3)])
        self.ok("delete", "video/raw", "--filter", "id < 2")
        self.assertEqual([r["id"] for r in self.read("video/raw")], [2])
        self.assertEqual(self.ok("undelete", "video/raw", "--dry-run").object["rows"], 2)
        self.assertEqual(self.ok("undelete", "video/raw", "--filter", "id = 1").object["rows"], 1)
        self.assertEqual([r["id"] for r in self.read("video/raw")], [1, 2])

    def test_rows_of_older_versions_are_told(self):
        self.write("video/raw", [raw(i) for i in range(3)])
        text = (self.dir / "features.toml").read_text()
        self.file("features.toml", text.replace('["audio", "frames"]',
                                                '["audio", {key = "frames", code_version = "2"}]', 1))
        self.write("video/raw", [raw(1)])
        outcome = self.ok("delete", "video/raw", "--hard", "--yes")
        self.assertIn("3 stored rows of other feature versions are left alone", outcome.err)
        self.assertIn("--with-feature-history", outcome.err)
        outcome = self.ok("delete", "video/raw", "--hard", "--yes", "--with-feature-history")
        self.assertEqual(outcome.err, "")
        self.assertEqual(self.read("video/raw", "--with-feature-history"), [])


if __name__ == "__main__":
    unittest.main()
