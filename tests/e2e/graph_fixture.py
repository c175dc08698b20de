"""Graphs, and a store where features are in every state, for the tests of `graph render`."""

import json
import random

from support import CliTest, to_lines

NASTY = "Ends here </script><script>window.hacked = 1</script><img src=x onerror='hacked = 1'> <!-- \u2028"

GRAPH = f"""
[[features]]
key = "video/raw"
id_columns = ["id"]
fields = ["audio", "frames"]
description = {json.dumps(NASTY, ensure_ascii=False)}
metadata = {{ owner = "<b>vision</b>" }}
columns = {{ score = "double", "<i>odd</i>" = "string" }}

[[features]]
key = "video/crop"
id_columns = ["id"]
description = "Cut to the speaker"
fields = [
  {{ key = "audio", code_version = "2" }},
  {{ key = "frames", code_version = "1", deps = [{{ feature = "video/raw", fields = ["frames"] }}] }},
]
deps = [{{ feature = "video/raw", select = ["score"] }}]

[[features]]
key = "video/text"
id_columns = ["id"]
deps = [{{ feature = "video/crop", select = [], filters = ["id < '</script>'"] }}]

[[features]]
key = "video/daily_summary_of_everything_that_was_ever_recorded_anywhere"
id_columns = ["day"]
deps = [{{ feature = "video/text", select = [], optional = true, rename = {{ taken = "day" }}, lineage = {{ type = "aggregation", on = ["day"] }} }}]

[[features]]
key = "files"
id_columns = ["path"]
"""
FEATURES = ["video/raw", "video/crop", "video/text",
            "video/daily_summary_of_everything_that_was_ever_recorded_anywhere", "files"]


class GraphCase(CliTest):
    def setUp(self):
        super().setUp()
        self.file("features.toml", GRAPH)

    def raw(self, ids, tag="a"):
        rows = [{"id": i, "score": i / 2, "metaxy_provenance_by_field":
                 {"audio": f"{tag}{i}", "frames": f"{tag}{i}"}} for i in ids]
        self.ok("write", "video/raw", stdin=to_lines(rows))

    def compute(self, feature):
        rows = [line["row"] for line in self.ok("resolve", feature).lines
                if line["change"] != "orphaned"]
        for row in rows:
            row.pop("metaxy_provenance", None)
        self.ok("write", feature, stdin=to_lines(rows))

    def fill(self):
        """video/crop: 7 rows, 2 new, 3 stale, 1 orphaned; video/text is in error, as its filter compares
        a number with text; what is made from it waits."""
        self.raw(range(7))
        self.compute("video/crop")
        self.raw(range(3), tag="b")
        self.raw(range(7, 9))
        self.ok("delete", "video/raw", "--filter", "id = 6")

    def page(self, *arguments, run=None):
        outcome = (run or self.run_store)("graph", "render", "--format", "html", *arguments)
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome.out


def large_graph(count):
    """Many features of several domains, with edges short and long."""
    chance = random.Random(7)
    features = []
    for i in range(count):
        domain = chance.choice(["audio", "video", "text", "sensor", "user"])
        near = features[-40:] if i > 20 else []
        deps = chance.sample(near, chance.choice([0, 1, 1, 1, 2, 3])) if near else []
        if i > 50 and chance.random() < 0.03:
            deps.append(features[0])
        keys = dict.fromkeys(dep["key"] for dep in deps)
        features.append({"key": f"{domain}/feature_{i}", "id_columns": ["id"],
                         "deps": [{"feature": key, "select": []} for key in keys]})
    return json.dumps(features)
