"""Runs docs/examples/service: killed at random moments, stopped, and watched.

Usage: service_test.py SERVICE DIOTIMA
"""

import collections
import itertools
import pathlib
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVICE, DIOTIMA = (str(pathlib.Path(sys.argv.pop(1)).resolve()) for _ in range(2))
GRAPH = ROOT / "docs/examples/service/features.toml"
ROUNDS = 50
SEED = 1


class Service:
    """A run of the program, ready."""

    def __init__(self, directory, *arguments):
        self.store = directory / "store"
        self.acknowledgements = directory / "acknowledgements"
        with self.acknowledgements.open("ab") as stdout:
            self.process = subprocess.Popen(
                [SERVICE, "--graph", GRAPH, "--store", self.store, *map(str, arguments)],
                stdout=stdout, stderr=subprocess.PIPE, text=True,
            )
        self.log = []
        for line in self.process.stderr:
            self.log.append(line)
            if line == "ready\n":
                return
        raise AssertionError("exit code %d: %s" % self.end())

    def end(self, number=None):
        """Sends a signal, if one is given; returns the exit code and what was logged."""
        if number:
            self.process.send_signal(number)
        self.log += self.process.stderr
        self.process.stderr.close()
        return self.process.wait(), "".join(self.log)

    def acknowledged(self):
        """By sensor: how many readings are durable, as it says."""
        lines = self.acknowledgements.read_text().splitlines(keepends=True)
        rows = {}
        for line in lines:
            if line.endswith("\n"):
                word, sensor, count = line.split()
                assert word == "durable" and int(count) > rows.get(sensor, 0), line
                rows[sensor] = int(count)
        return rows

    def wait_for_acknowledgement(self, before=None):
        while self.acknowledged() == (before or {}):
            if self.process.poll() is not None:
                raise AssertionError(self.end())
            time.sleep(0.01)


def readings(store):
    """By sensor: the numbers of all rows ever written, as text."""
    command = [DIOTIMA, "--store", store, "read", "sensor/reading", "--columns", "sensor,number"]
    done = subprocess.run(
        [*command, "--with-sample-history", "--format", "csv"], text=True, capture_output=True, check=True
    )
    numbers = collections.defaultdict(list)
    for line in done.stdout.splitlines()[1:]:
        sensor, number = line.split(",")
        numbers[sensor].append(number)
    return numbers


class ServiceTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def start(self, *arguments):
        service = Service(self.directory, *arguments)
        self.addCleanup(service.process.wait)
        self.addCleanup(service.process.kill)
        return service

    def check(self, service):
        """Every reading once and without gaps, and all that were acknowledged. Returns their counts."""
        counts = {}
        for sensor, numbers in readings(service.store).items():
            for expected, number in enumerate(numbers):
                if str(expected) != number:
                    self.fail(f"{sensor}: reading {number} where {expected} should be")
            counts[sensor] = len(numbers)
        for sensor, rows in service.acknowledged().items():
            self.assertGreaterEqual(counts.get(sensor, 0), rows, f"{sensor}: acknowledged rows are lost")
        return counts

    def test_acknowledged_rows_survive_kills(self):
        randomness = random.Random(SEED)
        self.start("--rows", 1).end()
        for i in range(ROUNDS):
            arguments = {
                "--threads": randomness.randint(1, 6),
                # As many as it can only now and then, as each round reads all rows.
                "--rate": 0 if i % 10 == 5 else randomness.choice([300, 1000, 3000, 10000]),
                "--flush-every": randomness.randint(1, 60),
            }
            seconds = randomness.uniform(0.02, 0.3)
            try:
                service = self.start(*itertools.chain(*arguments.items()))
                time.sleep(seconds)
                code, log = service.end(signal.SIGKILL)
                self.assertEqual(code, -signal.SIGKILL, log)
                counts = self.check(service)
            except AssertionError as error:
                raise AssertionError(f"seed {SEED}, round {i}: {arguments}, {seconds} s") from error
        print(f"{sum(counts.values())} rows, {sum(service.acknowledged().values())} acknowledged, in {ROUNDS} rounds")
        self.assertGreater(sum(service.acknowledged().values()), 1000)

    def test_a_signal_drains(self):
        total = 0
        for number in (signal.SIGTERM, signal.SIGINT):
            service = self.start("--rate", 0, "--flush-every", 50)
            service.wait_for_acknowledgement(service.acknowledged())
            code, log = service.end(number)
            self.assertEqual(code, 0, log)
            put, durable = map(int, re.search(r"stopped: (\d+) rows put, (\d+) durable", log).groups())
            self.assertEqual(put, durable)
            total += put
            counts = self.check(service)
            self.assertEqual(sum(counts.values()), total)
            self.assertEqual(counts, service.acknowledged())

    def test_rows(self):
        for before in (0, 100):
            service = self.start("--threads", 3, "--rows", 100, "--rate", 0)
            code, log = service.end()
            self.assertEqual(code, 0, log)
            self.assertEqual(self.check(service), {f"s{i}": before + 100 for i in range(3)})

    def test_metrics(self):
        file = self.directory / "metrics.prom"
        service = self.start("--listen", "127.0.0.1:0", "--metrics-file", file, "--rate", 0, "--flush-every", 20)
        url = re.search(r"metrics: (http://127.0.0.1:\d+/metrics)", "".join(service.log))[1]

        def fetch():
            with urllib.request.urlopen(url) as response:
                return self.parse(response.read().decode())

        first = fetch()
        while (last := fetch())["diotima_durable_rows_total"] <= first["diotima_durable_rows_total"]:
            self.assertIsNone(service.process.poll())
        self.assertGreaterEqual(last["diotima_written_rows_total"], last["diotima_durable_rows_total"])
        self.assertGreater(last["diotima_commits_total"], 0)
        self.assertGreater(last["diotima_put_seconds_count"], first["diotima_put_seconds_count"])

        code, log = service.end(signal.SIGTERM)
        self.assertEqual(code, 0, log)
        rows = sum(self.check(service).values())
        at_end = self.parse(file.read_text())
        # The server adds metrics of its own.
        self.assertEqual(at_end.keys(), {name for name in last if name.startswith("diotima_")})
        self.assertEqual(at_end["diotima_written_rows_total"], rows)
        self.assertEqual(at_end["diotima_durable_rows_total"], rows)
        for name in ("queued_rows", "queued_bytes", "oldest_queued_row_seconds", "failed_attempts_total", "failing"):
            self.assertEqual(at_end[f"diotima_{name}"], 0, name)

    def parse(self, text):
        """By name, without the buckets."""
        values = {}
        for line in text.splitlines():
            if not line.startswith("#") and "{" not in line:
                name, value = line.split()
                values[name] = float(value)
        return values

    def test_a_status_each_second(self):
        service = self.start()
        lines = [service.process.stderr.readline() for _ in range(2)]
        for line in lines:
            self.assertRegex(line, r"\A\d+ rows/s, \d+ written, \d+ queued \(oldest \d+ ms\), 0 failed attempts\n")
        service.end(signal.SIGTERM)

    def test_what_is_wrong_is_said(self):
        service = self.start("--listen", "127.0.0.1:0")
        address = re.search(r"http://([^/]+)/", "".join(service.log))[1]
        with self.assertRaisesRegex(AssertionError, "exit code 1: busy"):
            self.start()
        other = self.directory / "other"
        other.mkdir()
        with self.assertRaisesRegex(AssertionError, "exit code 1: "):
            Service(other, "--listen", address)
        service.end(signal.SIGTERM)


if __name__ == "__main__":
    unittest.main()
