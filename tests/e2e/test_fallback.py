"""Fallback stores: features that this store has never had are read from others."""

import pathlib
import subprocess
import tempfile
import unittest

from support import PROGRAM, CliTest, raw, to_lines

CONFIG = """
default_store = "dev"
graph = ["features.toml"]

[stores.dev]
path = "dev.db"
fallback_stores = ["staging", "spare"]

[stores.staging]
path = "staging.db"
fallback_stores = ["prod"]

[stores.prod]
path = "prod.db"
read_only = true

[stores.spare]
path = "spare.db"
"""


def files(path):
    return {"path": path, "metaxy_provenance_by_field": {"content": "1", "attributes": "2"}}


class FallbackTest(CliTest):
    """video/raw: 1, 2 in prod and 9 in spare; files only in spare; all stores but dev exist."""

    def setUp(self):
        super().setUp()
        self.file("diotima.toml", CONFIG)
        self.by_path("prod.db", "write", "video/raw", stdin=to_lines([raw(1, score=1.0), raw(2)]))
        self.by_path("staging.db", "push")
        self.by_path("spare.db", "write", "video/raw", stdin=to_lines([raw(9, score=9.0)]))
        self.by_path("spare.db", "write", "files", stdin=to_lines([files("x")]))

    def by_path(self, store, *arguments, **more):
        return self.ok("--store", store, *arguments, **more)

    def run_store(self, *arguments, **more):
        return self.run_program(*arguments, **more)

    def create_dev(self):
        self.ok("push")

    def ids(self, *options):
        return [row["id"] for row in self.read("video/raw", *options)]

    def read_from(self, feature, *options):
        return self.ok(*options, "describe", feature).object["read_from"]

    def place(self, name):
        """Paths of the configuration are relative to its file."""
        return str(self.dir / name)

    def test_chain(self):
        self.create_dev()
        # prod is reached by way of staging, before spare.
        self.assertEqual(self.ids(), [1, 2])
        self.assertEqual([row["path"] for row in self.read("files")], ["x"])
        self.assertEqual(self.read_from("video/raw"), self.place("prod.db"))
        self.assertEqual(self.read_from("files"), self.place("spare.db"))
        self.assertIsNone(self.read_from("video/crop"))
        self.assertEqual([r["id"] for r in self.ok("--store", "staging", "read", "video/raw").lines],
                         [1, 2])
        self.fails("--store", "staging", "read", "files", code="not_found")

    def test_the_whole_feature(self):
        self.create_dev()
        self.write("video/raw", [raw(3)])
        self.assertEqual(self.ids(), [3])
        self.assertEqual(self.read_from("video/raw"), self.place("dev.db"))
        self.assertEqual([row["path"] for row in self.read("files")], ["x"])
        self.ok("delete", "video/raw", "--hard", "--yes")
        # It was written once: what is left of it, nothing, is read here.
        self.assertEqual(self.ids(), [])

    def test_a_write_of_no_rows(self):
        self.create_dev()
        self.write("video/raw", [])
        self.assertEqual(self.ids(), [])

    def test_no_fallback(self):
        self.create_dev()
        self.fails("read", "video/raw", "--no-fallback", code="not_found")
        self.write("video/raw", [raw(3)])
        self.assertEqual(self.ids("--no-fallback"), [3])

    def test_a_store_that_does_not_exist_yet(self):
        self.assertEqual(self.ids(), [1, 2])
        self.assertEqual([line["row"]["id"] for line in self.ok("resolve", "video/crop").lines],
                         [1, 2])
        self.assertEqual(self.read_from("video/raw"), self.place("prod.db"))
        self.fails("read", "video/raw", "--no-fallback", code="not_found")
        self.assertFalse((self.dir / "dev.db").exists())

    def test_nothing_is_left_behind_for_it(self):
        scratch = pathlib.Path(tempfile.mkdtemp(dir=self.dir))
        self.ok("read", "video/raw", env={"TMPDIR": str(scratch)})
        self.assertEqual(list(scratch.iterdir()), [])

    def test_resolve(self):
        self.create_dev()
        self.write("video/crop", [line["row"] for line in self.ok("resolve", "video/crop").lines])
        self.assertEqual(self.ok("resolve", "video/crop", "--count").object,
                         {"new": 0, "stale": 0, "orphaned": 0, "progress": 100.0, "rows": 0})
        self.by_path("prod.db", "write", "video/raw", stdin=to_lines([raw(2, frames="new"), raw(5)]))
        changes = [(line["change"], line["row"]["id"])
                   for line in self.ok("resolve", "video/crop").lines]
        self.assertEqual(sorted(changes), [("new", 5), ("stale", 2)])
        # The store's own rows are only ever its own.
        self.assertEqual(
            self.ok("--store", "staging", "resolve", "video/crop", "--count").object["new"], 3)

    def test_current_rows_are_of_this_store_only(self):
        self.by_path("prod.db", "write", "video/crop", stdin=to_lines([
            {"id": 1, "metaxy_provenance_by_field": {"audio": "1", "frames": "2"}}]))
        self.create_dev()
        self.assertEqual(len(self.read("video/crop")), 1)
        self.assertEqual(self.ok("resolve", "video/crop", "--count").object["new"], 2)

    def test_explain_names_the_store(self):
        self.create_dev()
        self.assertIn("  store: " + self.place("prod.db") + "\n",
                      self.ok("resolve", "video/crop", "--explain").out)

    def test_status(self):
        self.create_dev()
        state = {line["feature"]: line for line in self.ok("status").lines}
        self.assertEqual(state["video/crop"]["new"], 2)

    def test_deletes_touch_this_store_only(self):
        self.create_dev()
        for mode in (("--soft=true",), ("--hard", "--yes")):
            self.fails("delete", "video/raw", *mode, "--filter", "id = 1", code="not_found")
            result = self.ok("delete", "video/raw", *mode, "--filter", "id = 1", "--cascade",
                             "downstream").object
            self.assertEqual({f["rows"] for f in result["features"]}, {0})
        self.assertEqual(self.ids(), [1, 2])

    def test_rebase_on_upstream_of_a_fallback_store(self):
        self.create_dev()
        self.write("video/crop", [line["row"] for line in self.ok("resolve", "video/crop").lines])
        old = self.ok("describe", "video/crop").object["feature_version"]
        text = (self.dir / "features.toml").read_text()
        self.file("features.toml", text.replace(
            '  "audio",\n', '  { key = "audio", code_version = "2" },\n', 1))
        self.assertNotEqual(self.ok("describe", "video/crop").object["feature_version"], old)
        self.assertEqual(self.ok("rebase", "video/crop", "--from", old).object["rows"], 2)
        self.assertEqual(self.ok("resolve", "video/crop", "--count").object["new"], 0)

    def test_a_missing_fallback_store_is_left_out(self):
        self.create_dev()
        (self.dir / "prod.db").rename(self.dir / "away.db")
        outcome = self.ok("read", "video/raw")
        self.assertEqual([row["id"] for row in outcome.lines], [9])
        (warning,) = [line for line in outcome.err.splitlines() if line.startswith("warning: ")]
        self.assertIn("'prod'", warning)
        self.assertIn("prod.db", warning)
        self.assertEqual(self.ok("--quiet", "read", "video/raw").err, "")

    def test_all_of_them_missing(self):
        for name in ("staging", "prod", "spare"):
            (self.dir / f"{name}.db").rename(self.dir / f"{name}.away")
        self.fails("read", "video/raw", code="not_found")
        self.assertFalse((self.dir / "dev.db").exists())

    def test_other_settings(self):
        self.run_program("--store", "md5.db", "--graph", "features.toml", "init",
                         "--hash-algorithm", "md5")
        self.file("diotima.toml", CONFIG.replace('path = "spare.db"', 'path = "md5.db"'))
        self.create_dev()
        self.fails("read", "video/raw")

    def test_a_cycle(self):
        self.create_dev()
        self.file("diotima.toml", CONFIG.replace('path = "prod.db"',
                                                 'path = "prod.db"\nfallback_stores = ["dev"]'))
        for command in (("read", "video/raw"), ("resolve", "video/crop"), ("status",)):
            message = self.fails(*command)
            for mention in ("diotima.toml", "'dev'", "'prod'"):
                self.assertIn(mention, message)
        self.file("diotima.toml", '[stores.a]\npath = "dev.db"\nfallback_stores = ["a"]\n')
        self.assertIn("'a'", self.fails("--store", "a", "read", "video/raw"))

    def test_the_same_store_twice_is_no_cycle(self):
        self.file("diotima.toml", CONFIG.replace('path = "spare.db"',
                                                 'path = "spare.db"\nfallback_stores = ["prod"]'))
        self.create_dev()
        self.assertEqual(self.ids(), [1, 2])

    def test_writes_never_reach_them(self):
        self.create_dev()
        self.write("files", [files("y")])
        self.assertEqual([row["path"] for row in self.read("files")], ["y"])
        self.assertEqual([r["path"] for r in self.by_path("spare.db", "read", "files").lines], ["x"])

    def test_beside_a_writer(self):
        """A fallback store that another process writes can be read."""
        self.create_dev()
        writer = subprocess.Popen(
            [PROGRAM, "--store", "prod.db", "write", "video/raw"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.dir, env=self.env)
        self.addCleanup(self.stop, writer)
        self.wait_until_locked("prod.db")
        self.assertEqual(self.ids(), [1, 2])
        _, errors = writer.communicate(to_lines([raw(7)]).encode())
        self.assertEqual(writer.returncode, 0, errors)
        self.assertEqual(self.ids(), [1, 2, 7])

    def test_list_stores(self):
        stores = {line.pop("store"): line for line in self.ok("list", "stores").lines}
        self.assertEqual(list(stores), ["dev", "staging", "prod", "spare"])
        self.assertEqual(stores["dev"], {"path": self.place("dev.db"), "default": True,
                                         "read_only": False, "fallback_stores": ["staging", "spare"]})
        self.assertEqual(stores["prod"], {"path": self.place("prod.db"), "default": False,
                                          "read_only": True, "fallback_stores": []})


if __name__ == "__main__":
    unittest.main()
