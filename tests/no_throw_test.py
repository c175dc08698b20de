"""The library does not throw: calls that may are known, and new ones are found."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A call of std::filesystem that takes no std::error_code; numbers and JSON that throw on bad text;
# checked access; throw itself. std::bad_alloc is no error that a caller is told of.
FILESYSTEM = re.compile(
    r"fs::(?:absolute|canonical|copy\w*|create_\w+|current_path|equivalent|exists|file_size|"
    r"is_\w+|last_write_time|permissions|read_symlink|relative|remove\w*|rename|resize_file|space|"
    r"status|temp_directory_path|directory_iterator \w+|recursive_directory_iterator \w+)\(")
OTHERS = re.compile(r"\bthrow\b|std::sto[a-z]+\(|(?<!::)\bjson::parse\(|\.at\(")
# By path: why it cannot throw, or what catches it.
KNOWN = {
    "codec/arrow/buffer.h": "throw std::bad_alloc",
    "graph/diff.cc": ".at(",  # both maps have the same keys
}


def sources():
    for module in ["codec", "graph", "kv"]:
        for file in sorted((ROOT / module).rglob("*")):
            name = file.name
            if file.suffix in {".h", ".cc"} and not re.search(r"_test\.cc$|^test_|_test\w*\.h$", name):
                yield file


def arguments(text, start):
    """The text between the bracket that ends at `start` and the one that closes it."""
    depth = 1
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[start:at]
    return text[start:]


class NoThrowTest(unittest.TestCase):
    def test_calls_that_throw(self):
        found = []
        for file in sources():
            path = str(file.relative_to(ROOT))
            text = re.sub(r"//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"", "", file.read_text())
            for call in FILESYSTEM.finditer(text):
                given = arguments(text, call.end())
                if not re.search(r"\b(error|removing|type|status)$", given.strip()):
                    found.append(f"{path}: {call.group()}{given})")
            for call in OTHERS.finditer(text):
                line = text[text.rfind("\n", 0, call.start()):text.find("\n", call.start())]
                if path not in KNOWN or KNOWN[path] not in line:
                    found.append(f"{path}: {line.strip()}")
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
