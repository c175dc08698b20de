"""Every line of Metaxy's deletion guide, with diotima for metaxy."""

import shlex
import unittest

from support import CliTest

GRAPH = """
[[features]]
key = "video/raw"
id_columns = ["video_id"]
fields = ["frames"]

[[features]]
key = "video/chunk"
id_columns = ["video_id", "chunk"]
fields = ["frames"]
deps = [{ feature = "video/raw", lineage = { type = "expansion", on = ["video_id"] } }]

[[features]]
key = "predictions"
id_columns = ["video_id", "chunk"]
fields = ["label"]
columns = { created_at = "timestamp", confidence = "double" }
deps = [{ feature = "video/chunk" }]
"""

# As the guide writes them, in all of its versions.
LOW = 'metaxy metadata delete --feature predictions --filter "confidence < 0.3"'
OLD = ('metaxy metadata delete --feature predictions --filter "created_at < \'2024-01-01\'" '
       "--soft=false")
LOW_BY_ARGUMENT = 'metaxy metadata delete predictions --filter "confidence < 0.3"'
OLD_BY_ARGUMENT = ('metaxy metadata delete predictions --filter "created_at < \'2024-01-01\'" '
                   "--hard --yes")
CASCADE_DRY_RUN = "metaxy metadata delete video/raw --cascade downstream --dry-run"
CASCADE_SOFT = ('metaxy metadata delete video/raw --filter "video_id=\'v1\'" '
                "--cascade downstream")
CASCADE_HARD = "metaxy metadata delete video/raw --cascade downstream --hard --yes"

LEAF_TO_ROOT = ["predictions", "video/chunk", "video/raw"]
RAW = ["v1", "v2"]
CHUNKS = ["v1/1", "v1/2", "v2/1"]
# confidence and created_at by sample.
PREDICTIONS = {"v1/1": (0.1, "2023-05-01T00:00:00Z"), "v1/2": (0.9, "2023-12-31T23:59:59Z"),
               "v2/1": (0.3, "2024-01-01T00:00:00Z")}


class DeleteGuideTest(CliTest):
    def setUp(self):
        super().setUp()
        self.file("features.toml", GRAPH)
        self.write("video/raw", [self.row(name, "frames") for name in RAW])
        self.write("video/chunk", [self.row(name, "frames") for name in CHUNKS])
        self.write("predictions", [
            self.row(name, "label", confidence=confidence, created_at=created_at)
            for name, (confidence, created_at) in PREDICTIONS.items()])

    @staticmethod
    def row(name, field, **columns):
        video, _, chunk = name.partition("/")
        ids = {"video_id": video, "chunk": int(chunk)} if chunk else {"video_id": video}
        return {**ids, **columns, "metaxy_provenance_by_field": {field: "1"}}

    def left(self, feature, *options):
        rows = self.read(feature, *options)
        return sorted(f"{r['video_id']}/{r['chunk']}" if "chunk" in r else r["video_id"]
                      for r in rows)

    def everything(self, *options):
        return {feature: self.left(feature, *options) for feature in reversed(LEAF_TO_ROOT)}

    def run_line(self, line):
        program, *arguments = shlex.split(line)
        self.assertEqual(program, "metaxy")
        return self.ok(*arguments).object

    def expect_soft(self, line):
        result = self.run_line(line)
        self.assertEqual(result, {"mode": "soft", "dry_run": False,
                                  "features": [{"feature": "predictions", "rows": 1}]})
        self.assertEqual(self.left("predictions"), ["v1/2", "v2/1"])
        (deleted,) = self.read("predictions", "--only-soft-deleted")
        self.assertEqual((deleted["confidence"], deleted["created_at"]),
                         (0.1, "2023-05-01T00:00:00.000000Z"))
        self.assertEqual(len(self.read("predictions", "--with-sample-history",
                                       "--include-soft-deleted")), 4)
        self.assertEqual((self.left("video/raw"), self.left("video/chunk")), (RAW, CHUNKS))

    def expect_hard(self, line):
        result = self.run_line(line)
        self.assertEqual(result, {"mode": "hard", "dry_run": False,
                                  "features": [{"feature": "predictions", "rows": 2}]})
        self.assertEqual(self.left("predictions", "--with-sample-history", "--include-soft-deleted"),
                         ["v2/1"])
        self.assertEqual((self.left("video/raw"), self.left("video/chunk")), (RAW, CHUNKS))

    def test_soft(self):
        self.expect_soft(LOW)

    def test_soft_by_argument(self):
        self.expect_soft(LOW_BY_ARGUMENT)

    def test_hard(self):
        self.expect_hard(OLD)

    def test_hard_by_argument(self):
        self.expect_hard(OLD_BY_ARGUMENT)

    def test_soft_and_then_hard(self):
        self.run_line(LOW)
        # The deleted sample has two rows now; both match.
        self.assertEqual(self.run_line(OLD)["features"][0]["rows"], 3)
        self.assertEqual(self.left("predictions", "--include-soft-deleted"), ["v2/1"])

    def test_cascade_dry_run(self):
        before = self.everything()
        result = self.run_line(CASCADE_DRY_RUN)
        self.assertEqual((result["mode"], result["dry_run"]), ("soft", True))
        self.assertEqual([(f["feature"], f["rows"]) for f in result["features"]],
                         list(zip(LEAF_TO_ROOT, (3, 3, 2))))
        self.assertEqual(self.everything(), before)
        self.assertEqual(before, {"video/raw": RAW, "video/chunk": CHUNKS,
                                  "predictions": list(PREDICTIONS)})

    def test_cascade_soft(self):
        result = self.run_line(CASCADE_SOFT)
        self.assertEqual((result["mode"], result["dry_run"]), ("soft", False))
        self.assertEqual([(f["feature"], f["rows"]) for f in result["features"]],
                         list(zip(LEAF_TO_ROOT, (2, 2, 1))))
        self.assertEqual(self.everything(), {"video/raw": ["v2"], "video/chunk": ["v2/1"],
                                             "predictions": ["v2/1"]})
        self.assertEqual(self.everything("--only-soft-deleted"),
                         {"video/raw": ["v1"], "video/chunk": ["v1/1", "v1/2"],
                          "predictions": ["v1/1", "v1/2"]})

    def test_cascade_hard(self):
        result = self.run_line(CASCADE_HARD)
        self.assertEqual((result["mode"], result["dry_run"]), ("hard", False))
        self.assertEqual([(f["feature"], f["rows"]) for f in result["features"]],
                         list(zip(LEAF_TO_ROOT, (3, 3, 2))))
        self.assertEqual(self.everything("--include-soft-deleted", "--with-sample-history"),
                         {"video/raw": [], "video/chunk": [], "predictions": []})

    def test_without_a_store(self):
        for line in (LOW, OLD_BY_ARGUMENT, CASCADE_DRY_RUN, CASCADE_HARD):
            arguments = shlex.split(line)[1:]
            self.fails("--store", "none.db", "--graph", "features.toml", *arguments,
                       run=self.run_program, code="not_found")
        self.assertFalse((self.dir / "none.db").exists())


if __name__ == "__main__":
    unittest.main()
