"""`graph render` as SVG and as a page, without a browser."""

import html.parser
import json
import os
import shutil
import stat
import unittest
import xml.etree.ElementTree

from graph_fixture import FEATURES, NASTY, GraphCase


class Page(html.parser.HTMLParser):
    """The tags of a page, what they refer to, and its data."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.references, self.in_data, self.json = [], [], False, ""
        self.feed(text)
        self.data = json.loads(self.json)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append(tag)
        self.references += [attributes[name] for name in ("src", "href") if name in attributes]
        self.in_data = attributes.get("id") == "data"

    def handle_endtag(self, tag):
        self.in_data = False

    def handle_data(self, data):
        if self.in_data:
            self.json += data

    def feature(self, key):
        (only,) = [feature for feature in self.data["features"] if feature["key"] == key]
        return only


class PageTest(GraphCase):
    def test_without_a_store(self):
        page = Page(self.page(run=lambda *a: self.run_program("--graph", "features.toml", *a)))
        self.assertCountEqual([f["key"] for f in page.data["features"]], FEATURES)
        self.assertIsNone(page.data["store"])
        for feature in page.data["features"]:
            self.assertIsNone(feature["status"])
            self.assertIsNone(feature["rows"])

    def test_a_store_that_is_missing(self):
        self.assertIsNone(Page(self.page()).data["store"])
        self.assertFalse((self.dir / "meta.db").exists())

    def test_counts_are_those_of_status(self):
        self.fill()
        page = Page(self.page())
        for status in self.ok("status").lines:
            self.assertEqual(page.feature(status["feature"])["status"], status)
        crop = page.feature("video/crop")
        self.assertEqual([crop["status"][k] for k in ("rows", "new", "stale", "orphaned")], [7, 2, 3, 1])
        self.assertIsNone(page.feature("video/raw")["status"]["new"])
        self.assertIsNone(page.feature("files")["read_from"])

    def test_the_rest_is_that_of_describe(self):
        self.fill()
        page = Page(self.page())
        for key in FEATURES:
            feature = page.feature(key)
            del feature["status"]
            self.assertEqual(feature, self.ok("describe", key).object)

    def test_no_counts(self):
        self.fill()
        page = Page(self.page("--no-counts"))
        self.assertEqual(page.data["store"], "meta.db")
        self.assertIsNone(page.data["counted_at"])
        crop = page.feature("video/crop")
        self.assertIsNone(crop["status"])
        self.assertIsNone(crop["versions"][0]["rows"])
        self.assertEqual(self.page("--no-counts"), self.page("--no-counts"))

    def test_no_counts_is_for_pages(self):
        for form in ("dot", "svg", "terminal"):
            outcome = self.run_store("graph", "render", "--no-counts", "--format", form)
            self.assertEqual((outcome.code, outcome.out), (2, ""))
            self.assertIn("--no-counts", outcome.error)

    def test_one_file_and_nothing_that_breaks_out(self):
        self.fill()
        text = self.page()
        page = Page(text)
        self.assertEqual(page.tags.count("script"), 2)
        self.assertNotIn("img", page.tags)
        self.assertEqual([r for r in page.references if not r.startswith("data:")], [])
        self.assertNotIn("<", page.json)
        self.assertEqual(page.feature("video/raw")["description"], NASTY)
        self.assertNotIn("@data@", text)
        for name in ("graph.css", "page.js"):
            self.assertNotIn(f"@{name}@", text)

    def test_a_graph_without_features(self):
        self.file("features.toml", "features = []\n")
        self.ok("init")
        self.assertEqual(Page(self.page()).data["features"], [])

    def test_a_feature_in_error_is_no_failure(self):
        self.fill()
        self.file("features.toml", (self.dir / "features.toml").read_text().replace(
            'select = ["score"]', 'select = ["nowhere"]'))
        status = Page(self.page()).feature("video/crop")["status"]
        self.assertEqual(status["state"], "error")
        self.assertIn("nowhere", status["error"])


class SvgTest(GraphCase):
    def svg(self, **more):
        return self.run_program("--graph", "features.toml", "graph", "render", "--format", "svg", **more)

    def path(self, script=None):
        """A PATH with nothing but a `dot` of this script, or with nothing at all."""
        directory = self.dir / "bin"
        directory.mkdir(exist_ok=True)
        if script:
            (directory / "dot").write_text(f"#!/bin/sh\n{script}\n")
            (directory / "dot").chmod(stat.S_IRWXU)
        return {"PATH": str(directory)}

    def test_drawing(self):
        if not shutil.which("dot"):
            self.skipTest("no Graphviz")
        outcome = self.svg()
        self.assertEqual((outcome.code, outcome.err), (0, ""))
        tree = xml.etree.ElementTree.fromstring(outcome.out)
        texts = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")]
        for key in FEATURES:
            self.assertIn(key, texts)

    def test_without_graphviz(self):
        outcome = self.svg(env=self.path())
        self.assertEqual((outcome.code, outcome.out), (1, ""))
        for word in ("install graphviz", "html", "dot", "mermaid"):
            self.assertIn(word, outcome.error)
        self.assertEqual(len(outcome.err.splitlines()), 1)

    def test_graphviz_fails(self):
        outcome = self.svg(env=self.path("echo half; echo no such font >&2; exit 3"))
        self.assertEqual((outcome.code, outcome.out), (1, ""))
        self.assertIn("exit code 3", outcome.error)
        self.assertIn("no such font", outcome.error)

    def test_graphviz_that_reads_nothing(self):
        self.file("features.toml", "".join(
            f'[[features]]\nkey = "f{i}"\nid_columns = ["id"]\n' for i in range(3000)))
        self.assertEqual(self.svg(env=self.path("echo drawn")).out, "drawn\n")

    def test_interrupt(self):
        self.env.update(self.path(f"echo $$ >{self.dir}/pid; exec /bin/sleep 60"))
        process = self.start("graph", "render", "--format", "svg")
        self.wait_until(lambda: (self.dir / "pid").exists() and (self.dir / "pid").read_text(),
                        "dot is not run")
        process.terminate()
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 143)
        child = int((self.dir / "pid").read_text())
        self.assertRaises(ProcessLookupError, os.kill, child, 0)


if __name__ == "__main__":
    unittest.main()
