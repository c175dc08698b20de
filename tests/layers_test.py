"""No module includes a header of one that comes after it (docs/architecture.md)."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULES = ["codec", "graph", "kv", "cli"]


class LayersTest(unittest.TestCase):
    def test_includes_point_one_way(self):
        public = {h.name: h.parts[-4] for h in ROOT.glob("*/include/diotima/*.h")}
        wrong = []
        for rank, module in enumerate(MODULES):
            for file in [*(ROOT / module).rglob("*.h"), *(ROOT / module).rglob("*.cc")]:
                for name in re.findall(r'#include ["<]([^">]+)[">]', file.read_text()):
                    first, _, rest = name.partition("/")
                    included = public.get(rest) if first == "diotima" else first
                    if included in MODULES and MODULES.index(included) > rank:
                        wrong.append(f"{file.relative_to(ROOT)} includes {name}")
        self.assertEqual(wrong, [])

    def test_public_headers_hide_their_libraries(self):
        for header in ROOT.glob("*/include/diotima/*.h"):
            names = re.findall(r'#include ["<]([^">]+)[">]', header.read_text())
            other = [n for n in names if "/" in n and not n.startswith("diotima/")]
            self.assertEqual(other, [], header)


if __name__ == "__main__":
    unittest.main()
