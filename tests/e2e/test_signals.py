"""SIGINT and SIGTERM end a command soon, whatever it waits for: also for a disk that hangs."""

import os
import signal
import time
import unittest

from support import CliTest, raw, to_lines

SHIM = os.environ.get("FAIL_CALLS")
SECONDS = 2.0
SLACK = 1.0  # of a busy machine


@unittest.skipUnless(SHIM, "needs the library of tests/faults")
class SignalTest(CliTest):
    def setUp(self):
        super().setUp()
        self.write("video/raw", [raw(i) for i in range(100)])
        self.file("new.jsonl", to_lines([raw(i) for i in range(200, 300)]))
        self.count = self.file("count", bytes(16))

    def hangs_at(self, number):
        self.count.write_bytes(bytes(16))
        self.env.update({"LD_PRELOAD": SHIM, "FAIL_UNDER": str(self.dir / "meta.db"),
                         "FAIL_COUNT": str(self.count), "FAIL_AT": str(number),
                         "FAIL_SLEEP": "60"})

    def calm(self):
        for name in ("LD_PRELOAD", "FAIL_UNDER", "FAIL_COUNT", "FAIL_AT", "FAIL_SLEEP"):
            self.env.pop(name, None)

    def store_command(self, *arguments):
        return self.start(*arguments, "--store", str(self.dir / "meta.db"))

    def end(self, process, number):
        time.sleep(0.4)
        if process.poll() is not None:
            return
        begin = time.monotonic()
        process.send_signal(number)
        process.wait(timeout=30)
        self.assertLess(time.monotonic() - begin, SECONDS + SLACK)
        self.assertEqual(process.returncode, 128 + number)

    def test_a_disk_that_hangs(self):
        for command in (("write", "video/raw", "new.jsonl"), ("compact",), ("verify",),
                        ("delete", "video/raw", "--filter", "id < 5"), ("read", "video/raw")):
            for call in range(5, 560, 185):
                with self.subTest(command=command, call=call):
                    self.hangs_at(call)
                    self.end(self.store_command(*command), signal.SIGTERM)
                    self.calm()
                    self.assertGreaterEqual(len(self.read("video/raw")), 95)

    def test_an_input_that_never_comes(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.end(self.store_command("write", "video/raw"), number)
        self.assertEqual(len(self.read("video/raw")), 100)

    def test_a_writer_that_never_ends(self):
        writer = self.start("write", "video/raw")
        self.wait_until_locked()
        self.end(self.start("write", "video/raw", "--wait", "60s"), signal.SIGINT)
        writer.communicate(timeout=60)


if __name__ == "__main__":
    unittest.main()
