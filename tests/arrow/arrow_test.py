"""What pyarrow and polars give is stored, and what is stored they take.

Usage: arrow_test.py BRIDGE
"""

import datetime
import decimal
import pathlib
import sys
import tempfile
import unittest

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from bridge import Store, StoreError

BRIDGE = pathlib.Path(sys.argv.pop(1)).resolve()
UTC = datetime.timezone.utc

GRAPH = """
[[features]]
key = "root"
id_columns = ["id"]
fields = ["content"]

[[features]]
key = "child"
id_columns = ["id"]
fields = ["content"]
deps = [{ feature = "root" }]
"""

PROVENANCE = "metaxy_provenance_by_field"
HASHES = pa.map_(pa.string(), pa.string())


def hashes(values):
    return pa.array([[("content", str(v))] for v in values], HASHES)


def with_ids(columns):
    """A table of the columns, with ids from 0 on and hashes."""
    rows = len(next(iter(columns.values())))
    return pa.table({"id": pa.array(range(rows)), PROVENANCE: hashes(range(rows)), **columns})


def at(*arguments, zone=UTC):
    return datetime.datetime(*arguments, tzinfo=zone)


STORED_TIME = pa.timestamp("us", "UTC")
TIMES = [at(2024, 2, 29, 12, 30, 1), None, at(1969, 12, 31, 23, 59, 59)]
DATES = [datetime.date(2024, 2, 29), None, datetime.date(1, 1, 1)]
WORDS = ["a short one", None, "one that is longer than twelve bytes: ünïcödé"]
BYTES = [b"\xff\x00", None, b"thirteen bytes and more"]
LISTS = [[1, None, 3], None, []]
STRUCTS = [{"x": 1, "y": "a"}, None, {"x": None, "y": None}]
MAPS = [[("z", 1), ("a", None)], None, []]

# What is given, and the type in which it comes back.
EVERY_TYPE = {
    "bool": (pa.array([True, None, False]), pa.bool_()),
    **{
        str(t): (pa.array([0, None, 100], t), pa.int64())
        for t in [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32()]
    },
    "uint64": (pa.array([0, None, 2**64 - 1], pa.uint64()), pa.uint64()),
    "half": (pa.array([0.5, None, -2.0]).cast(pa.float16()), pa.float64()),
    "float": (pa.array([0.5, None, -2.0], pa.float32()), pa.float64()),
    "double": (pa.array([0.1, None, float("inf")]), pa.float64()),
    **{str(t): (pa.array(WORDS, t), pa.string()) for t in [pa.string(), pa.large_string(), pa.string_view()]},
    **{str(t): (pa.array(BYTES, t), pa.binary()) for t in [pa.binary(), pa.large_binary(), pa.binary_view()]},
    "fixed_binary": (pa.array([b"abc", None, b"def"], pa.binary(3)), pa.binary()),
    **{
        f"time_{unit}_{zone}": (pa.array(TIMES, pa.timestamp(unit, zone)), STORED_TIME)
        for unit in ["s", "ms", "us", "ns"]
        for zone in ["UTC", "Europe/Berlin"]
    },
    "time_naive": (pa.array([t and t.replace(tzinfo=None) for t in TIMES], pa.timestamp("us")), STORED_TIME),
    "date32": (pa.array(DATES, pa.date32()), pa.date32()),
    "date64": (pa.array(DATES, pa.date64()), pa.date32()),
    "null": (pa.nulls(3), pa.null()),
    "list": (pa.array(LISTS, pa.list_(pa.int32())), pa.list_(pa.int64())),
    "large_list": (pa.array(LISTS, pa.large_list(pa.int8())), pa.list_(pa.int64())),
    "fixed_list": (pa.array([[1, 2], None, [3, None]], pa.list_(pa.int16(), 2)), pa.list_(pa.int64())),
    "list_of_lists": (
        pa.array([[WORDS, None], None, []], pa.list_(pa.list_(pa.string()))), pa.list_(pa.list_(pa.string()))
    ),
    "struct": (
        pa.array(STRUCTS, pa.struct([("x", pa.int32()), ("y", pa.string_view())])),
        pa.struct([("x", pa.int64()), ("y", pa.string())]),
    ),
    "map": (pa.array(MAPS, pa.map_(pa.string(), pa.int32())), pa.map_(pa.string(), pa.int64())),
    "map_of_ints": (
        pa.array([[(1, True), (0, False)], None, []], pa.map_(pa.int16(), pa.bool_())),
        pa.map_(pa.int64(), pa.bool_()),
    ),
    "list_of_structs": (
        pa.array([STRUCTS, None, []], pa.list_(pa.struct([("x", pa.int32()), ("y", pa.string())]))),
        pa.list_(pa.struct([("x", pa.int64()), ("y", pa.string())])),
    ),
    "dictionary": (pa.array(WORDS).dictionary_encode(), pa.string()),
    "dictionary_of_times": (pa.array(TIMES, pa.timestamp("ms", "UTC")).dictionary_encode(), STORED_TIME),
    "dictionary_uint8": (
        pa.DictionaryArray.from_arrays(pa.array([1, None, 0], pa.uint8()), pa.array(["x", "y"])), pa.string()
    ),
    "list_of_dictionaries": (
        pa.array([["x", "y"], None, ["x"]], pa.list_(pa.dictionary(pa.int8(), pa.string()))),
        pa.list_(pa.string()),
    ),
}


def python_values(array):
    """Times in UTC, and what is naive taken for it."""

    def plain(value):
        if isinstance(value, datetime.datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        if hasattr(value, "to_pydatetime"):
            return plain(value.to_pydatetime())
        return value

    return [plain(v) for v in array.to_pylist()]


class ArrowTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.store = Store(BRIDGE, pathlib.Path(directory.name) / "store", GRAPH)
        self.addCleanup(self.store.close)

    def write(self, table, feature="root"):
        self.assertEqual(self.store.write(feature, table), len(table))

    def read(self, columns=(), feature="root", **options):
        table = pa.table(self.store.read(feature, columns, **options))
        table.validate(full=True)
        return table

    def refused(self, table, *mentions):
        with self.assertRaises(StoreError) as caught:
            self.store.write("root", table)
        for mention in mentions:
            self.assertIn(mention, str(caught.exception))

    # ---- pyarrow

    def test_every_type(self):
        self.write(with_ids({name: array for name, (array, _) in EVERY_TYPE.items()}))
        table = self.read()
        for name, (array, stored) in EVERY_TYPE.items():
            with self.subTest(name):
                self.assertEqual(table.schema.field(name).type, stored)
                self.assertEqual(python_values(table[name]), python_values(array))

    def test_slices_of_every_type(self):
        columns = {name: pa.concat_arrays([array] * 4) for name, (array, _) in EVERY_TYPE.items()}
        table = with_ids(columns).slice(2, 8)
        self.write(table)
        stored = self.read()
        self.assertEqual(stored["id"].to_pylist(), list(range(2, 10)))
        for name in EVERY_TYPE:
            with self.subTest(name):
                self.assertEqual(python_values(stored[name]), python_values(table[name]))

    def test_what_is_read_is_written_as_it_is(self):
        self.write(with_ids({name: array for name, (array, _) in EVERY_TYPE.items()}))
        first = self.read()
        self.write(first)
        user = [name for name in first.column_names if name not in ("metaxy_updated_at", "metaxy_created_at")]
        self.assertEqual(self.read().select(user), first.select(user))

    def test_chunks_of_any_length(self):
        words = [WORDS[i % 3] for i in range(100)]
        table = with_ids({"word": pa.array(words, pa.string_view())})
        chunks = [table.slice(0, 0), table.slice(0, 1), table.slice(1, 60), table.slice(61, 0), table.slice(61)]
        self.write(pa.concat_tables(chunks))
        reader = pa.RecordBatchReader.from_stream(self.store.read("root", ["id", "word"], chunk_rows=30))
        batches = list(reader)
        self.assertEqual([len(b) for b in batches], [30, 30, 30, 10])
        stored = pa.Table.from_batches(batches)
        self.assertEqual(stored["word"].to_pylist(), words)
        self.assertEqual(stored["id"].to_pylist(), list(range(100)))

    def test_columns_in_the_order_asked_for(self):
        self.write(with_ids({"a": pa.array([1]), "b": pa.array(["x"])}))
        table = self.read(["b", "metaxy_provenance_by_field", "id"])
        self.assertEqual(
            table.to_pylist(), [{"b": "x", "metaxy_provenance_by_field": [("content", "0")], "id": 0}]
        )

    def test_system_columns(self):
        self.write(with_ids({"a": pa.array([1])}))
        schema = self.read().schema
        self.assertEqual(schema.field(PROVENANCE).type, HASHES)
        self.assertEqual(schema.field("metaxy_data_version_by_field").type, HASHES)
        self.assertEqual(schema.field("metaxy_provenance").type, pa.string())
        self.assertEqual(schema.field("metaxy_updated_at").type, STORED_TIME)

    def test_hashes_may_be_a_struct(self):
        table = pa.table({"id": [1], PROVENANCE: [{"content": "7"}]})
        self.write(table)
        self.assertEqual(self.read([PROVENANCE])[PROVENANCE].to_pylist(), [[("content", "7")]])

    def test_a_table_without_rows(self):
        self.write(with_ids({"a": pa.array([1])}).slice(0, 0))
        table = self.read()
        self.assertEqual(len(table), 0)
        self.assertIn("id", table.column_names)

    def test_a_reader_of_batches(self):
        table = with_ids({"a": pa.array(range(1000))})
        self.assertEqual(self.store.write("root", table.to_reader(max_chunksize=7)), 1000)
        self.assertEqual(self.read(["a"])["a"].to_pylist(), list(range(1000)))

    def test_a_reader_that_is_left_in_the_middle(self):
        self.write(with_ids({"a": pa.array(range(1000))}))
        reader = pa.RecordBatchReader.from_stream(self.store.read("root", chunk_rows=10))
        batch = reader.read_next_batch()
        reader.close()
        del reader
        self.store.close()
        self.assertEqual(batch["a"].to_pylist(), list(range(10)))

    def test_many_rows(self):
        rows = 200_000
        table = with_ids(
            {
                "score": pc.divide(pa.array(range(rows), pa.float64()), 7.0),
                "path": pc.binary_join_element_wise("dir", pa.array(range(rows)).cast(pa.string()), "/"),
                "label": pc.choose(pa.array([i % 3 for i in range(rows)]), "x", None, "z").dictionary_encode(),
                "box": pa.FixedSizeListArray.from_arrays(pa.array(range(4 * rows), pa.int32()), 4),
            }
        )
        self.write(table)
        stored = self.read(["score", "path", "label", "box"])
        self.assertTrue(stored["score"].equals(table["score"]))
        self.assertTrue(stored["path"].equals(table["path"]))
        self.assertTrue(stored["label"].equals(table["label"].cast(pa.string())))
        self.assertEqual(
            stored["box"].combine_chunks().flatten().to_pylist(), table["box"].combine_chunks().flatten().to_pylist()
        )

    # ---- errors

    def test_types_that_cannot_be_stored(self):
        seconds = datetime.timedelta(seconds=1)
        for array, kind in [
            (pa.array([decimal.Decimal("1.5")]), "decimal"),
            (pa.array([datetime.time(1)]), "time of day"),
            (pa.array([seconds]), "duration"),
            (pa.array([[1]], pa.list_view(pa.int8())), "list view"),
            (pc.run_end_encode(pa.array([1])), "run-end encoded"),
        ]:
            with self.subTest(kind):
                self.refused(with_ids({"odd": array}), "schema_mismatch", 'column "odd"', kind)
        nested = pa.array([{"inside": seconds}])
        self.refused(with_ids({"odd": nested}), 'column "odd.inside"', "duration")

    def test_times_that_do_not_fit(self):
        nanos = pa.array([0, 1000, 1001], pa.timestamp("ns"))
        self.refused(with_ids({"t": nanos}), "schema_mismatch", 'row 3: column "t"', "microseconds")
        seconds = pa.array([2**62], pa.timestamp("s"))
        self.refused(with_ids({"t": seconds}), 'row 1: column "t"', "64 bits")

    def test_tables_that_make_no_sense(self):
        table = with_ids({"a": pa.array([1])})
        twice = table.append_column("a", pa.array([2]))
        self.refused(twice, "invalid_argument", 'the column "a" twice')
        self.refused(table.drop(["id"]), "schema_mismatch", "id column 'id' is missing")
        self.refused(pa.chunked_array([[1, 2]]), "invalid_argument", "not one of record batches")
        with self.assertRaisesRegex(StoreError, "not_found"):
            self.store.read("root")

    def test_a_value_of_another_type_than_its_column(self):
        self.write(with_ids({"a": pa.array([1, 2])}))
        self.refused(with_ids({"a": pa.array([1.5])}), "row 1", "column 'a' is int64")

    def test_errors_of_a_producer(self):
        def batches():
            yield from with_ids({"a": pa.array([1])}).to_batches()
            raise ValueError("the producer is broken")

        schema = with_ids({"a": pa.array([1])}).schema
        self.refused(pa.RecordBatchReader.from_batches(schema, batches()), "the producer is broken")

    # ---- polars

    def test_polars(self):
        frame = pl.DataFrame(
            {
                "id": [0, 1, 2],
                PROVENANCE: [{"content": "0"}, {"content": "1"}, {"content": "2"}],
                "word": WORDS,
                "bytes": BYTES,
                "flag": [True, None, False],
                "label": pl.Series(["x", None, "x"], dtype=pl.Categorical),
                "level": pl.Series(["low", "high", None], dtype=pl.Enum(["low", "high"])),
                "small": pl.Series([1, None, -1], dtype=pl.Int8),
                "large": pl.Series([1, None, 2**64 - 1], dtype=pl.UInt64),
                "single": pl.Series([0.5, None, -2.0], dtype=pl.Float32),
                "numbers": pl.Series(LISTS, dtype=pl.List(pl.Int32)),
                "pair": pl.Series([[1, 2], None, [3, None]], dtype=pl.Array(pl.Int32, 2)),
                "words": [WORDS, None, []],
                "nested": STRUCTS,
                "time": pl.Series(TIMES, dtype=pl.Datetime("us", "UTC")),
                "zoned": pl.Series(TIMES, dtype=pl.Datetime("ms", "UTC")).dt.convert_time_zone("Europe/Berlin"),
                "day": DATES,
            }
        )
        self.assertEqual(self.store.write("root", frame), 3)
        stored = pl.DataFrame(self.store.read("root", frame.columns))
        expected = frame.with_columns(
            pl.col("label", "level").cast(pl.String),
            pl.col("small").cast(pl.Int64),
            pl.col("single").cast(pl.Float64),
            pl.col("numbers").cast(pl.List(pl.Int64)),
            pl.col("pair").cast(pl.List(pl.Int64)),
            pl.col("zoned").dt.cast_time_unit("us").dt.convert_time_zone("UTC"),
        )
        for name in frame.columns:
            if name != PROVENANCE:
                with self.subTest(name):
                    self.assertEqual(stored[name].dtype, expected[name].dtype)
                    self.assertEqual(stored[name].to_list(), expected[name].to_list())
        self.assertEqual(stored[PROVENANCE].to_list()[2], {"content": "2"})
        self.assertEqual(self.store.write("root", stored), 3)
        self.assertTrue(pl.DataFrame(self.store.read("root", frame.columns)).equals(stored))

    def test_polars_in_slices_and_chunks(self):
        frame = pl.DataFrame({"id": range(5000), "word": [WORDS[i % 3] for i in range(5000)]}).with_columns(
            pl.struct(pl.col("id").cast(pl.String).alias("content")).alias(PROVENANCE)
        )
        piece = pl.concat([frame.slice(10, 7), frame.slice(100, 4500)], rechunk=False)
        self.assertEqual(self.store.write("root", piece), 4507)
        stored = pl.DataFrame(self.store.read("root", ["id", "word"], chunk_rows=1000))
        self.assertTrue(stored.equals(piece.select("id", "word")))

    def test_polars_many_rows(self):
        frame = pl.DataFrame({"id": pl.int_range(200_000, eager=True)}).with_columns(
            pl.struct(pl.col("id").cast(pl.String).alias("content")).alias(PROVENANCE),
            (pl.col("id") % 10).cast(pl.String).cast(pl.Categorical).alias("label"),
            pl.format("a path that is long: {}", "id").alias("path"),
        )
        self.assertEqual(self.store.write("root", frame), 200_000)
        stored = pl.DataFrame(self.store.read("root", ["id", "label", "path"]))
        self.assertTrue(stored.equals(frame.select("id", pl.col("label").cast(pl.String), "path")))

    # ---- increments

    def increment(self, feature, **options):
        table = pa.table(self.store.resolve(feature, **options))
        table.validate(full=True)
        return table

    def test_resolve(self):
        self.write(with_ids({"word": pa.array(WORDS)}))
        first = self.increment("child", chunk_rows=2)
        self.assertEqual(first.column_names[:3], ["change", "id", "word"])
        self.assertEqual(first["change"].to_pylist(), ["new"] * 3)
        self.assertEqual(first["word"].to_pylist(), WORDS)
        # The increment is what the next feature is made from, hashes and all.
        self.write(first.drop(["change"]), "child")
        self.assertEqual(len(self.increment("child")), 0)

        self.write(pa.table({"id": [1, 3], PROVENANCE: hashes(["other", "3"])}))
        self.write(pa.table({"id": [9], "own": ["made"], PROVENANCE: hashes(["9"])}), "child")
        rows = [(r["change"], r["id"], r["own"]) for r in self.increment("child").to_pylist()]
        self.assertEqual(rows, [("stale", 1, None), ("new", 3, None), ("orphaned", 9, "made")])
        orphaned = self.increment("child", only=["orphaned"])
        self.assertEqual(orphaned["id"].to_pylist(), [9])
        frame = pl.DataFrame(self.store.resolve("child"))
        self.assertEqual(frame["change"].to_list(), ["stale", "new", "orphaned"])

    def test_samples(self):
        self.write(with_ids({"a": pa.array([1, 2])}))
        samples = pl.DataFrame({"id": [0, 1, 5], PROVENANCE: [{"content": "0"}, {"content": "x"}, {"content": "5"}]})
        table = self.increment("root", samples=samples)
        self.assertEqual(table["change"].to_pylist(), ["stale", "new"])
        self.assertEqual(table["id"].to_pylist(), [1, 5])
        with self.assertRaisesRegex(StoreError, "is a root"):
            self.store.resolve("root")


if __name__ == "__main__":
    unittest.main()
