"""Markdown that people read: at most 100 columns, links and paths that lead somewhere."""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
COLUMNS = 100
# Folders whose files are data, or are shown with their own layout.
OTHER = ("tests/golden/",)


def documents():
    """Tracked Markdown files; those of the tree where it is not a Git checkout."""
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True)
    names = listed.stdout.split() if listed.returncode == 0 else []
    names = names or [str(p.relative_to(ROOT)) for p in ROOT.rglob("*.md") if "build" not in p.parts]
    return [ROOT / name for name in names if not name.startswith(OTHER) and (ROOT / name).exists()]


def prose(text):
    """Yields the numbers and lines outside of code blocks and tables."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and not line.startswith(("|", "    ")):
            yield number, line


def anchors(text):
    headings = [line.lstrip("#").strip() for _, line in prose(text) if line.startswith("#")]
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings}


class MarkdownTest(unittest.TestCase):
    def test_there_are_documents(self):
        self.assertIn(ROOT / "README.md", documents())

    def test_prose_fits_the_columns(self):
        long = [
            f"{file.relative_to(ROOT)}:{number} has {len(line)}"
            for file in documents()
            for number, line in prose(file.read_text())
            if len(line) > COLUMNS and not re.fullmatch(r"\s*\S+", line)
        ]
        self.assertEqual(long, [])

    def test_links_lead_somewhere(self):
        broken = []
        for file in documents():
            for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text()):
                if re.match(r"[a-z]+:", target):
                    continue
                path, _, anchor = target.partition("#")
                page = (file.parent / path) if path else file
                if not page.exists():
                    broken.append(f"{file.relative_to(ROOT)}: {target}")
                elif anchor and page.suffix == ".md" and anchor not in anchors(page.read_text()):
                    broken.append(f"{file.relative_to(ROOT)}: {target}")
        self.assertEqual(broken, [])

    def test_named_files_exist(self):
        """Paths in backticks, from the root, with a folder and an extension."""
        modules = "codec|graph|kv|cli|tests|docs|cmake|scripts|benchmarks|fuzz"
        missing = [
            f"{file.relative_to(ROOT)}: {path}"
            for file in documents()
            if file.name != "CHANGELOG.md"
            for path in re.findall(rf"`((?:{modules})/[\w/.-]+\.\w+)`", file.read_text())
            if not (ROOT / path).exists()
        ]
        self.assertEqual(missing, [])


if __name__ == "__main__":
    unittest.main()
