#!/usr/bin/env python3
"""Does the work that `diotima resolve` asks for.

compute.py FEATURE DIR   rows to write, for what is new or stale
compute.py orphaned      a filter for each bunch of orphaned rows, to delete them by
compute.py list          the changes as people read them

Each reads the lines of `diotima resolve` from stdin.
"""

import json
import pathlib
import stat
import sys
import zlib


def raw(file, row):
    return {column: row[column] for column in ("size", "mode", "modified_at")}


def text(file, row):
    content = file.read_bytes()
    return {"lines": content.count(b"\n"), "words": len(content.split())}


def listing(file, row):
    # `size` and `mode` are columns of files/raw: a resolve joins them.
    mode = stat.filemode(stat.S_IFREG | row["mode"])
    return {"line": f"{mode} {row['size']:>9} {zlib.crc32(file.read_bytes()):08x}"}


COMPUTE = {"files/raw": raw, "files/text": text, "files/listing": listing}


def changes():
    for line in sys.stdin:
        change = json.loads(line)
        yield change["change"], change["row"]


def compute(feature, directory):
    directory = pathlib.Path(directory)
    for change, row in changes():
        if change == "orphaned":
            continue
        result = {"path": row["path"], **COMPUTE[feature](directory / row["path"], row)}
        # What the result was made from: the next resolve compares with it.
        result["metaxy_provenance_by_field"] = row["metaxy_provenance_by_field"]
        print(json.dumps(result))


def orphaned():
    paths = [row["path"] for change, row in changes() if change == "orphaned"]
    for i in range(0, len(paths), 500):
        quoted = ("'" + path.replace("'", "''") + "'" for path in paths[i : i + 500])
        print(f"path IN ({', '.join(quoted)})")


def show():
    for change, row in changes():
        print(f"{change:<9} {row['path']}")


match sys.argv[1:]:
    case ["orphaned"]:
        orphaned()
    case ["list"]:
        show()
    case [feature, directory] if feature in COMPUTE:
        compute(feature, directory)
    case _:
        sys.exit(__doc__)
