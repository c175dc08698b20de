"""Makes the Debian packages, and installs them where nothing else is than what they depend on.

Usage: package_test.py BUILD_DIR

The bare system is made of files of packages that this one has: those that `dpkg` is told of, and no
others. So dpkg checks the dependencies, and a program that needs more than they name does not run.
"""

import os
import pathlib
import re
import shutil
import stat
import sys
import tempfile
import unittest

from run_command import run

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "docs/examples/embed"
BUILD_DIR = pathlib.Path(sys.argv.pop(1)).resolve()
FEATURES = EXAMPLE / "features.toml"


class Installed:
    """The packages of this system."""

    def __init__(self):
        fields = ["Package", "Architecture", "Pre-Depends", "Depends", "Provides"]
        form = "\\t".join(f"${{{field}}}" for field in fields) + "\\n"
        self.packages, self.providers = {}, {}
        for line in run("dpkg-query", "-W", "-f", "${db:Status-Status}\\t" + form).splitlines():
            status, name, architecture, before, depends, provides = line.split("\t")
            if status != "installed":
                continue
            self.packages[name] = (architecture, f"{before}, {depends}")
            for provided in [name, *self.names(provides)]:
                self.providers.setdefault(provided, name)

    @staticmethod
    def names(relations):
        """Of alternatives too."""
        return [re.split(r"[ :(\[]", relation.strip())[0]
                for relation in re.split(r"[,|]", relations) if relation.strip()]

    def closure(self, relations):
        """All packages that these relations lead to."""
        found, waiting = set(), self.names(relations)
        while waiting:
            package = self.providers.get(waiting.pop())
            if package and package not in found:
                found.add(package)
                waiting += self.names(self.packages[package][1])
        return found


class BareSystem:
    """A directory with packages in it, to be entered with chroot."""

    def __init__(self, root, installed, packages):
        self.root = root
        # As Debian has them.
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / "usr" / name).mkdir(parents=True, exist_ok=True)
            (root / name).symlink_to(f"usr/{name}")
        for name in ("tmp", "var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers",
                     "etc", "proc", "dev"):
            (root / name).mkdir(parents=True)
        status = ""
        for package in sorted(packages):
            status += run("dpkg-query", "--status", package).strip() + "\n\n"
            self.copy(run("dpkg-query", "--listfiles", package).splitlines())
        (root / "var/lib/dpkg/status").write_text(status)
        (root / "var/lib/dpkg/available").write_text("")
        (root / "var/lib/dpkg/arch").write_text(run("dpkg", "--print-architecture"))

    def copy(self, names):
        for name in names:
            source = pathlib.Path(name)
            # Documentation may have been left out of this system.
            if not os.path.lexists(source) or (source.is_dir() and not source.is_symlink()):
                continue
            if source.is_symlink() and source.is_dir() and len(source.parts) == 2:
                continue
            target = self.root / name.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if not os.path.lexists(target):
                shutil.copy2(source, target, follow_symlinks=False)

    def install(self, *packages):
        run("dpkg", f"--root={self.root}", "--force-not-root", "--force-script-chrootless",
            "--no-triggers", "--install", *packages)

    def run(self, *command):
        return run(shutil.which("chroot", path="/usr/sbin:/usr/bin"), self.root, *command, cwd="/", env={"PATH": "/usr/bin", "HOME": "/tmp"})


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.work = pathlib.Path(cls.directory.name)
        made = cls.work / "packages"
        run("cpack", "-B", made, "--config", BUILD_DIR / "CPackConfig.cmake", cwd=cls.work)
        cls.packages = {path.name.split("_")[0]: path for path in made.glob("*.deb")}

    def field(self, package, name):
        return run("dpkg-deb", "--field", self.packages[package], name).strip()

    def contents(self, package):
        """Mode and owner by path."""
        files = {}
        for line in run("dpkg-deb", "--contents", self.packages[package]).splitlines():
            mode, owner, _, _, _, path = line.split(None, 5)
            files[path.removeprefix(".").split(" -> ")[0]] = (mode, owner)
        return files

    def library(self):
        (name,) = [name for name in self.packages if re.fullmatch(r"libdiotima[\d.]+", name)]
        return name

    def test_what_they_say(self):
        self.assertEqual(len(self.packages), 3, self.packages)
        sections = {"diotima": "database", self.library(): "libs", "libdiotima-dev": "libdevel"}
        for package, section in sections.items():
            self.assertEqual(self.field(package, "Section"), section)
            self.assertRegex(self.field(package, "Maintainer"), r"^[^<]+ <[^@ ]+@[^@ ]+>$")
            self.assertRegex(self.field(package, "Version"), r"^\d+\.\d+\.\d+-1$")
            lines = self.field(package, "Description").splitlines()
            self.assertGreater(len(lines), 1, "no long description")
            self.assertTrue(all(len(line) <= 80 for line in lines), lines)
            self.assertIn(f"/usr/share/doc/{package}/copyright", self.contents(package))
        self.assertIn(self.library(), self.field("libdiotima-dev", "Depends"))
        for package in ("diotima", self.library()):
            self.assertRegex(self.field(package, "Depends"), r"librocksdb7\.8 \(>= ")

    def test_what_they_hold(self):
        program = self.contents("diotima")
        for path in ("/usr/bin/diotima", "/usr/share/bash-completion/completions/diotima",
                     "/usr/share/zsh/vendor-completions/_diotima",
                     "/usr/share/fish/vendor_completions.d/diotima.fish"):
            self.assertIn(path, program)
        libdir = "/usr/lib/" + run("gcc", "-print-multiarch").strip()
        library = [p for p in self.contents(self.library()) if p.startswith(libdir + "/lib")]
        self.assertEqual(len(library), 2, library)  # the file, and its SONAME
        dev = self.contents("libdiotima-dev")
        for path in (f"{libdir}/libdiotima.so", f"{libdir}/pkgconfig/diotima.pc",
                     f"{libdir}/cmake/diotima/diotimaConfig.cmake",
                     "/usr/include/diotima/store.h"):
            self.assertIn(path, dev)
        for package in self.packages:
            for path, (mode, owner) in self.contents(package).items():
                self.assertEqual(owner, "root/root", path)
                if not mode.startswith("l"):
                    executable = path.endswith("/") or path == "/usr/bin/diotima"
                    self.assertEqual(mode[1:], "rwxr-xr-x" if executable else "rw-r--r--", path)
            for name in (str(BUILD_DIR), str(ROOT)):
                self.assertNotIn(name, run("dpkg-deb", "--info", self.packages[package]))

    def build_example(self):
        """With the packages alone, by both ways to find the library."""
        root = self.work / "sdk"
        for package in (self.library(), "libdiotima-dev"):
            run("dpkg-deb", "--extract", self.packages[package], root)
        (found,) = root.rglob("diotima.pc")
        flags = run("pkg-config", "--cflags", "--libs", "diotima",
                    env={**os.environ, "PKG_CONFIG_LIBDIR": str(found.parent)}).split()
        self.assertNotIn("-lrocksdb", flags)
        run("g++", "-std=c++20", EXAMPLE / "main.cc", "-o", self.work / "by_pkg_config", *flags)
        run("cmake", "-S", EXAMPLE, "-B", self.work / "build", f"-DCMAKE_PREFIX_PATH={root}/usr")
        run("cmake", "--build", self.work / "build")
        return [self.work / "by_pkg_config", self.work / "build/embed"]

    @unittest.skipUnless(os.geteuid() == 0, "chroot is for root")
    def test_on_a_bare_system(self):
        installed = Installed()
        needed = set()
        for package in ("diotima", self.library()):
            needed |= installed.closure(self.field(package, "Depends"))
        bare = BareSystem(self.work / "bare", installed, needed)
        bare.install(self.packages["diotima"], self.packages[self.library()])
        self.assertIn("diotima", bare.run("/usr/bin/diotima", "--version"))
        shutil.copy(FEATURES, bare.root / "tmp/features.toml")
        row = '{"name":"a.png","metaxy_provenance_by_field":{"pixels":"1","caption":"2"}}\n'
        (bare.root / "tmp/rows.jsonl").write_text(row)
        options = ["--store", "/tmp/meta.db", "--graph", "/tmp/features.toml"]
        feature = re.search(r'key = "([^"]+)"', FEATURES.read_text())[1]
        bare.run("/usr/bin/diotima", *options, "write", feature, "/tmp/rows.jsonl")
        self.assertIn("a.png", bare.run("/usr/bin/diotima", *options, "read", feature))
        for path in (bare.root / "tmp/meta.db").rglob("*"):
            mode = stat.S_IMODE(path.lstat().st_mode)
            self.assertEqual(mode, 0o700 if path.is_dir() else 0o600, path)
        for number, program in enumerate(self.build_example()):
            shutil.copy(program, bare.root / "tmp/embed")
            out = bare.run("/tmp/embed", "/tmp/features.toml", f"/tmp/embed{number}.db")
            self.assertEqual(out.splitlines()[:2], ["new cat.png", "made 1"])


if __name__ == "__main__":
    unittest.main()
