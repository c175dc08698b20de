"""diotima.toml, and the variables of the environment."""

import json
import unittest

from support import CliTest, raw, to_lines

CONFIG = """
default_store = "dev"
graph = ["defs/*.toml"]

[stores.dev]
path = "${WHERE:-stores}/dev"
hash_algorithm = "sha256"
hash_truncation_length = 16
materialization_id = "${RUN_ID:-}"

[stores.prod]
path = "stores/prod"
read_only = true
"""


class ConfigTest(CliTest):
    def setUp(self):
        super().setUp()
        (self.dir / "defs").mkdir()
        (self.dir / "features.toml").rename(self.dir / "defs/features.toml")
        self.file("diotima.toml", CONFIG)

    def ok(self, *arguments, **more):
        outcome = self.run_program(*arguments, **more)
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome

    def refuses(self, text, *mentions, command=("list", "stores"), **more):
        self.file("diotima.toml", text)
        message = self.fails(*command, run=self.run_program, **more)
        for mention in mentions:
            self.assertIn(mention, message)

    def test_everything(self):
        self.ok("write", "video/raw", stdin=to_lines([raw(1)]), env={"RUN_ID": "run 1"})
        (row,) = self.ok("read", "video/raw").lines
        self.assertEqual(row["metaxy_materialization_id"], "run 1")
        self.assertEqual(len(row["metaxy_feature_version"]), 16)
        self.assertTrue((self.dir / "stores/dev/CURRENT").exists())
        self.ok("write", "video/raw", stdin=to_lines([raw(1)]))
        self.assertIsNone(self.ok("read", "video/raw").object["metaxy_materialization_id"])

    def test_found_upwards_and_relative_to_itself(self):
        below = self.dir / "x/y"
        below.mkdir(parents=True)
        self.ok("write", "video/raw", stdin=to_lines([raw(1)]), cwd=below)
        self.assertTrue((self.dir / "stores/dev/CURRENT").exists())

    def test_named(self):
        self.file("other/mine.toml", '[stores.s]\npath = "s.db"\n')
        listed = [{"store": "s", "path": "other/s.db", "default": False, "read_only": False,
                   "fallback_stores": []}]
        self.assertEqual(self.ok("--config", "other/mine.toml", "list", "stores").lines, listed)
        self.assertEqual(
            self.ok("list", "stores", env={"DIOTIMA_CONFIG": "other/mine.toml"}).lines, listed)
        self.fails("list", "stores", "--config", "none.toml", run=self.run_program,
                   code="not_found")

    def test_stores(self):
        self.fails("write", "video/raw", "--store", "prod", run=self.run_program, code="read_only",
                   stdin=to_lines([raw(1)]))
        self.ok("--store", "by/path", "push")
        self.ok("push", env={"DIOTIMA_STORE": "by/variable"})
        self.ok("--store", "by/option", "push", env={"DIOTIMA_STORE": "by/variable2"})
        self.assertEqual(sorted(p.name for p in (self.dir / "by").iterdir()),
                         ["option", "path", "variable"])

    def test_the_settings_of_an_existing_store_hold(self):
        self.ok("init", "stores/dev")
        self.ok("write", "video/raw", stdin=to_lines([raw(1)]))
        self.assertEqual(len(self.ok("read", "video/raw").object["metaxy_feature_version"]), 64)

    def test_graph_option_comes_first(self):
        self.file("g.toml", '[[features]]\nkey = "a"\nid_columns = ["id"]\n')
        self.assertEqual(self.ok("--graph", "g.toml", "list", "features").object["feature"], "a")

    def test_fallback(self):
        self.ok("--store", "stores/prod", "--config", "diotima.toml", "write", "video/raw",
                stdin=to_lines([raw(7)]))
        self.file("diotima.toml", CONFIG.replace(
            "[stores.prod]", 'fallback_stores = ["prod"]\n[stores.prod]'))
        self.assertEqual([r["id"] for r in self.ok("read", "video/raw").lines], [7])
        self.fails("read", "video/raw", "--no-fallback", run=self.run_program, code="not_found")

    def test_a_fallback_that_is_not_there_has_its_own(self):
        self.file("diotima.toml", CONFIG.replace(
            "[stores.prod]",
            'fallback_stores = ["stage"]\n[stores.stage]\npath = "stage"\n'
            'fallback_stores = ["prod"]\n[stores.prod]'))
        self.ok("--store", "stores/prod", "write", "video/raw", stdin=to_lines([raw(7)]))
        self.assertEqual([r["id"] for r in self.ok("read", "video/raw").lines], [7])

    def test_refusals(self):
        place = "diotima.toml:"
        self.refuses('default_stor = "a"\n', place + "1", "default_store")
        self.refuses('[stores.a]\npath = "x"\nhash_algoritm = "md5"\n', place + "3",
                     "hash_algorithm")
        self.refuses('default_store = "a"\n[stores.b]\npath = "x"\n', place + "1", "'a'")
        self.refuses('[stores.a]\n', place + "1", "path")
        self.refuses('[stores.a]\npath = ""\n', place + "2", "empty")
        self.refuses('[stores.a]\npath = 7\n', place + "2", "text", "integer")
        self.refuses('[stores.a]\npath = "x"\nread_only = "yes"\n', place + "3", "boolean")
        self.refuses('[stores.a]\npath = "x"\nhash_algorithm = "crc"\n', place + "3", "crc")
        self.refuses('[stores.a]\npath = "x"\nhash_truncation_length = 4\n', place + "3", "8")
        self.refuses('[stores.a]\npath = "x"\nfallback_stores = ["c"]\n', place + "3", "'c'")
        self.refuses('[stores.a]\npath = "${NO_SUCH_VARIABLE}"\n', place + "2", "NO_SUCH_VARIABLE")
        self.refuses('[stores.a]\npath = "${HOME"\n', place + "2", "}")
        self.refuses('stores = 1\n', place + "1", "table")
        self.refuses('graph = [1]\n', place + "1", "text")
        self.refuses('[stores.a\n', place + "1")
        self.refuses(b"a = '\xff'\n", "diotima.toml")

    def test_graph_files_that_are_not_there(self):
        self.refuses('graph = ["none/*.toml"]\n', "none/*.toml", command=("list", "features"),
                     code="not_found")

    def test_json_of_stores(self):
        self.assertEqual(len(json.loads(self.ok("list", "stores", "--format", "json").out)), 2)


if __name__ == "__main__":
    unittest.main()
