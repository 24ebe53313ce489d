"""The other side of python-r.test.ts: pandas and pyarrow write tables that mlp reads, and read tables that mlp wrote.

    pandas_tables.py write FOLDER     the same table in many formats
    pandas_tables.py copy FOLDER      what lies in FOLDER/ours.*, read and written again as FOLDER/theirs.*
"""

import csv
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather

folder = Path(sys.argv[2])


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "whole": [1, -2, 9007199254740991],
            "holes": pd.array([1, None, 3], dtype="Int64"),
            "large": [2**62, 1, -1],
            "float": [0.1 + 0.2, -1e-300, 3.0],
            "gaps": [1.5, None, -0.25],
            "truth": [True, False, True],
            "day": [date(2024, 2, 29), date(1969, 12, 31), date(2000, 1, 1)],
            "instant": pd.to_datetime(
                ["2024-02-29T12:30:59.123456Z", "1969-12-31T23:59:59Z", "2000-01-01T00:00:00.5Z"], format="ISO8601"
            ),
            "text": ['say "hi", é 😀', "two\nlines", "x"],
            "code": ["007", "12", "1e5"],
        }
    )


def write() -> None:
    frame = table()
    frame.to_csv(folder / "plain.csv", index=False, date_format="%Y-%m-%dT%H:%M:%S.%f%z")
    frame.to_csv(folder / "packed.csv.gz", index=False)
    frame.to_csv(folder / "semicolon.csv", index=False, sep=";", decimal=",")
    frame.to_csv(folder / "tabs.tsv", index=False, sep="\t")
    frame.to_csv(folder / "quoted.csv", index=False, quoting=csv.QUOTE_ALL)
    frame.to_csv(folder / "utf16.csv", index=False, encoding="utf-16")
    frame.to_csv(folder / "index.csv")
    frame.to_json(folder / "lines.jsonl", orient="records", lines=True, date_format="iso", double_precision=15)
    frame.to_parquet(folder / "snappy.parquet")
    for codec in ["gzip", "brotli", "zstd", "lz4", None]:
        frame.to_parquet(folder / f"{codec}.parquet", compression=codec, row_group_size=2)
    frame.to_feather(folder / "lz4.feather")
    arrow = pa.Table.from_pandas(frame)
    for codec in ["zstd", "uncompressed"]:
        feather.write_feather(arrow, folder / f"{codec}.arrow", compression=codec)
    with pa.ipc.new_stream(folder / "stream.arrows", arrow.schema) as stream:
        stream.write_table(arrow, max_chunksize=2)
    categories = pa.table({"text": pa.array(["b", None, "a", "b"]).dictionary_encode(), "list": [[1], [], None, [2, 3]]})
    feather.write_feather(categories, folder / "categories.arrow")
    # Long enough for several LZ4 blocks that refer to each other.
    long = pa.table({"n": pa.array(range(100_000)), "text": pa.array([f"word {row % 1000}" for row in range(100_000)])})
    feather.write_feather(long, folder / "long.arrow", compression="lz4")


def copy() -> None:
    frame = pd.read_csv(folder / "ours.csv", dtype={"code": "str"}, keep_default_na=False, na_values=[""])
    frame.to_csv(folder / "theirs.csv", index=False)
    lines = pd.read_json(folder / "ours.jsonl", lines=True, dtype={"code": "str"})
    lines.to_json(folder / "theirs.jsonl", orient="records", lines=True, date_format="iso")
    pd.read_parquet(folder / "ours.parquet", dtype_backend="pyarrow").to_parquet(folder / "theirs.parquet")
    pd.read_feather(folder / "ours.arrow", dtype_backend="pyarrow").to_feather(folder / "theirs.arrow")


{"write": write, "copy": copy}[sys.argv[1]]()
