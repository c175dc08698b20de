"""Replays golden/scenarios through the command line alone.

A scenario is skipped by the operation that it names, never by its name; how many were, and why, is
printed at the end.
"""

import collections
import json
import pathlib
import sys
import unittest

from support import GOLDEN, CliTest, to_lines

BY_FIELD = ("metaxy_provenance_by_field", "metaxy_data_version_by_field")
CLOCK = ("metaxy_updated_at", "metaxy_project_version")


def reason_to_skip(scenario):
    """The first operation that this replay does not know."""
    for step in scenario["steps"]:
        if not hasattr(Scenario, step["op"]):
            return step["op"]
    return None


def to_text(value):
    """A value of a scenario as JSON Lines have it."""
    if isinstance(value, list):
        return [to_text(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, text),) = value.items()
        if key in ("$timestamp", "$date", "$bytes"):
            return text
    return {key: to_text(item) for key, item in value.items()}


def to_input(rows):
    """What a row does not name is null in it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: to_text(row.get(name)) for name in names} for row in rows]


def exact(value):
    """1 and 1.0 and True are different values; so are -0.0 and 0.0."""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    return [type(value).__name__, repr(value)]


def comparable(row, expected):
    """`row` as text: without nulls, and without what depends on the clock unless `expected` says it."""
    out = {}
    for name, value in row.items():
        if name in BY_FIELD and value is not None:
            value = {key: item for key, item in value.items() if item is not None} or None
        if value is None or name in CLOCK or name in ("deleted", "metaxy_deleted_at"):
            continue
        if name == "metaxy_created_at" and name not in expected:
            continue
        out[name] = value
    if "deleted" in expected:
        out["deleted"] = row.get("deleted", row.get("metaxy_deleted_at") is not None)
    return json.dumps(exact(out), sort_keys=True)


class Scenario:
    """One run of a scenario's steps."""

    def __init__(self, test, scenario):
        self.test = test
        self.scenario = scenario
        self.graph = None
        self.times = 0
        self.use_graph({"graph": next(iter(scenario["graphs"]))})
        self.write_config()
        for name in self.stores():
            self.command({"store": name}, "init")

    def stores(self):
        return self.scenario.get("stores", {"main": {}})

    def write_config(self):
        text = ""
        for name, options in self.stores().items():
            text += f"[stores.{name}]\npath = \"{name}.db\"\n"
            text += f"hash_algorithm = \"{self.scenario['hash_algorithm']}\"\n"
            text += f"hash_truncation_length = {self.scenario['hash_truncation_length']}\n"
            if options.get("fallback"):
                text += f"fallback_stores = {json.dumps(options['fallback'])}\n"
            if options.get("materialization_id"):
                text += f"materialization_id = {json.dumps(options['materialization_id'])}\n"
        self.test.file("diotima.toml", text)

    def use_graph(self, step):
        specs = []
        for spec in self.scenario["graphs"][step["graph"]]:
            columns = self.scenario.get("columns", {}).get(spec["key"], {})
            specs.append({**spec, "columns": columns})
        self.graph = step["graph"] + ".json"
        self.test.file(self.graph, json.dumps(specs))

    def command(self, step, *arguments, stdin=""):
        return self.test.run_program("--store", step.get("store", "main"), "--graph", self.graph,
                                     "--format", "jsonl", *arguments, stdin=stdin)

    def run(self):
        for number, step in enumerate(self.scenario["steps"]):
            with self.test.subTest(step=number, op=step["op"], feature=step.get("feature")):
                getattr(self, step["op"])(step)

    def finish(self, step, outcome):
        """True when the step was to succeed; checks the failure it was to have."""
        expected = step.get("expect")
        if not isinstance(expected, dict) or "error" not in expected:
            self.test.assertEqual(outcome.code, 0, outcome.err)
            return True
        self.test.assertEqual(outcome.code, 1, outcome.err)
        error = json.loads(outcome.err.splitlines()[-1])["error"]
        self.test.assertEqual(error["code"], expected["error"])
        for text in expected.get("mentions", ()):
            self.test.assertIn(text, error["message"])
        return False

    def push(self, step):
        self.finish(step, self.command(step, "push"))

    def write(self, step):
        arguments = ["write", step["feature"]]
        if step.get("materialization_id") is not None:
            arguments += ["--materialization-id", step["materialization_id"]]
        if step.get("preserve_feature_version"):
            arguments.append("--preserve-feature-version")
        self.finish(step, self.command(step, *arguments, stdin=to_lines(to_input(step["rows"]))))

    def write_multi(self, step):
        arguments = ["write", "--multi"]
        if step.get("materialization_id") is not None:
            arguments += ["--materialization-id", step["materialization_id"]]
        lines = [{"feature": write["feature"], "row": row}
                 for write in step["writes"] for row in to_input(write["rows"])]
        self.finish(step, self.command(step, *arguments, stdin=to_lines(lines)))

    def read(self, step):
        arguments = ["read", step["feature"]]
        for text in step.get("filters") or ():
            arguments += ["--filter", text]
        if step.get("columns") is not None:
            arguments += ["--columns", ",".join(step["columns"])]
        if step.get("feature_version"):
            arguments += ["--feature-version", step["feature_version"]]
        for flag in ("with_feature_history", "with_sample_history", "include_soft_deleted"):
            if step.get(flag):
                arguments.append("--" + flag.replace("_", "-"))
        if step.get("allow_fallback") is False:
            arguments.append("--no-fallback")
        outcome = self.command(step, *arguments)
        if self.finish(step, outcome):
            self.compare(outcome.lines, step["expect"]["rows"])

    def resolve(self, step, *more):
        arguments = ["resolve", step["feature"], *more]
        for feature, texts in (step.get("filters") or {}).items():
            for text in texts:
                arguments += ["--filter", f"{feature}={text}"]
        for member, option in (("global_filters", "--global-filter"),
                               ("target_filters", "--target-filter"),
                               ("staleness_predicates", "--stale-if")):
            for text in step.get(member) or ():
                arguments += [option, text]
        if step.get("skip_comparison"):
            arguments.append("--skip-comparison")
        stdin = ""
        if step.get("samples") is not None:
            arguments += ["--samples", "-"]
            stdin = to_lines(to_input(step["samples"]))
        return self.command(step, *arguments, stdin=stdin)

    def resolve_update(self, step):
        outcome = self.resolve(step)
        if not self.finish(step, outcome):
            return
        for change in ("new", "stale", "orphaned"):
            rows = [line["row"] for line in outcome.lines if line["change"] == change]
            self.compare(rows, step["expect"][change])

    def progress(self, step):
        outcome = self.resolve(step, "--count")
        if self.finish(step, outcome):
            self.test.assertEqual(outcome.object["progress"], step["expect"]["percent"])

    def delete(self, step):
        arguments = ["delete", step["feature"], "--yes"]
        arguments.append("--soft=" + ("true" if step.get("soft", True) else "false"))
        for text in step.get("filters") or ():
            arguments += ["--filter", text]
        if step.get("with_feature_history"):
            arguments.append("--with-feature-history")
        self.finish(step, self.command(step, *arguments))

    def rebase(self, step):
        arguments = ["rebase", step["feature"], "--from", step["from"]]
        if step.get("to"):
            arguments += ["--to", step["to"]]
        outcome = self.command(step, *arguments)
        if self.finish(step, outcome):
            self.test.assertEqual(outcome.object["rows"], step["expect"]["rows"])

    def copy(self, step):
        arguments = ["copy", *step["features"], "--from", step["from_store"], "--to", step["store"]]
        for feature, texts in (step.get("filters") or {}).items():
            for text in texts:
                arguments += ["--filter", f"{feature}={text}"]
        for text in step.get("global_filters") or ():
            arguments += ["--global-filter", text]
        if not step.get("with_feature_history", True):
            arguments.append("--with-feature-history=false")
        if step.get("with_sample_history"):
            arguments.append("--with-sample-history")
        outcome = self.command(step, *arguments)
        if self.finish(step, outcome):
            result = outcome.object
            self.test.assertEqual((len(result["features"]), result["rows"]),
                                  (step["expect"]["features_copied"], step["expect"]["rows_copied"]))

    def compare(self, found, expected):
        """As multisets; the rows that say most choose first."""
        left = list(found)
        missing = []
        for row in sorted(map(to_text, expected), key=lambda row: "metaxy_created_at" not in row):
            wanted = comparable(row, row)
            match = next((other for other in left if comparable(other, row) == wanted), None)
            if match is None:
                missing.append(wanted)
            else:
                left.remove(match)
        self.test.assertEqual((missing, left), ([], []))


class ReplayTest(CliTest):
    def test_scenarios(self):
        skipped = collections.Counter()
        played = 0
        only = sys.argv[1:]
        for path in sorted(pathlib.Path(GOLDEN / "scenarios").glob("*.json")):
            scenario = json.loads(path.read_text())
            if only and path.stem not in only:
                continue
            reason = reason_to_skip(scenario)
            if reason:
                skipped[reason] += 1
                continue
            played += 1
            with self.subTest(path.stem):
                self.play(path.stem, scenario)
        print(f"{played} scenarios replayed, {sum(skipped.values())} skipped",
              ", ".join(f"{count} {reason}" for reason, count in sorted(skipped.items())))

    def play(self, name, scenario):
        root = self.dir
        self.dir = root / name
        self.dir.mkdir()
        try:
            Scenario(self, scenario).run()
        finally:
            self.dir = root


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
