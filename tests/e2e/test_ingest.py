"""Large writes of text: interrupted, killed, and how they show that they go on."""

import os
import re
import signal
import time
import unittest

from support import CliTest, raw, to_lines

LINES = to_lines([raw(i, audio=str(i), frames=str(7 * i), path=f"part/{i:08}.mp4")
                  for i in range(20000)]).encode()


class IngestTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(1), raw(2)])
        self.fifo = self.dir / "rows.jsonl"
        os.mkfifo(self.fifo)

    def start_reading(self, copies=3):
        """A write that has read some megabytes and waits for more; and its fifo."""
        process = self.start("write", "video/raw", str(self.fifo), "--format", "json")
        fifo = open(self.fifo, "wb", buffering=0)
        self.addCleanup(fifo.close)
        for _ in range(copies):
            fifo.write(LINES)  # returns once all but a pipe of it is read
        return process, fifo

    def assert_untouched(self):
        self.assertEqual(list((self.dir / "meta.db/tmp").iterdir()), [])
        self.assertEqual([row["id"] for row in self.read("video/raw")], [1, 2])
        self.assertEqual(self.ok("status", "video/raw").object["rows"], 2)

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process, fifo = self.start_reading()
            process.send_signal(number)
            out, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 128 + number)
            self.assertEqual(out, b"")
            self.assertIn(b"error: interrupted: what was not committed is not there", err)
            self.assert_untouched()
            fifo.close()  # and what is left in it is gone

    def test_killed(self):
        process, _ = self.start_reading()
        process.kill()
        process.wait(timeout=60)
        self.write("video/crop", [{"id": 1, "metaxy_provenance_by_field": None}])
        self.assert_untouched()

    def test_an_error_does_not_wait_for_the_rest(self):
        process, fifo = self.start_reading(copies=1)
        fifo.write(b'{"id": 3}\n')  # no provenance: the store refuses it
        fifo.write(LINES)
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (1, b""))
        self.assertIn(b"rows.jsonl:20001: ", err)
        self.assert_untouched()

    def test_a_bad_line_comes_after_the_lines_before_it(self):
        process, fifo = self.start_reading(copies=1)
        fifo.write(b'{"id": 3\n')
        fifo.close()
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (1, b""))
        self.assertIn(b"error: " + bytes(self.fifo) + b":20001: no valid JSON", err)
        self.assert_untouched()

    def test_all_of_it(self):
        process, fifo = self.start_reading(copies=1)
        fifo.close()
        out, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (0, b""))
        self.assertIn(b'"rows":20000', out.replace(b" ", b""))
        self.assertEqual(len(self.read("video/raw")), 20000)


class ProgressTest(CliTest):
    """A write on a terminal that is held up for more than a second shows a line."""

    def write_shown(self, path, meanwhile):
        return self.run_terminal("--store", "meta.db", "--graph", "features.toml", "write",
                                 "video/raw", str(path), meanwhile=meanwhile)

    def test_a_file(self):
        path = self.dir / "rows.jsonl"
        with open(path, "wb") as file:
            for _ in range(40):
                file.write(LINES)

        def hold(pid):
            # Once it has read a part of the file, it stands still for so long that the next part
            # comes with a line.
            self.wait_until(lambda: 0 < position_of(pid, path), "the file is not read")
            os.kill(pid, signal.SIGSTOP)
            self.assertLess(position_of(pid, path), path.stat().st_size)
            time.sleep(1.2)
            os.kill(pid, signal.SIGCONT)

        code, text = self.write_shown(path, hold)
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r"\r\x1b\[Kwrite  \[#* *\] +\d+ %  [\d.]+( [kM])? rows  "
                               r"\d+(\.\d)? MB/s  \d+ s left")
        self.assertRegex(text, r"\r\x1b\[K[^\r]*video/raw", "wiped before the result")

    def test_a_pipe(self):
        fifo = self.dir / "rows.fifo"
        os.mkfifo(fifo)

        def feed(_):
            with open(fifo, "wb", buffering=0) as file:
                file.write(LINES)
                time.sleep(1.2)
                file.write(LINES)

        code, text = self.write_shown(fifo, feed)
        self.assertEqual(code, 0, text)
        self.assertRegex(text, r"\r\x1b\[Kwrite  [\d.]+( [kM])? rows  \d+(\.\d)? MB/s  \d+ s\b")
        self.assertRegex(text, r"\r\x1b\[Kwrite  40 k rows  \d+(\.\d)? MB/s  all read\r")
        self.assertNotRegex(text, r"%|left")


def position_of(pid, path):
    """How far a process has read a file; 0 where it has not opened it."""
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            if os.readlink(f"/proc/{pid}/fd/{name}") == str(path):
                with open(f"/proc/{pid}/fdinfo/{name}", encoding="ascii") as info:
                    return int(re.search(r"^pos:\s*(\d+)", info.read(), re.M)[1])
    except FileNotFoundError:
        pass
    return 0


if __name__ == "__main__":
    unittest.main()
