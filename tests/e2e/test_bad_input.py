"""Bad input of each kind: what is said of it, and that nothing of it stays."""

import gzip
import json
import os
import unittest

from support import GOLDEN, CliTest, raw, to_lines


# Metaxy finds these when it resolves; here the definitions are refused.
FOUND_EARLIER = ("filter_that_cannot_be_parsed", "filter_that_is_not_supported")


class BadGraphTest(CliTest):
    def graph_fails(self, name, text, *mentions, code="invalid_argument"):
        self.file(name, text)
        message = self.fails("--graph", name, "list", "features", run=self.run_program, code=code)
        for mention in mentions:
            self.assertIn(mention, message)

    def test_malformed(self):
        self.graph_fails("g.toml", "[[features]]\nkey = \n", "g.toml:2")
        self.graph_fails("g.json", '[{"key": "a",}]', "g.json:1")
        self.graph_fails("g.toml", b"key = '\xff'", "g.toml:1")
        self.graph_fails("g.json", "", "g.json")
        self.graph_fails("g.json", "[" * 100000, "g.json")
        self.fails("--graph", "none.toml", "list", "features", run=self.run_program,
                   code="not_found")

    def test_golden_refusals(self):
        for golden in json.loads((GOLDEN / "spec_errors.json").read_text()):
            with self.subTest(golden["name"]):
                if golden["stage"] == "resolve" and golden["name"] not in FOUND_EARLIER:
                    self.refused_on_use(golden)
                else:
                    self.graph_fails("g.json", json.dumps(golden["features"]), "g.json:1: ")

    def refused_on_use(self, golden):
        store = ("--store", golden["name"] + ".db", "--graph", "g.json")
        self.file("g.json", json.dumps(golden["features"]))
        for feature, rows in golden["write"].items():
            outcome = self.run_program(*store, "write", feature, stdin=to_lines(rows))
            self.assertEqual(outcome.code, 0, outcome.err)
        codes = [self.run_program(*store, "resolve", spec["key"]).code
                 for spec in golden["features"] if spec["key"] not in golden["write"]]
        self.assertIn(1, codes)


class BadRowTest(CliTest):
    """Each of these comes after a good row; the good one must not be there either."""

    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(1, score=1.5, name="x")])
        self.before = self.read("video/raw", "--with-sample-history")

    def refuses(self, line, *mentions, code="invalid_argument"):
        good = json.dumps(raw(2)).encode() + b"\n"
        line = line if isinstance(line, bytes) else json.dumps(line).encode()
        message = self.fails("write", "video/raw", stdin=good + line + b"\n" + good, code=code)
        for mention in ("2", *mentions):
            self.assertIn(mention, message)
        self.assertEqual(self.read("video/raw", "--with-sample-history"), self.before)

    def test_lines(self):
        self.refuses(b"[1]", "-:2", "object")
        self.refuses(b"7", "-:2", "object")
        self.refuses(b'{"id": 1', "-:2")
        self.refuses(b'{"id": 1} x', "-:2")
        self.refuses(b'{"id": 1, "id": 2}', "-:2", "id")
        self.refuses(b'{"id": "\xff"}', "-:2", "UTF-8")

    def test_values(self):
        self.refuses(raw(2, score="high"), "-:2", "score", "double", code="schema_mismatch")
        self.refuses(raw("two"), "-:2", "id", "int64", code="schema_mismatch")
        self.refuses(raw(2, taken="noon"), "-:2", "taken", code="schema_mismatch")
        self.refuses(raw(2, blob="!"), "-:2", "blob", code="schema_mismatch")

    def test_ids(self):
        row = raw(2)
        del row["id"]
        self.refuses(row, "-:2", "id", code="schema_mismatch")
        self.refuses(raw(None), "-:2", "id", code="schema_mismatch")

    def test_provenance(self):
        self.refuses({"id": 2}, "-:2", "metaxy_provenance_by_field", code="schema_mismatch")
        self.refuses({"id": 2, "metaxy_provenance_by_field": {"audio": "a"}}, "-:2", "frames",
                     code="schema_mismatch")
        self.refuses({"id": 2, "metaxy_provenance_by_field": "a"}, "-:2",
                     code="schema_mismatch")

    def test_a_line_of_100_mb(self):
        self.refuses(b'{"id": 2, "name": "' + b"x" * 100_000_000 + b'"}', "-:2", "longer")

    def test_csv(self):
        text = 'id,score\n2,1.5\n3,"x\n'
        self.file("bad.csv", text)
        self.assertIn("bad.csv:3", self.fails("write", "video/raw", "bad.csv"))
        self.file("bad.csv", "id,score\n2,1.5,7\n")
        self.assertIn("bad.csv:2", self.fails("write", "video/raw", "bad.csv"))
        self.assertEqual(self.read("video/raw", "--with-sample-history"), self.before)

    def test_multi(self):
        for line in ('{"feature": "video/raw"}', '{"row": {}}', '{"feature": 7, "row": {}}', "[]"):
            self.assertIn("-:1", self.fails("write", "--multi", stdin=line))
        line = json.dumps({"feature": "nothing", "row": raw(1)})
        self.fails("write", "--multi", stdin=line, code="not_found")

    def test_unknown_feature(self):
        message = self.fails("write", "video/rav", stdin="", code="not_found")
        self.assertIn("video/raw", message)
        for command in ("read", "resolve", "describe", "status"):
            self.assertIn("video/raw", self.fails(command, "video/rav", code="not_found"))

    def test_filters(self):
        for command in ("read", "delete"):
            message = self.fails(command, "video/raw", "--filter", "id = = 2")
            self.assertIn("6", message)
            self.assertIn("video/raw", message)
            self.assertIn("nope", self.fails(command, "video/raw", "--filter", "nope = 2"))
            message = self.fails(command, "video/raw", "--filter", "id = 'x'")
            self.assertIn("int64", message)
            self.fails(command, "video/raw", "--filter", "1 = 1")
        self.write("video/crop", [])
        self.assertIn("nope", self.fails("resolve", "video/crop", "--stale-if", "nope"))


class BadStoreTest(CliTest):
    def test_missing(self):
        self.file("empty/.keep", "").unlink()
        for store in ("none.db", "empty"):
            for command in (("read", "video/raw"), ("status",), ("resolve", "video/crop"),
                            ("delete", "video/raw", "--yes"), ("schema", "video/raw")):
                self.fails(*command, "--store", store, "--graph", "features.toml",
                           run=self.run_program, code="not_found")
        self.assertFalse((self.dir / "none.db").exists())
        self.assertEqual(list((self.dir / "empty").iterdir()), [])

    def test_not_a_store(self):
        self.file("notes/a.txt", "mine")
        for store in ("notes", "features.toml"):
            for command in (("read", "video/raw"), ("write", "video/raw")):
                message = self.fails(*command, "--store", store, "--graph", "features.toml",
                                     run=self.run_program)
                self.assertIn("not a store", message)
        self.assertEqual([p.name for p in (self.dir / "notes").iterdir()], ["a.txt"])

    def test_files_that_are_no_text(self):
        for name, content, kind in (("rows.jsonl.gz", gzip.compress(b"{}"), "gzip"),
                                    ("rows.parquet", b"PAR1....", "Parquet"),
                                    ("rows.arrow", b"ARROW1..", "Arrow")):
            self.file(name, content)
            message = self.fails("write", "video/raw", name)
            self.assertIn(f"'{name}' is {kind}", message)

    def test_locked(self):
        self.write("video/raw", [raw(1)])
        writer = self.start("write", "video/raw")
        writer.stdin.write(to_lines([raw(2)]).encode())
        writer.stdin.flush()
        self.wait_until_locked()
        message = self.fails("write", "video/raw", stdin=to_lines([raw(3)]), code="busy")
        self.assertIn("WRITER", message)
        self.fails("delete", "video/raw", "--yes", code="busy")
        # Those who read are not in the way of a writer.
        self.assertEqual([r["id"] for r in self.read("video/raw")], [1])
        self.assertEqual(self.ok("delete", "video/raw", "--dry-run").object["features"][0]["rows"], 1)
        out, err = writer.communicate(timeout=60)
        self.assertEqual(writer.returncode, 0, err)
        self.assertEqual(json.loads(out)["rows"], 1)
        self.assertEqual([r["id"] for r in self.read("video/raw")], [1, 2])

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_read_only_directory(self):
        self.write("video/raw", [raw(1)])
        for directory in (self.dir / "meta.db", self.dir):
            os.chmod(directory, 0o555)
            self.addCleanup(os.chmod, directory, 0o755)
        self.fails("write", "video/raw", stdin=to_lines([raw(2)]), code="io_error")
        self.fails("init", "new.db", run=self.run_program, code="io_error")
        self.assertEqual(len(self.read("video/raw")), 1)

    def test_a_store_that_a_failed_command_created_is_taken_away(self):
        self.fails("write", "video/raw", stdin="x")
        self.assertFalse((self.dir / "meta.db").exists())
        self.file("empty/.keep", "").unlink()
        self.fails("write", "video/raw", "--store", "empty", "--graph", "features.toml", stdin="x",
                   run=self.run_program)
        self.assertEqual(list((self.dir / "empty").iterdir()), [])


if __name__ == "__main__":
    unittest.main()
