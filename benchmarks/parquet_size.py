#!/usr/bin/env python3
"""Bytes a row on disk: a store once it is compacted, beside the same rows as Parquet with zstd.

    parquet_size.py --diotima build/release/cli/diotima --bench build/release/benchmarks/diotima_bench \\
        STORE GRAPH FEATURE...

STORE is compacted. The Parquet files hold what `read` gives of the features, system columns
included. Needs pyarrow.
"""
import argparse
import json
import subprocess
import tempfile

import pyarrow
import pyarrow.parquet


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--diotima", required=True, help="the program")
    parser.add_argument("--bench", required=True, help="diotima_bench")
    parser.add_argument("store")
    parser.add_argument("graph")
    parser.add_argument("features", nargs="+")
    arguments = parser.parse_args()

    rows, parquet = 0, 0
    for feature in arguments.features:
        read = [arguments.diotima, "--store", arguments.store, "--graph", arguments.graph]
        read += ["read", feature, "--format", "jsonl", "--with-sample-history"]
        with subprocess.Popen(read, stdout=subprocess.PIPE) as process:
            table = pyarrow.Table.from_pylist([json.loads(line) for line in process.stdout])
        if process.returncode != 0:
            raise SystemExit(f"cannot read {feature}")
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            pyarrow.parquet.write_table(table, file.name, compression="zstd")
            parquet += file.seek(0, 2)
        rows += table.num_rows
    compact = subprocess.run([arguments.bench, "--compact", arguments.store],
                             check=True, capture_output=True, text=True)
    store = int(compact.stdout)
    print(f"{rows} rows: store {store / rows:.1f} bytes a row, Parquet with zstd "
          f"{parquet / rows:.1f}: {store / parquet:.2f} times")


if __name__ == "__main__":
    main()
