"""push, history, graph diff, and reading as of a time."""

import unittest

from support import CliTest, raw

BASE = """
[[features]]
key = "source"
id_columns = ["id"]
fields = ["audio", "frames"]

[[features]]
key = "target"
id_columns = ["id"]
fields = [{ key = "faces", code_version = "1" }, "voices"]
deps = [{ feature = "source", select = ["path"] }]
"""
LEAF = """
[[features]]
key = "leaf"
id_columns = ["id"]
fields = ["data"]
deps = [{ feature = "target", select = [] }]
"""


class HistoryTest(CliTest):
    def use(self, text):
        self.file("features.toml", text)

    def push(self, text):
        self.use(text)
        return self.ok("push").object["project_version"]

    def history(self, *options):
        return self.ok("history", *options).lines

    def diff(self, *versions):
        return self.ok("graph", "diff", *versions).lines

    def test_history(self):
        first = self.push(BASE)
        second = self.push(BASE + LEAF)
        snapshots = self.history()
        self.assertEqual([(s["project_version"], s["features"], s["current"]) for s in snapshots],
                         [(second, 3, True), (first, 2, False)])
        self.assertGreater(snapshots[0]["recorded_at"], snapshots[1]["recorded_at"])
        self.assertEqual(self.history("--limit", "1"), snapshots[:1])

    def test_a_repeat_is_not_recorded(self):
        first = self.push(BASE)
        before = self.history()
        self.assertEqual(self.ok("push").object,
                         {"project_version": first, "recorded": False, "features": 2})
        self.assertEqual(self.history(), before)

    def test_pushed_again_after_another(self):
        first = self.push(BASE)
        second = self.push(BASE + LEAF)
        self.push(BASE)
        current = {s["project_version"]: s["current"] for s in self.history()}
        self.assertEqual(current, {first: True, second: False})
        # Without a graph, what was pushed last is in force.
        listed = self.run_program("--store", "meta.db", "list", "features").lines
        self.assertEqual([line["feature"] for line in listed], ["source", "target"])

    def test_a_store_without_snapshots(self):
        self.write("video/raw", [raw(1)])
        self.assertEqual(self.history(), [])
        self.fails("history", "--store", "none.db", run=self.run_program, code="not_found")

    def test_features(self):
        first, second = self.push(BASE), self.push(BASE + LEAF)
        (added,) = self.diff(first, second)
        self.assertEqual((added["feature"], added["change"], added["version_before"],
                          added["changes"]), ("leaf", "added", None, []))
        (removed,) = self.diff(second, first)
        self.assertEqual((removed["feature"], removed["change"], removed["version_after"]),
                         ("leaf", "removed", None))
        self.assertEqual(removed["version_before"], added["version_after"])
        self.assertEqual(self.diff(first, first), [])

    def test_code_version(self):
        first = self.push(BASE + LEAF)
        self.push(BASE.replace('code_version = "1"', 'code_version = "2"') + LEAF)
        leaf, target = self.diff(first)
        self.assertEqual((target["feature"], target["change"]), ("target", "changed"))
        self.assertEqual(target["changes"], [
            {"what": "field", "name": "faces", "member": "code_version", "change": "changed",
             "before": "1", "after": "2"}])
        self.assertNotEqual(target["version_before"], target["version_after"])
        # Its version changed only for what is above it.
        self.assertEqual((leaf["feature"], leaf["change"], leaf["changes"]), ("leaf", "changed", []))
        self.assertNotEqual(leaf["version_before"], leaf["version_after"])

    def members(self, text):
        """The changes of `target` from BASE to `text`."""
        self.push(BASE)
        self.use(text)
        (target,) = [d for d in self.diff(self.history()[0]["project_version"], "current")
                     if d["feature"] == "target"]
        return target, {(m["what"], m["name"], m["member"], m["change"]) for m in target["changes"]}

    def test_fields(self):
        _, changes = self.members(BASE.replace(', "voices"]', ', "speech"]'))
        self.assertEqual(changes, {("field", "voices", "", "removed"),
                                   ("field", "speech", "", "added")})

    def test_deps(self):
        target, changes = self.members(BASE.replace('select = ["path"]', 'optional = true'))
        self.assertEqual(changes, {("dep", "source", "select", "changed"),
                                   ("dep", "source", "optional", "changed")})
        # How rows are joined is no part of a feature's version.
        self.assertEqual(target["version_before"], target["version_after"])

    def test_by_the_beginning_of_a_version(self):
        first, second = self.push(BASE), self.push(BASE + LEAF)
        if first[:8] != second[:8]:
            self.assertEqual(self.diff(first[:8], second[:8]), self.diff(first, second))
        self.assertEqual(self.diff(first[:12], "current"), self.diff(first, second))

    def test_errors(self):
        first = self.push(BASE)
        self.fails("graph", "diff", "0000", first, code="not_found")
        self.fails("graph", "diff", exit_code=2)
        self.fails("graph", "diff", "--store", "none.db", "--graph", "features.toml", first,
                   run=self.run_program, code="not_found")


class AsOfTest(CliTest):
    """Written, changed, computed, deleted: the time of each commit."""

    def setUp(self):
        super().setUp()
        self.times = [
            self.write("video/raw", [raw(1, score=0.5), raw(2)])["commit_time"],
            self.write("video/raw", [raw(1, frames="g"), raw(3)])["commit_time"],
            self.write("video/crop", self.computed())["commit_time"],
        ]
        self.ok("delete", "video/raw", "--filter", "id = 2")
        self.times.append(self.read("video/raw", "--only-soft-deleted")[0]["metaxy_deleted_at"])

    def computed(self):
        return [line["row"] for line in self.ok("resolve", "video/crop").lines]

    def frames(self, *options):
        return {row["id"]: row["metaxy_provenance_by_field"]["frames"]
                for row in self.read("video/raw", *options)}

    def changes(self, *options):
        return sorted((line["change"], line["row"]["id"])
                      for line in self.ok("resolve", "video/crop", *options).lines)

    def test_read(self):
        first, second, third, fourth = self.times
        self.assertEqual(self.frames("--as-of", first), {1: "f", 2: "f"})
        self.assertEqual(self.frames("--as-of", second), {1: "g", 2: "f", 3: "f"})
        self.assertEqual(self.frames("--as-of", third), {1: "g", 2: "f", 3: "f"})
        self.assertEqual(self.frames("--as-of", fourth), {1: "g", 3: "f"})
        self.assertEqual(self.frames(), {1: "g", 3: "f"})

    def test_before_everything_and_after(self):
        self.assertEqual(self.frames("--as-of", "2001-01-01"), {})
        self.assertEqual(self.frames("--as-of", "2999-01-01T00:00:00+01:00"), self.frames())

    def test_with_other_options(self):
        second, fourth = self.times[1], self.times[3]
        self.assertEqual(self.frames("--as-of", second, "--filter", "id > 1"), {2: "f", 3: "f"})
        self.assertEqual(len(self.read("video/raw", "--as-of", second, "--with-sample-history")), 4)
        self.assertEqual(self.frames("--as-of", fourth, "--only-soft-deleted"), {2: "f"})
        self.assertEqual(self.frames("--as-of", second, "--only-soft-deleted"), {})

    def test_resolve(self):
        first, second, third, fourth = self.times
        self.assertEqual(self.changes("--as-of", first), [("new", 1), ("new", 2)])
        self.assertEqual(self.changes("--as-of", second), [("new", 1), ("new", 2), ("new", 3)])
        self.assertEqual(self.changes("--as-of", third), [])
        self.assertEqual(self.changes("--as-of", fourth), [("orphaned", 2)])
        self.assertEqual(self.changes(), [("orphaned", 2)])
        self.assertEqual(self.ok("resolve", "video/crop", "--as-of", first, "--count").object,
                         {"new": 2, "stale": 0, "orphaned": 0, "progress": 0.0, "rows": 2})

    def test_usage(self):
        for command in ("read", "resolve"):
            message = self.fails(command, "video/crop", "--as-of", "yesterday", exit_code=2)
            self.assertIn("--as-of", message)


if __name__ == "__main__":
    unittest.main()
