"""scan: a directory as samples."""

import json
import os
import unittest

from support import GOLDEN, CliTest, to_lines

FIELDS = ("--field", "content", "--field", "attributes=attributes")


class ScanTest(CliTest):
    def setUp(self):
        super().setUp()
        for name, content in (("a.h", "one"), ("a/b.h", "two"), ("a/c.txt", ""), ("a-z", "x"),
                              ("a/deep/er/d.h", "three"), (".hidden", "h")):
            self.file("tree/" + name, content)
            os.chmod(self.dir / "tree" / name, 0o644)
        os.symlink("a.h", self.dir / "tree" / "link.h")
        os.symlink("a", self.dir / "tree" / "linked")

    def scan(self, *arguments):
        outcome = self.run_program("scan", "tree", "--no-follow", *arguments)
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome.lines

    def paths(self, *arguments):
        return [row["path"] for row in self.scan(*arguments)]

    def test_rows(self):
        golden = next(h for h in json.loads((GOLDEN / "hashes.json").read_text())["strings"]
                      if h["algorithm"] == "xxhash64" and not h["truncation"] and h["input"])
        self.file("tree/a.h", golden["input"])
        os.utime(self.dir / "tree/a.h", ns=(0, 1_700_000_000_123_456_789))
        os.chmod(self.dir / "tree/a.h", 0o750)
        row = {r["path"]: r for r in self.scan()}["a.h"]
        self.assertEqual(row, {
            "path": "a.h", "size": len(golden["input"].encode()), "mode": 750, "modified_at": "2023-11-14T22:13:20.123456Z",
            "metaxy_provenance_by_field": {"default": golden["output"]}})

    def test_sorted_by_path_without_links(self):
        expected = [".hidden", "a-z", "a.h", "a/b.h", "a/c.txt", "a/deep/er/d.h"]
        self.assertEqual(self.paths(), expected)
        self.assertEqual(expected, sorted(expected))

    def test_links_are_followed(self):
        """As the caches of DVC and the Hugging Face hub need it."""
        os.symlink("..", self.dir / "tree/a/around")
        os.symlink("nowhere", self.dir / "tree/dangling")
        outcome = self.run_program("scan", "tree")
        self.assertEqual(outcome.code, 0, outcome.err)
        rows = {row["path"]: row for row in outcome.lines}
        self.assertEqual(list(rows), [
            ".hidden", "a-z", "a.h", "a/b.h", "a/c.txt", "a/deep/er/d.h", "link.h", "linked/b.h",
            "linked/c.txt", "linked/deep/er/d.h"])
        hashes = "metaxy_provenance_by_field"
        self.assertEqual(rows["link.h"][hashes], rows["a.h"][hashes])
        self.assertIn("3 symbolic links are left out", outcome.err)
        outcome = self.run_program("scan", "tree", "--no-follow")
        self.assertEqual(len(outcome.lines), 6)
        self.assertIn("4 symbolic links are left out (--no-follow)", outcome.err)

    def test_patterns(self):
        self.assertEqual(self.paths("--glob", "*.h"), ["a.h", "a/b.h", "a/deep/er/d.h"])
        self.assertEqual(self.paths("--glob", "a/*"), ["a/b.h", "a/c.txt"])
        self.assertEqual(self.paths("--glob", "a/**/*.h"), ["a/b.h", "a/deep/er/d.h"])
        self.assertEqual(self.paths("--glob", "*.txt", "--glob", "a-?"), ["a-z", "a/c.txt"])
        self.assertEqual(self.paths("--glob", "nothing"), [])

    def test_fields(self):
        row = self.scan("--glob", "a.h", *FIELDS)[0]["metaxy_provenance_by_field"]
        self.assertEqual(list(row), ["content", "attributes"])
        os.chmod(self.dir / "tree/a.h", 0o600)
        now = self.scan("--glob", "a.h", *FIELDS)[0]["metaxy_provenance_by_field"]
        self.assertEqual(now["content"], row["content"])
        self.assertNotEqual(now["attributes"], row["attributes"])
        self.fails("scan", "tree", "--field", "x=inode", exit_code=2)
        self.fails("scan", "tree", "--field", "x", "--field", "x", exit_code=2)

    def test_many_files(self):
        for i in range(1500):
            self.file(f"many/{i % 7}/{i}", str(i))
        rows = self.run_program("scan", "many").lines
        self.assertEqual(len(rows), 1500)
        self.assertEqual([r["path"] for r in rows], sorted(r["path"] for r in rows))

    def test_large_file(self):
        self.file("tree/large", bytes(range(256)) * 20000)
        row = self.scan("--glob", "large")[0]
        self.assertEqual(row["size"], 5_120_000)

    def test_known_files_are_not_read_again(self):
        self.write("files", self.scan(*FIELDS))
        path = self.dir / "tree/a.h"
        before = path.stat()
        path.write_text("six")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        os.chmod(path, 0o600)
        known = self.ok("scan", "tree", "--no-follow", "--feature", "files", *FIELDS).lines
        plain = self.scan(*FIELDS)
        different = [(k["path"], k["metaxy_provenance_by_field"]["attributes"] ==
                      p["metaxy_provenance_by_field"]["attributes"])
                     for k, p in zip(known, plain) if k != p]
        self.assertEqual(different, [("a.h", True)])
        path.write_text("seven")
        os.unlink(self.dir / "tree/a-z")
        self.file("tree/new", "n")
        self.assertEqual(self.ok("scan", "tree", "--no-follow", "--feature", "files", *FIELDS).lines,
                         self.scan(*FIELDS))

    def test_known_files_with_times_as_timestamps(self):
        text = (self.dir / "features.toml").read_text()
        self.file("features.toml", text.replace(
            'id_columns = ["path"]', 'id_columns = ["path"]\ncolumns = { modified_at = "timestamp" }'))
        self.test_known_files_are_not_read_again()

    def test_the_main_job(self):
        def resolve():
            scanned = self.ok("scan", "tree", "--no-follow", "--feature", "files", *FIELDS).out
            lines = self.ok("resolve", "files", "--samples", "-", stdin=scanned).lines
            return [(line["change"], line["row"]["path"]) for line in lines]
        self.ok("push")
        self.write("files", self.scan(*FIELDS))
        self.assertEqual(resolve(), [])
        self.file("tree/a.h", "changed")
        os.chmod(self.dir / "tree/a/b.h", 0o600)
        os.unlink(self.dir / "tree/a-z")
        self.assertEqual(resolve(), [("orphaned", "a-z"), ("stale", "a.h"), ("stale", "a/b.h")])

    def test_errors(self):
        self.fails("scan", "nowhere", code="not_found")
        self.fails("scan", "tree/a.h")
        self.ok("push")
        self.assertIn("path", self.fails("scan", "tree", "--feature", "video/raw"))
        self.fails("scan", "tree", "--feature", "nothing", code="not_found")
        self.fails("scan", exit_code=2)

    def test_names_that_are_not_text(self):
        (self.dir.joinpath("tree").joinpath(os.fsdecode(b"\xff.h"))).write_text("x")
        outcome = self.run_program("scan", "tree", "--no-follow")
        self.assertEqual(outcome.code, 1)
        self.assertIn("not UTF-8", outcome.error)
        self.assertEqual(len(outcome.lines), 6)

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_unreadable_files(self):
        os.chmod(self.dir / "tree/a.h", 0)
        outcome = self.run_program("scan", "tree")
        self.assertEqual(outcome.code, 1)
        self.assertIn("a.h", outcome.error)

    def test_formats(self):
        self.assertEqual(json.loads(self.run_program("scan", "tree", "--no-follow", "--format", "json").out),
                         self.scan())
        text = self.run_program("scan", "tree", "--no-follow", "--format", "csv").out
        self.assertEqual(text.splitlines()[0],
                         "path,size,mode,modified_at,metaxy_provenance_by_field")
        self.file("rows.csv", self.run_program("scan", "tree", *FIELDS, "--format", "csv").out)
        self.ok("write", "files", "rows.csv")
        self.assertEqual(self.ok("resolve", "files", "--samples", "-", "--count",
                                 stdin=to_lines(self.scan(*FIELDS))).object["stale"], 0)


if __name__ == "__main__":
    unittest.main()
