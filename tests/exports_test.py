"""The shared library exports what the public headers declare, and nothing else.

Usage: exports_test.py LIBRARY
"""

import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = sys.argv.pop(1)


def public_names():
    """The names that follow DIOTIMA_EXPORT in the headers."""
    text = "".join(h.read_text() for h in ROOT.glob("*/include/diotima/*.h"))
    types = re.findall(r"^(?:class|struct) (?:\[\[nodiscard\]\] )?DIOTIMA_EXPORT (\w+)", text, re.M)
    functions = re.findall(r"^DIOTIMA_EXPORT [^(]*?(\w+)\(", text, re.M)
    return set(types), set(functions)


class ExportsTest(unittest.TestCase):
    def test_every_public_function_is_marked(self):
        unmarked = [
            f"{h.name}: {line}"
            for h in ROOT.glob("*/include/diotima/*.h")
            for line in re.findall(r"^(?:const |void |std::|[A-Z])[\w:<>,&* ]* \w+\(.*", h.read_text(), re.M)
            if not line.startswith("DIOTIMA_")
        ]
        self.assertEqual(unmarked, [])

    def test_exports_the_public_interface_only(self):
        lines = subprocess.run(
            ["nm", "-DC", "--defined-only", LIBRARY], check=True, capture_output=True, text=True
        ).stdout.splitlines()
        symbols = [line.split(" ", 2)[1:] for line in lines]
        types, functions = public_names()
        self.assertGreater(len(types), 10)
        # Weak symbols of the standard library come with the types of the interface.
        own = [name for kind, name in symbols if "diotima" in name or kind not in "WVuw"]
        owner = re.compile(
            r"(?:(?:vtable|typeinfo(?: name)?) for )?diotima::(?:(%s)(?:::.*)?|(%s)(?:\[.*\])?\(.*)"
            % ("|".join(types), "|".join(functions))
        )
        standard = re.compile(r"((vtable|typeinfo( name)?) for |void )?std::.*")
        unknown = [n for n in own if not owner.fullmatch(n) and not standard.fullmatch(n)]
        self.assertEqual(unknown, [])
        for name in ["diotima::Store::Open(", "diotima::VersionText", "typeinfo for diotima::Row"]:
            self.assertTrue(any(n.startswith(name) for n in own), name)


if __name__ == "__main__":
    unittest.main()
