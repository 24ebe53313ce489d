"""From a CSV to two matrices of 32-bit floats with Polars: peer_polars.py FILE. See matrix.ts."""

import json
import sys

import numpy as np
import polars as pl

table = pl.read_csv(sys.argv[1])
numbers = [name for name, kind in table.schema.items() if kind.is_numeric()]
table = table.select(numbers + ["state"])
table = table.with_columns(pl.col(name).fill_null(pl.col(name).mean()) for name in numbers)
table = table.to_dummies("state").sample(fraction=1.0, shuffle=True, seed=7)
cut = int(table.height * 0.7)
parts = [part.cast(pl.Float32).to_numpy() for part in (table[:cut], table[cut:])]
total = sum(float(part.sum(dtype=np.float64)) for part in parts)
print(json.dumps({"shapes": [list(part.shape) for part in parts], "sum": round(total)}))
