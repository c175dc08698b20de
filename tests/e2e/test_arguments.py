"""Arguments and names that scripts give and people rarely do."""

import json
import unittest

from support import CliTest, raw, to_lines


class ArgumentsTest(CliTest):
    def test_the_last_of_a_repeated_option_holds(self):
        self.write("video/raw", [raw(1)])
        for before in ("csv", "table", "nonsense"):
            outcome = self.run_program(
                "--store", "none", "--format", before, "read", "video/raw", "--format", "json",
                "--graph", "features.toml", "--store", "meta.db", "--columns", "id")
            self.assertEqual(json.loads(outcome.out), [{"id": 1}], outcome.err)

    def test_an_unknown_option_gets_a_suggestion(self):
        for words, unknown, meant in (
                (("read", "video/raw", "--filtr", "id = 1"), "--filtr", "--filter"),
                (("read", "video/raw", "--colums=id"), "--colums", "--columns"),
                (("resolve", "video/raw", "--stor", "x"), "--stor", "--store")):
            message = self.fails(*words, exit_code=2)
            self.assertIn(f"unknown option '{unknown}'", message)
            self.assertIn(f"'{meant}'", message)

    def test_waiting_for_a_writer(self):
        self.write("video/raw", [raw(1)])
        writer = self.start("write", "video/raw")
        writer.stdin.write(to_lines([raw(2)]).encode())
        writer.stdin.flush()
        self.wait_until_locked()
        self.fails("write", "video/raw", "--wait", "1s", stdin=to_lines([raw(3)]), code="busy")
        self.fails("write", "video/raw", "--wait", "long", exit_code=2)
        waiting = self.start("write", "video/raw", "--wait", "60s")
        waiting.stdin.write(to_lines([raw(3)]).encode())
        waiting.stdin.flush()
        writer.communicate(timeout=60)
        waiting.communicate(timeout=60)
        self.assertEqual(waiting.returncode, 0)
        self.assertEqual([row["id"] for row in self.read("video/raw")], [1, 2, 3])

    def test_a_graph_file_tells_all_its_faults(self):
        self.file("bad.toml", """
[[features]]
key = "a"
id_columns = []
[[features]]
key = "b"
id_columns = ["id"]
colour = "red"
[[features]]
key = "c"
id_columns = ["id"]
""")
        message = self.fails("--graph", "bad.toml", "list", "features", run=self.run_program)
        self.assertIn("bad.toml:2", message)
        self.assertIn("id_columns is empty", message)
        self.assertIn("bad.toml:8", message)
        self.assertIn("colour", message)
        self.file("bad.toml", """
[[features]]
key = "a"
id_columns = ["id"]
deps = [{ feature = "x" }, { feature = "y" }]
""")
        message = self.fails("--graph", "bad.toml", "list", "features", run=self.run_program)
        self.assertIn('"x"', message)
        self.assertIn('"y"', message)

    def test_as_of_a_time_before_the_code_changed(self):
        time = self.write("video/raw", [raw(1)])["commit_time"]
        graph = (self.dir / "features.toml").read_text()
        self.file("features.toml", graph.replace('fields = ["audio", "frames"]',
                                                 'fields = [{ key = "audio", code_version = "7" }, '
                                                 '"frames"]', 1))
        self.write("video/raw", [raw(2)])
        message = self.fails("read", "video/raw", "--as-of", time, code="not_found")
        version = message.split("but of ")[1].split(":")[0]
        self.assertIn("--feature-version", message)
        rows = self.read("video/raw", "--as-of", time, "--feature-version", version)
        self.assertEqual([row["id"] for row in rows], [1])
        self.assertEqual(self.read("video/raw", "--as-of", "2001-01-01"), [])

    def test_limits_are_not_negative(self):
        self.write("video/raw", [raw(1)])
        self.fails("read", "video/raw", "--limit", "-1", exit_code=2)
        self.fails("history", "--limit", "-1", exit_code=2)
        self.ok("push")
        self.assertEqual(self.read("video/raw", "--limit", "0"), [])
        self.assertEqual(self.ok("history", "--limit", "0").lines, [])
        self.assertEqual(len(self.ok("history", "--limit", "5").lines), 1)

    def test_samples_that_one_input_has_twice(self):
        outcome = self.ok("write", "video/raw", stdin=to_lines([raw(1), raw(2), raw(1), raw(1)]))
        self.assertIn("warning: 2 rows are of samples that the input has more than once",
                      outcome.err)
        self.assertEqual(self.ok("write", "video/raw", stdin=to_lines([raw(1), raw(2)])).err, "")
        # More than what goes through the log.
        rows = [raw(i % 400, note=f"{i:>30000}") for i in range(600)]
        outcome = self.ok("write", "video/raw", stdin=to_lines(rows))
        self.assertIn("warning: 200 rows", outcome.err)

    def test_a_column_named_twice_is_printed_once(self):
        self.write("video/raw", [raw(1, score=2.5)])
        out = self.ok("read", "video/raw", "--columns", "score,id", "--columns", "id,score").out
        self.assertEqual(out, '{"score":2.5,"id":1}\n')


class NamesTest(CliTest):
    def test_null_characters(self):
        self.write("video/raw", [raw(1, **{"a\0b": 5, "a": 6, "s": {"k\0": 1}})])
        (row,) = self.read("video/raw", "--columns", "id,a")
        self.assertEqual(row, {"id": 1, "a": 6})
        (row,) = self.read("video/raw")
        self.assertEqual((row["a\0b"], row["a"], row["s"]), (5, 6, {"k\0": 1}))


class IdColumnsTest(CliTest):
    """The id columns of a feature in another order."""

    def graph(self, ids, version):
        self.file("features.toml", '[[features]]\nkey = "x"\n'
                  f'id_columns = {json.dumps(ids)}\n'
                  f'fields = [{{ key = "f", code_version = "{version}" }}]\n')

    def row(self, a, b):
        return {"a": a, "b": b, "metaxy_provenance_by_field": {"f": "h"}}

    def test_copy(self):
        self.graph(["b", "a"], 1)
        self.ok("--store", "to", "write", "x", stdin=to_lines([self.row(1, "one")]))
        self.graph(["a", "b"], 2)
        self.write("x", [self.row(2, "two")])
        self.run_program("--graph", "features.toml", "copy", "x", "--from", "meta.db", "--to", "to")
        outcome = self.run_program("--graph", "features.toml", "--store", "to", "read", "x",
                                   "--with-feature-history", "--columns", "a,b")
        self.assertEqual(sorted(r["a"] for r in outcome.lines), [1, 2], outcome.err)
        self.assertEqual(sorted(r["b"] for r in outcome.lines), ["one", "two"])

    def test_rebase_to_more_ids(self):
        def graph(ids, version):
            self.file("features.toml", '[[features]]\nkey = "u"\nid_columns = ["a"]\n'
                      f'[[features]]\nkey = "x"\nid_columns = {json.dumps(ids)}\n'
                      f'deps = [{{ feature = "u" }}]\n'
                      f'fields = [{{ key = "f", code_version = "{version}" }}]\n')
        graph(["a"], 1)
        self.write("u", [{"a": 1, "metaxy_provenance_by_field": {"default": "h"}}])
        self.write("x", [line["row"] for line in self.ok("resolve", "x").lines])
        before = self.ok("describe", "x").object["feature_version"]
        graph(["a", "b"], 2)
        for more in ((), ("--dry-run",)):
            self.assertIn("'b'", self.fails("rebase", "x", "--from", before, *more,
                                            code="schema_mismatch"))
        self.assertEqual(self.ok("describe", "x").object["rows"], 0)


if __name__ == "__main__":
    unittest.main()
