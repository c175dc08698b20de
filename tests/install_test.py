"""Installs the build, and builds the embedding example against the installed copy.

Usage: install_test.py BUILD_DIR
"""

import json
import os
import pathlib
import sys
import tempfile
import unittest

from run_command import run

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "docs/examples/embed"
BUILD_DIR = pathlib.Path(sys.argv.pop(1)).resolve()


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.work = pathlib.Path(cls.directory.name)
        run("cmake", "--install", BUILD_DIR, "--prefix", cls.work / "first")
        # Moved away: an installed copy must not know where it was installed to.
        cls.prefix = (cls.work / "first").rename(cls.work / "moved")

    def check(self, program):
        output = run(program, EXAMPLE / "features.toml", self.work / f"{program.name}.db")
        self.assertEqual(
            output.splitlines(),
            ["new cat.png", "made 1", "new dog.png", "made 1", "made 0", "stale dog.png", "made 1"],
        )

    def test_find_package(self):
        build = self.work / "build"
        run("cmake", "-S", EXAMPLE, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("cmake", "--build", build)
        self.check(build / "embed")

    def test_pkg_config(self):
        (found,) = self.prefix.rglob("diotima.pc")
        flags = run(
            "pkg-config", "--cflags", "--libs", "diotima", env={**os.environ, "PKG_CONFIG_PATH": str(found.parent)}
        )
        program = self.work / "by_pkg_config"
        run("g++", "-std=c++20", EXAMPLE / "main.cc", "-o", program, *flags.split())
        self.check(program)

    def test_compiles_without_a_warning(self):
        strict = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]
        headers = self.work / "headers.cc"
        public = sorted(h.name for h in ROOT.glob("*/include/diotima/*.h"))
        headers.write_text("".join(f"#include <diotima/{name}>\n" for name in public))
        sources = [headers, ROOT / "tests/strict_options.cc", EXAMPLE / "main.cc",
                   *(ROOT / "docs/examples/service").glob("*.cc")]
        for compiler in ["g++", "clang++"]:
            for source in sources:
                run(compiler, "-std=c++20", "-fsyntax-only", *strict, f"-I{self.prefix}/include",
                    source)

    def test_each_header_includes_what_it_needs(self):
        for header in ROOT.glob("*/include/diotima/*.h"):
            run("clang++", "-std=c++20", "-fsyntax-only", "-xc++", f"-I{self.prefix}/include", header)

    def test_an_embedding_project_keeps_its_own_flags(self):
        parent = self.work / "parent"
        parent.mkdir()
        (parent / "main.cc").write_text("int main() {}\n")
        (parent / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(parent LANGUAGES CXX)\n"
            f"add_subdirectory({ROOT} diotima)\nadd_executable(program main.cc)\n"
            "target_link_libraries(program PRIVATE diotima::diotima)\n"
        )
        run("cmake", "-S", parent, "-B", parent / "build", "-G", "Ninja",
            "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
        commands = json.loads((parent / "build/compile_commands.json").read_text())
        program = [c["command"] for c in commands if c["file"].endswith("parent/main.cc")]
        self.assertEqual(len(program), 1)
        ninja = (parent / "build/build.ninja").read_text()
        for flag in ["-Wall", "-Wshadow", "-fpch-preprocess", "ccache", "-fuse-ld", "-O3"]:
            self.assertNotIn(flag, "".join(c["command"] for c in commands), flag)
        self.assertNotIn("-fuse-ld", ninja)
        self.assertNotIn("TOML_", program[0])
        self.assertNotIn("diotima_cli", ninja)

    def test_names_no_path_of_the_build(self):
        for file in [*self.prefix.rglob("*.cmake"), *self.prefix.rglob("*.pc")]:
            text = file.read_text()
            for path in [ROOT, BUILD_DIR, self.work]:
                self.assertNotIn(str(path), text, file)

    def test_installs_public_headers_only(self):
        headers = {h.name for h in self.prefix.rglob("*.h")}
        public = {h.name for h in ROOT.glob("*/include/diotima/*.h")}
        self.assertEqual(headers, public)

    def test_installs_the_command(self):
        command = self.prefix / "bin/diotima"
        if not command.exists():
            self.skipTest("built without the command line program")
        self.assertIn("diotima", run(command, "--version"))


if __name__ == "__main__":
    unittest.main()
