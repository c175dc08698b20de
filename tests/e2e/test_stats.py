"""Figures of a store."""

import re
import unittest

from support import CliTest, raw

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(rf"^({NAME})(?:\{{((?:{LABEL})(?:,{LABEL})*)\}})? (-?[0-9.e+]+|NaN|[+-]Inf)$")


def parse(text):
    """The text exposition format: {name: (type, {labels: value})}. Strict: each metric once, with a
    help and a type before its samples, no sample twice."""
    assert text.endswith("\n"), "no newline at the end"
    metrics, helped, current = {}, set(), None
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            _, _, name, words = line.split(" ", 3)
            assert re.fullmatch(NAME, name) and words and name not in helped, line
            helped.add(name)
            current = None
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name in helped and name not in metrics, line
            assert kind in ("gauge", "counter", "histogram", "summary", "untyped"), line
            metrics[name] = (kind, {})
            current = name
        else:
            match = SAMPLE.match(line)
            assert match and match[1] == current, line
            labels = tuple(re.findall(LABEL, match[2] or ""))
            assert labels not in metrics[current][1], line
            metrics[current][1][labels] = float(match[match.lastindex])
    return metrics


class StatsTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(i) for i in range(500)])
        self.write("video/raw", [raw(i, audio="b") for i in range(100)])
        self.write("files", [{"path": "x", "metaxy_provenance_by_field":
                              {"content": "1", "attributes": "2"}}])

    def stats(self, *arguments):
        return self.ok("stats", *arguments)

    def test_counts(self):
        stats = self.stats().object
        features = {f["feature"]: f for f in stats["features"]}
        self.assertEqual(set(features), {"files", "video/raw"})
        video = features["video/raw"]
        self.assertEqual((video["versions"], video["rows"], video["samples"]), (1, 600, 500))
        self.assertGreater(video["bytes"], features["files"]["bytes"])
        self.assertFalse(stats["rows_estimated"])
        self.assertGreater(stats["table_files"], 0)
        self.assertEqual(stats["table_files"], sum(level["files"] for level in stats["levels"]))
        self.assertEqual(stats["table_bytes"], sum(level["bytes"] for level in stats["levels"]))
        self.assertRegex(stats["last_commit_time"], r"^\d{4}-\d\d-\d\dT.*Z$")

    def test_versions_and_deletions(self):
        self.file("features.toml", (self.dir / "features.toml").read_text().replace(
            'fields = ["audio", "frames"]', 'fields = ["audio", { key = "frames", code_version = "2" }]'))
        self.write("video/raw", [raw(1)])
        self.ok("delete", "video/raw", "--hard", "--yes", "--filter", "id = 1")
        stats = self.stats().object
        (video,) = [f for f in stats["features"] if f["feature"] == "video/raw"]
        self.assertEqual((video["versions"], video["rows"]), (2, 600))
        self.assertGreaterEqual(stats["tombstones"] + stats["range_tombstones"], 0)

    def test_estimates_are_marked(self):
        stats = self.stats("--no-scan").object
        self.assertTrue(stats["rows_estimated"])
        self.assertTrue(all(f["samples"] is None for f in stats["features"]))
        rows = sum(f["rows"] for f in stats["features"])
        self.assertGreater(rows, 300)
        self.assertLess(rows, 1200)

    def test_prometheus(self):
        metrics = parse(self.stats("--format", "prometheus").out)
        (rows,) = [v for labels, v in metrics["diotima_rows"][1].items()
                   if ("feature", "video/raw") in labels]
        self.assertEqual(rows, 600)
        self.assertEqual(sum(metrics["diotima_samples"][1].values()), 501)
        for name, (kind, samples) in metrics.items():
            self.assertTrue(name.startswith("diotima_"))
            self.assertEqual(kind, "gauge")
            self.assertFalse(re.search(r"_(kb|mb|ms|micros|percent)$", name))
            self.assertTrue(samples, name)
        self.assertGreater(metrics["diotima_last_commit_timestamp_seconds"][1][()], 1.6e9)
        estimated = parse(self.stats("--no-scan", "--format", "prometheus").out)
        self.assertNotIn("diotima_rows", estimated)
        self.assertIn("diotima_estimated_rows", estimated)

    def test_of_an_empty_store(self):
        self.assertEqual(self.run_program("init", "empty.db").code, 0)
        outcome = self.run_program("--store", "empty.db", "stats")
        self.assertEqual(outcome.object["features"], [])
        self.assertIsNone(outcome.object["last_commit_time"])
        outcome = self.run_program("--store", "empty.db", "stats", "--format", "prometheus")
        parse(outcome.out)

    def test_formats(self):
        table = self.stats("--format", "table").out
        self.assertIn("video/raw", table)
        self.assertIn("table_bytes", table)
        self.assertEqual(self.stats("--format", "json").object["features"][0]["feature"], "files")
        self.assertEqual(self.run_store("stats", "--format", "xml").code, 2)


if __name__ == "__main__":
    unittest.main()
