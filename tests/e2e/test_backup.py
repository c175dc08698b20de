"""Copies of a store: backup, restore, checkpoint; who may read its files."""

import os
import pathlib
import signal
import stat
import subprocess
import unittest

from support import CliTest, raw, to_lines


def modes(directory):
    """The modes of all files and directories below it, by path."""
    found = {}
    for base, directories, files in os.walk(directory):
        for name in ["", *directories, *files]:
            path = pathlib.Path(base, name)
            found[path] = stat.S_IMODE(path.lstat().st_mode)
    return found


class BackupTest(CliTest):
    def setUp(self):
        super().setUp()
        self.ok("push")
        self.write("video/raw", [raw(i, name=f"name {i}") for i in range(1000)])
        self.ok("delete", "video/raw", "--filter", "id < 10")
        self.write("video/raw", [raw(1, name="again")])

    def restored(self, path, *arguments):
        outcome = self.run_program("restore", "backups", path, *arguments)
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome.object

    def rows_of(self, store):
        """All rows, history included."""
        outcome = self.run_program("--store", store, "--graph", "features.toml", "read", "video/raw",
                                   "--with-sample-history", "--include-soft-deleted")
        self.assertEqual(outcome.code, 0, outcome.err)
        return outcome.lines

    def test_back_and_forth(self):
        first = self.ok("backup", "backups").object
        self.assertEqual((first["backup"], first["removed"]), (1, 0))
        self.assertGreater(first["bytes"], 0)
        before = self.rows_of("meta.db")
        self.write("video/raw", [raw(5000)])
        second = self.ok("backup", "backups").object
        self.assertEqual(second["backup"], 2)
        self.assertEqual(self.restored("new/one.db", "--backup", "1")["backup"], 1)
        self.assertEqual(self.restored("two.db")["path"], "two.db")
        self.assertEqual(self.rows_of("new/one.db"), before)
        self.assertEqual(self.rows_of("two.db"), self.rows_of("meta.db"))
        # The definitions that were pushed came along, and it can be written to.
        history = self.run_program("--store", "two.db", "history").lines
        self.assertEqual(history, self.run_program("--store", "meta.db", "history").lines)
        write = self.run_program("--store", "two.db", "write", "video/raw", stdin=to_lines([raw(1)]))
        self.assertEqual(write.code, 0, write.err)

    def test_list_and_keep(self):
        for number in range(1, 5):
            done = self.ok("backup", "backups", "--keep", "2").object
            self.assertEqual((done["backup"], done["removed"]), (number, int(number > 2)))
        listed = self.run_program("backup", "backups", "--list").lines
        self.assertEqual([b["backup"] for b in listed], [3, 4])
        self.assertTrue(all(b["damage"] is None and b["files"] > 0 for b in listed))
        self.fails("restore", "backups", "x.db", "--backup", "1", code="not_found")
        for wrong in (["--keep", "0"], ["--keep", "x"], ["--keep", "1", "--list"]):
            self.fails("backup", "backups", *wrong, exit_code=2)

    def test_beside_a_writer(self):
        """A process that holds the lock goes on writing, and opens the store afterwards."""
        before = self.rows_of("meta.db")
        writer = self.start("write", "video/raw")
        writer.stdin.write(to_lines([raw(i) for i in range(2000, 2100)]).encode())
        writer.stdin.flush()
        self.wait_until_locked()
        self.ok("backup", "backups")
        self.ok("checkpoint", "checkpoint.db")
        out, err = writer.communicate(timeout=60)
        self.assertEqual(writer.returncode, 0, err)
        self.restored("restored.db")
        for store in ("restored.db", "checkpoint.db"):
            self.assertEqual(self.rows_of(store), before)
        self.assertEqual(len(self.rows_of("meta.db")), len(before) + 100)
        self.assertEqual([p.name for p in (self.dir / "meta.db").glob("links-*")], [])

    def test_a_checkpoint_is_independent(self):
        before = self.rows_of("meta.db")
        self.ok("checkpoint", "checkpoint.db")
        self.write("video/raw", [raw(1, name="later")])
        self.assertEqual(self.rows_of("checkpoint.db"), before)
        message = self.fails("checkpoint", "checkpoint.db")
        self.assertIn("checkpoint.db", message)

    def test_damage(self):
        self.ok("backup", "backups")
        tables = (self.dir / "backups/shared_checksum").iterdir()
        table = max(tables, key=lambda path: path.stat().st_size)
        content = bytearray(table.read_bytes())
        content[len(content) // 2] ^= 1
        table.write_bytes(content)
        message = self.fails("restore", "backups", "restored.db", code="corruption")
        self.assertIn(table.name, message)
        table.unlink()
        message = self.fails("restore", "backups", "restored.db", code="corruption")
        self.assertIn(table.name, message)
        self.assertIn(table.name, self.run_program("backup", "backups", "--list").object["damage"])
        self.assertEqual(list(self.dir.glob("restored*")), [])

    def test_refusals(self):
        self.ok("backup", "backups")
        self.fails("restore", "backups", "meta.db")
        self.fails("restore", "nowhere", "x.db", code="not_found")
        self.fails("backup", "meta.db")
        self.fails("backup", "nowhere", "--list", code="not_found")
        other = self.run_program("init", "other.db")
        self.assertEqual(other.code, 0)
        outcome = self.run_program("--store", "other.db", "backup", "backups")
        self.assertEqual(outcome.code, 1)
        self.assertIn("another store", outcome.error)
        outcome = self.run_program("--store", "none.db", "backup", "new")
        self.assertEqual(outcome.code, 1)
        self.assertFalse((self.dir / "new").exists())

    def test_one_at_a_time(self):
        self.ok("backup", "backups")
        lock = self.dir / "backups/LOCK"
        with subprocess.Popen(["flock", lock, "-c", "echo locked; sleep 30"],
                              stdout=subprocess.PIPE, start_new_session=True) as other:
            try:
                other.stdout.readline()
                self.assertIn(str(lock.name), self.fails("backup", "backups", code="busy"))
                self.fails("restore", "backups", "x.db", code="busy")
            finally:
                os.killpg(other.pid, signal.SIGKILL)


class LargeBackupTest(CliTest):
    """Large enough that there is something to show and to interrupt."""

    def setUp(self):
        super().setUp()
        noise = os.urandom(3000).hex()
        self.write("video/raw", [raw(i, name=noise[i % 3000:] + noise[:i % 3000] + os.urandom(60).hex())
                                 for i in range(20000)])

    def test_an_interrupt_leaves_the_earlier_ones(self):
        self.ok("backup", "backups")
        self.write("video/raw", [raw(i, name=os.urandom(3000).hex()) for i in range(20000)])
        process = self.start("backup", "backups")
        self.wait_until(lambda: (self.dir / "backups/private/2.tmp").exists()
                        or (self.dir / "backups/private/2").exists(), "no backup begins")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, 130))
        listed = self.run_program("backup", "backups", "--list").lines
        self.assertEqual(len(listed), 1 if process.returncode else 2)
        outcome = self.run_program("restore", "backups", "x.db", "--backup", "1")
        self.assertEqual(outcome.code, 0, outcome.err)
        self.assertEqual(self.ok("backup", "backups").code, 0)

    def test_an_interrupted_restore_leaves_nothing(self):
        self.ok("backup", "backups")
        process = self.start("restore", "backups", "x.db")
        self.wait_until(lambda: list(self.dir.glob("x.db*")), "no restore begins")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        if process.returncode != 0:
            self.assertEqual(process.returncode, 130)
            self.assertEqual(list(self.dir.glob("x.db*")), [])


class ModeTest(CliTest):
    def test_files_are_for_their_owner(self):
        before = os.umask(0)
        self.addCleanup(os.umask, before)
        self.write("video/raw", [raw(i) for i in range(100)])
        self.write("video/raw", [raw(1)])
        self.ok("backup", "backups")
        self.ok("checkpoint", "checkpoint.db")
        self.assertEqual(self.run_program("restore", "backups", "restored.db").code, 0)
        for name in ("meta.db", "backups", "checkpoint.db", "restored.db"):
            found = modes(self.dir / name)
            self.assertGreater(len(found), 4)
            for path, mode in found.items():
                self.assertEqual(oct(mode), "0o700" if path.is_dir() else "0o600", path)


if __name__ == "__main__":
    unittest.main()
