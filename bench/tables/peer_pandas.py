"""From a CSV to two matrices of 32-bit floats with pandas: peer_pandas.py FILE. See matrix.ts."""

import json
import sys

import numpy as np
import pandas as pd

table = pd.read_csv(sys.argv[1])
numbers = table.select_dtypes("number")
numbers = numbers.fillna(numbers.mean())
table = pd.concat([numbers, pd.get_dummies(table["state"], dtype="float32")], axis=1)
table = table.sample(frac=1, random_state=7)
cut = int(len(table) * 0.7)
parts = [part.to_numpy(dtype="float32") for part in (table.iloc[:cut], table.iloc[cut:])]
total = sum(float(part.sum(dtype=np.float64)) for part in parts)
print(json.dumps({"shapes": [list(part.shape) for part in parts], "sum": round(total)}))
