"""Every include points down the stack of modules and rooms (docs/architecture.md)."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# From the ground up. A file belongs to the longest entry that its path begins with, and may include
# what stands at or above its own line. The public headers of a module declare what its rooms
# define, so they stand first.
ROOMS = """
codec/include codec/base codec/row codec/text codec/filter codec/arrow
graph/include graph/spec graph graph/increment
kv/include kv/disk kv/sort kv/engine kv/catalog kv/core. kv/scan kv/commit kv/resolve kv/rewrite
kv/admin kv/open_store. kv/store.
cli/signals. cli/output cli/input cli/scan cli/config. cli/session. cli/report cli/shell
cli/commands cli/main.
""".split()
# May include all of their module: tests, and what only tests include.
TESTS = re.compile(r"_test\.cc$|/test_\w+\.h$|/random_table\.h$|_test\w*\.h$|/fault_file_system\.h$")


def sources():
    for module in ["codec", "graph", "kv", "cli"]:
        yield from (f for f in sorted((ROOT / module).rglob("*")) if f.suffix in {".h", ".cc"})


def rank(path):
    """The place of `path` among ROOMS; None where it has none."""
    if TESTS.search(path):
        module = path.split("/")[0]
        return max(i for i, r in enumerate(ROOMS) if r.split("/")[0] == module)
    rooms = [r for r in ROOMS if path.startswith(r if r.endswith(".") else r + "/")]
    return ROOMS.index(max(rooms, key=len)) if rooms else None


def includes(file):
    return re.findall(r'#include ["<]([^">]+)[">]', file.read_text())


class LayersTest(unittest.TestCase):
    def test_includes_point_down(self):
        public = {h.name: str(h.relative_to(ROOT)) for h in ROOT.glob("*/include/diotima/*.h")}
        wrong = []
        for file in sources():
            path = str(file.relative_to(ROOT))
            for name in includes(file):
                target = public.get(name.removeprefix("diotima/")) if "/" in name else None
                target = target if name.startswith("diotima/") else name
                if target and (ROOT / target).exists() and rank(target) > rank(path):
                    wrong.append(f"{path} includes {name}")
        self.assertEqual(wrong, [])

    def test_every_source_has_a_room(self):
        paths = [str(file.relative_to(ROOT)) for file in sources()]
        self.assertEqual([p for p in paths if rank(p) is None], [])
        self.assertEqual([r for r in ROOMS if not any(p.startswith(r) for p in paths)], [])

    def test_includes_say_the_whole_path(self):
        short = [
            f"{file.relative_to(ROOT)} includes {name}"
            for file in sources()
            for name in re.findall(r'#include "([^"]+)"', file.read_text())
            if "/" not in name and not name.endswith(("_generated.h", ".inc"))
        ]
        self.assertEqual(short, [])

    def test_only_the_engine_writes_to_the_database(self):
        writes = re.compile(r"db\(\)->(Put|Delete|SingleDelete|DeleteRange|Merge|Write|Ingest)\w*\(")
        others = [str(f.relative_to(ROOT)) for f in sources()
                  if writes.search(f.read_text()) and not TESTS.search(str(f.relative_to(ROOT)))]
        self.assertEqual(others, [])

    def test_every_room_has_a_guide(self):
        for room in {f.parent for f in sources()}:
            if "include" in room.parts:
                continue
            guide = room / "README.md"
            self.assertTrue(guide.exists(), f"{room.relative_to(ROOT)} has no README.md")
            self.assertLessEqual(len(guide.read_text().splitlines()), 15, guide)

    def test_public_headers_hide_their_libraries(self):
        for header in ROOT.glob("*/include/diotima/*.h"):
            other = [n for n in includes(header) if "/" in n and not n.startswith("diotima/")]
            self.assertEqual(other, [], header)


if __name__ == "__main__":
    unittest.main()
