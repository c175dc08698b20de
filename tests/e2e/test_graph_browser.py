"""The page of `graph render --format html` in a browser, from a file, without a network.

With DIOTIMA_SCREENSHOTS set to a directory, leaves there what it sees.
"""

import os
import pathlib
import shutil
import unittest

from browser import Browser
from graph_fixture import FEATURES, NASTY, GraphCase, large_graph

LONG = FEATURES[3]

# Of each card its box, and of each edge points along it, in the units of the drawing.
GEOMETRY = """
const boxes = [...document.querySelectorAll('.node')].map((node) => {
  const {e, f} = node.transform.baseVal.getItem(0).matrix;
  const card = node.querySelector('.card');
  const text = [...node.querySelectorAll('text')].map((t) => t.getBBox());
  return {key: node.dataset.key, x: e, y: f, width: +card.getAttribute('width'),
          height: +card.getAttribute('height'), textRight: Math.max(...text.map((b) => b.x + b.width))};
});
const edges = [...document.querySelectorAll('.edge')].map((edge) => {
  const path = edge.querySelector('.line'), length = path.getTotalLength(), points = [];
  for (let at = 0; at <= length; at += 10) {
    const {x, y} = path.getPointAtLength(at);
    points.push([x, y]);
  }
  const {x, y} = path.getPointAtLength(length);
  points.push([x, y]);
  return {name: edge.querySelector('title').textContent.split('\\n')[0], points};
});
return {boxes, edges};
"""


@unittest.skipUnless(shutil.which("chromedriver"), "no chromium-driver")
class BrowserTest(GraphCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.addClassCleanup(cls.browser.close)

    def setUp(self):
        super().setUp()
        self.browser.prefer("light")
        self.browser.resize(1280, 800)
        self.browser.get("about:blank")
        self.browser.requests()
        self.browser.log("browser")

    def open(self, page, select=""):
        self.url = self.file("page.html", page).as_uri()
        self.browser.get(self.url + select)
        self.browser.run("localStorage.clear()")

    def shoot(self, name):
        directory = os.environ.get("DIOTIMA_SCREENSHOTS")
        if directory:
            self.browser.screenshot(pathlib.Path(directory) / f"{name}.png")

    def opacity(self, key):
        return float(self.browser.run(
            "return getComputedStyle(document.querySelector(arguments[0])).opacity", self.node(key)))

    @staticmethod
    def node(key):
        return f'.node[data-key="{key}"]'

    def assert_heading(self, text):
        """Sooner or later: the address changes first."""
        self.wait_until(lambda: self.browser.text("#panel h2") == text,
                        f"the panel is not that of {text}")

    def counts(self):
        return dict(self.browser.run("""return [...document.querySelectorAll('.tile')]
            .map((tile) => [tile.dataset.count, tile.querySelector('b').textContent])"""))

    def colours(self):
        return self.browser.run("""const style = getComputedStyle(document.body);
            return [style.backgroundColor, style.color].map(
                (text) => text.match(/[0-9.]+/g).slice(0, 3).reduce((sum, c) => sum + +c, 0))""")

    def assert_dark(self, dark):
        ground, text = self.colours()
        self.assertEqual(ground < 150, dark, (ground, text))
        self.assertEqual(text > 600, dark, (ground, text))


class FeatureTest(BrowserTest):
    def setUp(self):
        super().setUp()
        self.fill()
        self.open(self.page())

    def test_all_features_and_their_counts_show(self):
        keys = self.browser.run(
            "return [...document.querySelectorAll('.node')].map((node) => node.dataset.key)")
        self.assertCountEqual(keys, FEATURES)
        self.assertEqual(self.browser.texts(f"{self.node('video/crop')} .pill"),
                         ["1 orphaned", "3 stale", "2 new"])
        self.assertEqual(self.browser.text(f"{self.node('video/crop')} .line"), "7 rows")
        self.assertEqual(self.browser.text(f"{self.node('files')} .line"), "never written")
        self.assertEqual(self.browser.texts(".edge title"), [
            "video/raw → video/crop", "video/crop → video/text",
            f"video/text → {LONG}\naggregation on day, optional"])
        self.shoot("light")

    def test_a_click_tells_all_of_a_feature(self):
        self.browser.click(self.node("video/crop"))
        self.assert_heading("video/crop")
        self.assertEqual(self.counts(), {"rows": "7", "new": "2", "stale": "3", "orphaned": "1"})
        known = self.ok("describe", "video/crop").object
        shown = self.browser.texts("#panel .version")
        for version in ("feature_version", "code_version", "spec_version", "definition_version"):
            self.assertIn(known[version], shown)
        for field in known["fields"].values():
            self.assertIn(field["version"], shown)
        panel = self.browser.text("#panel")
        for text in ("Cut to the speaker", "video/raw.frames", "select score", "% of the input"):
            self.assertIn(text, panel)
        self.assertIn("score", self.browser.texts("#panel td"))
        self.browser.click("details summary")
        self.assertIn('"code_version": "2"', self.browser.text("details pre"))
        self.shoot("selected")

    def test_links_lead_on_and_back(self):
        self.browser.click(self.node("video/crop"))
        self.browser.click("#panel .neighbours a")
        self.assert_heading("video/raw")
        self.assertEqual(self.counts(), {"rows": "8"})
        self.browser.run("history.back()")
        self.assert_heading("video/crop")
        self.browser.click("#panel .back")
        self.assert_heading("5 features")
        self.open(self.page(), "#video%2Ftext")
        self.assert_heading("video/text")

    def test_states(self):
        self.browser.click(self.node("files"))
        self.assertIn("Never written", self.browser.text("#panel"))
        self.browser.click(self.node("video/text"))
        self.assertIn("id < '</script>'", self.browser.text("#panel .failure"))
        self.browser.click(self.node(LONG))
        self.assertIn("was never written", self.browser.text("#panel"))
        self.assertIn("Blocked", self.browser.text("#panel"))

    def test_what_is_linked_to_a_feature_stands_out(self):
        self.browser.click(self.node("video/crop"))
        for key in FEATURES:
            self.assertEqual(self.opacity(key) == 1, key != "files", key)
        self.browser.type("Escape")
        self.assertEqual(self.opacity("files"), 1)

    def test_search(self):
        self.browser.type("/", "s", "p", "e", "a", "k")  # in a description
        self.assertEqual(self.browser.texts(".list .name"), ["video/crop"])
        self.assert_heading("1 of 5 features")
        self.assertEqual(self.opacity("video/crop"), 1)
        self.assertLess(self.opacity("video/raw"), 1)
        self.shoot("search")
        self.browser.type("Enter")
        self.assert_heading("video/crop")
        self.browser.type("Escape", "Escape", "xyz")
        self.assert_heading("0 of 5 features")
        self.browser.type("Escape")
        self.assert_heading("5 features")

    def test_filter_by_what_is_to_be_done(self):
        self.browser.click('[data-tag="stale"]')
        self.assertEqual(self.browser.texts(".list .name"), ["video/crop"])
        self.browser.click('[data-tag="root"]')
        self.assertEqual(self.browser.texts(".list .name"), ["files", "video/raw", "video/crop"])

    def test_keyboard(self):
        focused = "return document.activeElement.dataset.key"
        self.browser.run("document.querySelector('.node[tabindex=\"0\"]').focus()")
        self.browser.type("Enter")
        self.assert_heading(self.browser.run(focused))
        self.browser.click(self.node("video/raw"))
        seen = []
        for key in ("Down", "Right", "Down", "Right", "Up", "Left", "Up", "Left"):
            self.browser.type(key)
            seen.append(self.browser.run(focused))
        self.assertIn("video/crop", seen)
        self.assertIn("video/text", seen)
        self.assertEqual(self.browser.texts(".node[tabindex='0'] title"), [
            self.browser.text(f"{self.node(seen[-1])} title")])
        self.browser.type("Enter")
        self.assert_heading(seen[-1])
        self.browser.type("Escape")
        self.assert_heading("5 features")

    def test_colours(self):
        for scheme in ("light", "dark"):
            with self.subTest(scheme):
                self.browser.prefer(scheme)
                self.assert_dark(scheme == "dark")
                self.shoot(f"theme_{scheme}")
                self.browser.click("#theme")
                self.assert_dark(scheme == "light")
                self.browser.get("about:blank")
                self.browser.get(self.url)
                self.assert_dark(scheme == "light")
                self.browser.click("#theme")
                self.assert_dark(scheme == "dark")

    def test_moving_about(self):
        def where():
            return self.browser.run("return document.getElementById('world').getAttribute('transform')")
        start = where()
        self.browser.drag((200, 700), (60, -40))
        dragged = where()
        self.assertNotEqual(dragged, start)
        self.browser.click("#zoom-in")
        self.assertNotEqual(where(), dragged)
        self.browser.type("0")
        self.assertEqual(where(), start)
        self.assert_heading("5 features")

    def test_nothing_is_injected_and_nothing_is_asked_for(self):
        for key in FEATURES:
            self.browser.click(self.node(key))
            self.browser.run("for (const d of document.querySelectorAll('details')) d.open = true")
        self.browser.click(self.node("video/raw"))
        self.assertEqual(self.browser.text("#panel .description"), NASTY)
        self.assertIn('"<b>vision</b>"', self.browser.text("#panel pre"))
        self.assertIn("<i>odd</i>not stored yet", self.browser.texts("#panel td"))
        self.assertIsNone(self.browser.run("return window.hacked ?? null"))
        self.assertEqual(self.browser.run("return document.querySelectorAll('img, b b, i').length"), 0)
        self.assertEqual(self.browser.log("browser"), [])
        asked = {url for url in self.browser.requests() if not url.startswith("data:")}
        self.assertEqual(asked, {self.url})

    def test_small_screen(self):
        self.browser.resize(400, 800)
        self.open(self.page(), "#video%2Fcrop")
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), 400)
        self.shoot("small")


class StatelessTest(BrowserTest):
    def test_without_a_store(self):
        self.open(self.page(run=lambda *a: self.run_program("--graph", "features.toml", *a)))
        self.browser.click(self.node("video/crop"))
        self.assertIn("without a store", self.browser.text("#panel"))
        self.assertEqual(self.counts(), {})
        self.assertEqual(self.browser.text(f"{self.node('video/crop')} .line"), "2 fields")

    def test_without_counts(self):
        self.fill()
        self.open(self.page("--no-counts"))
        self.browser.click(self.node("video/crop"))
        self.assertIn("left out", self.browser.text("#panel"))
        self.assertEqual(self.counts(), {})

    def test_no_features(self):
        self.file("features.toml", "features = []\n")
        self.ok("init")
        self.open(self.page())
        self.assert_heading("0 features")
        self.assertEqual(self.browser.log("browser"), [])


class LayoutTest(BrowserTest):
    def check(self, geometry):
        boxes = {box["key"]: box for box in geometry["boxes"]}
        ordered = sorted(boxes.values(), key=lambda box: box["x"])
        for i, one in enumerate(ordered):
            self.assertLessEqual(one["textRight"], one["width"], one["key"])
            for other in ordered[i + 1:]:
                if other["x"] >= one["x"] + one["width"]:
                    break
                apart = (other["y"] >= one["y"] + one["height"] or one["y"] >= other["y"] + other["height"])
                self.assertTrue(apart, (one, other))
        for edge in geometry["edges"]:
            ends = edge["name"].split(" → ")
            for key, box in boxes.items():
                hits = [point for point in edge["points"] if self.inside(point, box)]
                self.assertEqual(hits, [], (edge["name"], key))
            self.assertTrue(self.touches(edge["points"][0], boxes[ends[0]]), edge["name"])
            self.assertTrue(self.touches(edge["points"][-1], boxes[ends[1]]), edge["name"])

    @staticmethod
    def inside(point, box, margin=-1.0):
        return (box["x"] - margin < point[0] < box["x"] + box["width"] + margin and
                box["y"] - margin < point[1] < box["y"] + box["height"] + margin)

    def touches(self, point, box):
        return self.inside(point, box, margin=1.0)

    def test_small(self):
        self.open(self.page(run=lambda *a: self.run_program("--graph", "features.toml", *a)))
        geometry = self.browser.run(GEOMETRY)
        self.assertEqual((len(geometry["boxes"]), len(geometry["edges"])), (5, 3))
        self.check(geometry)

    def test_hundreds_of_features(self):
        self.file("large.json", large_graph(400))
        for width, height in ((1280, 800), (600, 1200)):
            with self.subTest(width):
                self.browser.resize(width, height)
                self.open(self.page(run=lambda *a: self.run_program("--graph", "large.json", *a)))
                self.check(self.browser.run(GEOMETRY))
                loaded = self.browser.run(
                    "return performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
                self.assertLess(loaded, 10000)
                self.shoot(f"large_{width}")
                self.browser.click("#zoom-fit")
                self.shoot(f"large_{width}_all")
                self.browser.click("#search")
                self.browser.type(*"feature_399", "Enter")
                self.assert_heading(self.browser.text('.node[data-key$="/feature_399"] title'))
                self.shoot(f"large_{width}_found")


if __name__ == "__main__":
    unittest.main()
