"""Runs a Python script in an environment that has some packages, which is made where there is none yet.

Usage: environment.py DIRECTORY REQUIREMENTS SCRIPT [ARGUMENT...]
"""

import fcntl
import os
import pathlib
import shutil
import subprocess
import sys


def make(directory, requirements):
    """The environment's interpreter. What is there of other requirements, or half made, is made again."""
    wanted = f"{sys.version}\n{requirements.read_text()}"
    complete = directory / "complete"
    python = directory / "bin/python"
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(directory.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if complete.exists() and complete.read_text() == wanted:
            return python
        shutil.rmtree(directory, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", directory], check=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
             "--only-binary", ":all:", "--requirement", requirements],
            check=True,
        )
        complete.write_text(wanted)
    return python


if __name__ == "__main__":
    python = make(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]))
    os.execv(python, [str(python), *sys.argv[3:]])
