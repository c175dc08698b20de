"""init, push, list, describe, graph, schema."""

import json
import unittest

from support import GOLDEN, VIDEOS, CliTest, raw


class InitTest(CliTest):
    def test_creates_a_store(self):
        outcome = self.run_program("init", "new.db")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(outcome.err, "")
        self.assertEqual(outcome.object, {"path": "new.db", "hash_algorithm": "xxhash64",
                                          "hash_truncation_length": 0})

    def test_settings(self):
        outcome = self.run_program("--store", "s.db", "init", "--hash-algorithm", "sha256",
                                   "--hash-truncation-length", 16)
        self.assertEqual(outcome.object, {"path": "s.db", "hash_algorithm": "sha256",
                                          "hash_truncation_length": 16})

    def test_an_existing_store_is_an_error(self):
        self.ok("init")
        self.assertIn("exists already", self.fails("init"))

    def test_what_is_no_store_stays_as_it_is(self):
        self.file("other/notes.txt", "mine")
        self.assertIn("not a store", self.fails("init", "other"))
        self.assertIn("not a store", self.fails("init", "features.toml"))
        self.assertEqual([p.name for p in (self.dir / "other").iterdir()], ["notes.txt"])

    def test_wrong_settings(self):
        self.fails("init", "--hash-algorithm", "crc", exit_code=2)
        self.fails("init", "--hash-truncation-length", "5", exit_code=2)
        self.fails("init", "--hash-truncation-length", "x", exit_code=2)
        self.assertFalse((self.dir / "meta.db").exists())

    def test_no_store_named(self):
        self.assertIn("no store", self.fails("init", run=self.run_program, exit_code=2))

    def test_in_all_formats(self):
        for form in ("json", "jsonl"):
            self.assertEqual(self.run_program("init", form, "--format", form).object["path"], form)
        self.assertEqual(self.run_program("init", "c", "--format", "csv").out,
                         "path,hash_algorithm,hash_truncation_length\nc,xxhash64,0\n")
        table = self.run_program("init", "t", "--format", "table").out
        self.assertIn("hash_algorithm          xxhash64", table)


class PushTest(CliTest):
    def test_records_once(self):
        first = self.ok("push")
        self.assertEqual(first.err, "created store 'meta.db'\n")
        self.assertTrue(first.object["recorded"])
        self.assertEqual(first.object["features"], 3)
        again = self.ok("push").object
        self.assertFalse(again["recorded"])
        self.assertEqual(again["project_version"], first.object["project_version"])

    def test_the_last_graph_pushed_is_the_current_one(self):
        self.ok("push")
        listed = self.run_program("--store", "meta.db", "list", "features").lines
        self.assertEqual({f["feature"] for f in listed}, {"video/raw", "video/crop", "files"})
        outcome = self.run_program("--store", "meta.db", "write", "video/raw",
                                   stdin=json.dumps(raw(1)))
        self.assertEqual(outcome.object["rows"], 1)

    def test_nothing_to_push(self):
        self.run_program("init", "meta.db")
        self.fails("push", "--store", "meta.db", run=self.run_program)

    def test_a_bad_graph_leaves_no_store(self):
        self.file("features.toml", "[[features]]\nkey = 'a'\n")
        self.fails("push")
        self.assertFalse((self.dir / "meta.db").exists())


class ListTest(CliTest):
    def test_features_need_no_store(self):
        listed = self.run_program("--graph", "features.toml", "list", "features").lines
        order = [f["feature"] for f in listed]
        self.assertLess(order.index("video/raw"), order.index("video/crop"))
        self.assertNotIn("fields", listed[0])

    def test_verbose(self):
        listed = self.run_program("--graph", "features.toml", "list", "features", "-v").lines
        crop = {f["feature"]: f for f in listed}["video/crop"]
        self.assertEqual(crop["fields"]["frames"]["parents"], ["video/raw.frames"])

    def test_formats(self):
        as_list = json.loads(self.ok("list", "features", "--format", "json").out)
        self.assertEqual(as_list, self.ok("list", "features", "--format", "jsonl").lines)
        header = self.ok("list", "features", "--format", "csv").out.splitlines()[0]
        self.assertEqual(header, "feature,feature_version,is_root,id_columns,upstream")
        self.assertIn("video/crop", self.ok("list", "features", "--format", "table").out)

    def test_stores(self):
        self.file("diotima.toml", 'default_store = "a"\n[stores.a]\npath = "x"\n'
                                  '[stores.b]\npath = "/y"\nread_only = true\n')
        first, second = self.run_program("list", "stores").lines
        self.assertEqual((first["store"], first["path"], first["default"]),
                         ("a", str(self.dir / "x"), True))
        self.assertEqual((second["store"], second["read_only"]), ("b", True))

    def test_no_stores(self):
        self.assertEqual(self.run_program("list", "stores", "--format", "json").out, "[]\n")

    def test_no_graph(self):
        self.fails("list", "features", run=self.run_program, exit_code=2)


class DescribeTest(CliTest):
    def test_golden_versions(self):
        for golden in json.loads((GOLDEN / "versions.json").read_text()):
            with self.subTest(golden["name"]):
                self.check_golden(golden)

    def check_golden(self, golden):
        self.file("g.json", json.dumps(golden["features"]))
        run = ("--store", golden["name"] + ".db", "--graph", "g.json")
        self.run_program(*run, "init", "--hash-truncation-length", golden["hash_truncation_length"])
        if not golden["features"]:
            return
        listed = self.run_program(*run, "list", "features", "-v").lines
        self.assertEqual([f["feature"] for f in listed], golden["topological_order"])
        found = {feature["feature"]: feature for feature in listed}
        last = listed[-1]["feature"]
        described = self.run_program(*run, "describe", last).object
        self.assertEqual(described["project_version"], golden["project_version"])
        for feature, expected in golden["expect"].items():
            for member, value in expected.items():
                for place in (found[feature], described if feature == last else found[feature]):
                    # Dependents may come in any order that has dependencies first.
                    order = sorted if member == "downstream" else lambda same: same
                    if member != "spec_json":
                        self.assertEqual(order(place[member]), order(value), (feature, member))

    def test_what_is_stored(self):
        self.write("video/raw", [raw(1, score=1.5), raw(2)])
        self.write("video/raw", [raw(1, extra="x")])
        found = self.ok("describe", "video/raw").object
        self.assertEqual(found["rows"], 2)
        (version,) = found["versions"]
        self.assertEqual((version["rows"], version["current"]), (3, True))
        columns = {c["name"]: (c["type"], c["stored"]) for c in found["columns"]}
        self.assertEqual(columns["id"], ("int64", True))
        self.assertEqual(columns["extra"], ("string", True))
        self.assertEqual(columns["taken"], ("timestamp", False))

    def test_never_written(self):
        self.assertEqual(self.ok("describe", "files").object["rows"], 0)
        self.assertFalse((self.dir / "meta.db").exists())
        self.ok("push")
        self.assertEqual(self.ok("describe", "files").object["rows"], 0)

    def test_unknown_feature(self):
        message = self.fails("describe", "video/rav", code="not_found")
        self.assertIn("video/raw", message)


class GraphTest(CliTest):
    def test_render(self):
        def render(form):
            return self.run_program("--graph", "features.toml", "graph", "render", "--format", form)
        self.assertIn("video/crop", render("terminal").out)
        self.assertTrue(render("mermaid").out.startswith(("graph", "flowchart")))
        self.assertTrue(render("dot").out.startswith("digraph"))
        json.loads(render("json").out)
        self.assertEqual(render("jsonl").out, render("json").out)
        for form in ("json", "jsonl"):
            before = self.run_program("--format", form, "--graph", "features.toml", "graph", "render")
            self.assertEqual(before.out, render("json").out)
        self.assertEqual(render("svgg").code, 2)
        self.file("features.toml", "features = 1\n")
        self.assertIn("error", json.loads(render("json").err.splitlines()[-1]))
        self.file("features.toml", VIDEOS)
        self.assertIn("video/crop", self.ok("graph", "render").out)

    def test_two_files(self):
        self.file("a.toml", '[[features]]\nkey = "a"\nid_columns = ["id"]\n')
        self.file("b.json", '[{"key": "b", "id_columns": ["id"], "deps": [{"feature": "a"}]}]')
        out = self.run_program("--graph", "b.json", "--graph", "a.toml", "list", "features").lines
        self.assertEqual([f["feature"] for f in out], ["a", "b"])


class SchemaTest(CliTest):
    def test_schema_and_row(self):
        self.write("video/raw", [raw(1, score=1.5)])
        text = self.ok("schema", "video/raw", "--row", "row.bin").out
        self.assertIn("root_type", text)
        self.assertGreater((self.dir / "row.bin").stat().st_size, 8)

    def test_never_written(self):
        self.ok("push")
        self.fails("schema", "video/raw", code="not_found")


if __name__ == "__main__":
    unittest.main()
