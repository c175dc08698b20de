"""delete, soft and hard."""

import unittest

from support import CliTest, raw


class DeleteTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(i, score=i / 2) for i in (1, 2, 3)])

    def ids(self, *arguments):
        return [row["id"] for row in self.read("video/raw", *arguments)]

    def delete(self, *arguments):
        return self.ok("delete", *arguments).object

    def test_soft(self):
        result = self.delete("video/raw", "--filter", "id < 3")
        self.assertEqual(result, {"mode": "soft", "dry_run": False,
                                  "features": [{"feature": "video/raw", "rows": 2}]})
        self.assertEqual(self.ids(), [3])
        self.assertEqual(self.ids("--only-soft-deleted"), [1, 2])

    def test_hard(self):
        self.assertEqual(self.delete("video/raw", "--hard", "--yes", "--filter", "id = 1")["mode"], "hard")
        self.assertEqual(self.ids("--include-soft-deleted"), [2, 3])
        self.assertEqual(self.delete("--feature", "video/raw", "--soft=false", "--filter", "id = 2")
                         ["features"], [{"feature": "video/raw", "rows": 1}])
        self.assertEqual(self.ids("--include-soft-deleted"), [3])

    def test_metaxy_spelling(self):
        self.ok("metadata", "delete", "--feature", "video/raw", "--filter", "id = 1", "--soft=true")
        self.assertEqual(self.ids(), [2, 3])

    def test_dry_run(self):
        for options in ((), ("--hard",), ("--hard", "--yes", "--filter", "id = 1")):
            result = self.delete("video/raw", "--dry-run", *options)
            self.assertEqual(result["dry_run"], True)
            self.assertEqual(result["features"][0]["rows"], 1 if "--filter" in options else 3)
        self.assertEqual(self.ids(), [1, 2, 3])

    def test_hard_without_filters_needs_yes(self):
        message = self.fails("delete", "video/raw", "--hard", exit_code=2)
        self.assertIn("--yes", message)
        self.assertEqual(self.ids(), [1, 2, 3])
        self.delete("video/raw", "--hard", "--yes")
        self.assertEqual(self.ids("--include-soft-deleted"), [])

    def test_on_a_terminal_it_asks(self):
        arguments = ("--store", "meta.db", "--graph", "features.toml", "delete", "video/raw", "--hard")
        code, shown = self.run_terminal(*arguments, answer=b"n\n")
        self.assertEqual(code, 1)
        self.assertIn("[y/N]", shown)
        self.assertEqual(self.ids(), [1, 2, 3])
        code, shown = self.run_terminal(*arguments, answer=b"y\n")
        self.assertEqual(code, 0, shown)
        self.assertEqual(self.ids("--include-soft-deleted"), [])

    def test_feature_history(self):
        self.write("video/raw", [raw(9, metaxy_feature_version="old", metaxy_project_version="p")],
                   "--preserve-feature-version")
        self.assertEqual(self.delete("video/raw", "--dry-run")["features"][0]["rows"], 3)
        self.assertEqual(
            self.delete("video/raw", "--dry-run", "--with-feature-history")["features"][0]["rows"], 4)

    def test_several_or_none(self):
        self.write("files", [{"path": "x", "metaxy_provenance_by_field":
                              {"content": "1", "attributes": "2"}}])
        self.fails("delete", "video/raw", "files", "--filter", "score > 0")
        self.fails("delete", "video/raw", "video/crop", "--yes", code="not_found")
        self.assertEqual(self.ids(), [1, 2, 3])
        result = self.delete("video/raw", "files", "--yes")
        self.assertEqual(result["features"], [{"feature": "video/raw", "rows": 3},
                                              {"feature": "files", "rows": 1}])

    def test_all_features(self):
        result = self.delete("--all-features", "--yes")
        self.assertEqual({f["feature"]: f["rows"] for f in result["features"]},
                         {"video/raw": 3, "video/crop": 0, "files": 0})

    def test_cascade(self):
        self.delete("video/raw", "--cascade", "none", "--filter", "id = 1")
        self.assertEqual(self.ids(), [2, 3])

    def test_usage(self):
        self.fails("delete", exit_code=2)
        self.fails("delete", "video/raw", "--all-features", exit_code=2)
        self.fails("delete", "video/raw", "--soft=maybe", exit_code=2)
        self.fails("delete", "video/raw", "--soft", "--hard", exit_code=2)
        self.fails("delete", "video/raw", "--cascade", "sideways", exit_code=2)

    def test_errors(self):
        self.fails("delete", "nothing", "--yes", code="not_found")
        self.assertIn("character 4", self.fails("delete", "video/raw", "--filter", "id ~ 1"))
        self.fails("delete", "video/raw", "--filter", "nope = 1")
        self.fails("delete", "video/raw", "--yes", "--store", "none.db", "--graph", "features.toml",
                   code="not_found", run=self.run_program)
        self.assertFalse((self.dir / "none.db").exists())
        self.assertEqual(self.ids(), [1, 2, 3])


if __name__ == "__main__":
    unittest.main()
