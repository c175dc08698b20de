"""Replays what fuzzers have found worth keeping: fuzz/corpus/NAME.tar.gz, by the program NAME_replay."""

import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "fuzz" / "corpus"
PROGRAM = pathlib.Path(sys.argv.pop())


class CorpusTest(unittest.TestCase):
    def test_every_input(self):
        name = PROGRAM.name.removesuffix("_replay")
        with tempfile.TemporaryDirectory() as directory:
            with tarfile.open(CORPUS / f"{name}.tar.gz") as archive:
                archive.extractall(directory)
            files = sorted(str(path) for path in pathlib.Path(directory).rglob("*") if path.is_file())
            self.assertGreater(len(files), 10)
            for begin in range(0, len(files), 500):
                run = subprocess.run([PROGRAM, *files[begin:begin + 500]], capture_output=True,
                                     text=True, check=False)
                self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    unittest.main()
