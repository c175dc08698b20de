"""resolve --explain: the plan in words."""

import unittest

from support import CliTest, to_lines

GRAPH = """
[[features]]
key = "clips"
id_columns = ["video", "clip"]
fields = ["audio", "frames"]

[[features]]
key = "videos"
id_columns = ["video"]
fields = ["summary"]
deps = [{ feature = "clips", select = ["start"], rename = { begin = "start" }, filters = ["start >= 0"],
          lineage = { type = "aggregation", on = ["video"] } }]

[[features]]
key = "by_clip"
id_columns = ["clip"]
fields = [{ key = "summary", deps = [{ feature = "clips", fields = ["frames"] }] }]
deps = [{ feature = "clips", select = [], lineage = { type = "aggregation", on = ["clip"] } }]

[[features]]
key = "joined"
id_columns = ["video"]
fields = ["both"]
deps = [{ feature = "videos", select = [] }, { feature = "notes", select = [], optional = true }]

[[features]]
key = "notes"
id_columns = ["video"]
fields = ["text"]
"""


class ExplainTest(CliTest):
    def setUp(self):
        super().setUp()
        self.file("features.toml", GRAPH)
        self.write("clips", [
            {"video": video, "clip": clip, "begin": clip * 10,
             "metaxy_provenance_by_field": {"audio": "1", "frames": "2"}}
            for video in (1, 2) for clip in (1, 2)])
        self.write("notes", [{"video": 1, "metaxy_provenance_by_field": {"text": "1"}}])

    def explain(self, feature, *options, **more):
        return self.ok("resolve", feature, "--explain", *options, **more).out.splitlines()

    def compute(self, feature):
        rows = [line["row"] for line in self.ok("resolve", feature).lines]
        self.write(feature, rows)

    def test_streamed(self):
        lines = self.explain("videos")
        self.assertTrue(lines[0].startswith("resolve videos, feature version "), lines[0])
        self.assertEqual(lines[1:], [
            "expected rows from clips",
            "  store: meta.db",
            "  order: streamed in key order (video, clip), which begins with (video, clip)",
            "  lineage: aggregation on (video)",
            "  renames: begin -> start",
            "  filters of the dep: start >= 0",
            "  selects: start",
            "columns: video, start",
            "hash of field summary: from clips.audio, clips.frames",
            "compare: no current rows, all expected rows are new",
        ])

    def test_sorted(self):
        lines = self.explain("by_clip")
        self.assertIn("  order: sorted by (clip, video), with spill to disk past 256 MiB: its key is "
                      "in the order of (video, clip)", lines)
        self.assertIn("hash of field summary: from clips.frames", lines)
        self.assertFalse([line for line in lines if "streamed" in line])

    def test_join_and_compare(self):
        self.compute("videos")
        self.compute("joined")
        lines = self.explain("joined", "--stale-if", "video = 1", "--stale-if", "video = 2",
                             "--filter", "notes=video < 9", "--target-filter", "video > 0",
                             "--global-filter", "video < 7")
        self.assertIn("join: merge on (video): inner of videos, left of notes", lines)
        self.assertIn("  lineage: identity, optional", lines)
        self.assertIn("  filters: video < 9 AND video < 7", lines)
        self.assertIn("  filters: video < 7 AND video > 0", lines)
        self.assertIn("compare with the current rows of joined on (video)", lines)
        self.assertIn("  stale too where: video = 1 OR video = 2", lines)
        self.assertEqual(len([line for line in lines if "streamed in key order (video)" in line]), 3)

    def test_comparison_skipped(self):
        self.compute("videos")
        self.assertEqual(self.explain("videos", "--skip-comparison")[-1],
                         "compare: skipped, all expected rows are new")

    def test_samples(self):
        samples = to_lines([{"video": 1, "clip": 1, "metaxy_provenance_by_field":
                             {"audio": "1", "frames": "2"}}])
        lines = self.explain("clips", "--samples", "-", stdin=samples)
        self.assertIn("expected rows: the samples given, sorted by (video, clip)", lines)
        self.assertIn("compare with the current rows of clips on (video, clip)", lines)

    def test_errors(self):
        self.assertIn("samples", self.fails("resolve", "clips", "--explain"))
        self.fails("resolve", "nothing", "--explain", code="not_found")
        self.fails("resolve", "joined", "--explain", code="not_found")

    def test_nothing_is_written(self):
        before = self.ok("status").lines
        self.explain("videos")
        self.assertEqual(self.ok("status").lines, before)


if __name__ == "__main__":
    unittest.main()
