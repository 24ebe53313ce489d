"""Character n-grams by scikit-learn. usage: n_grams.py names.csv.gz out"""

import csv
import gzip
import sys

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

path, out = sys.argv[1:]
with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
    names = [row[0] for row in csv.reader(file)][1:]
counts = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=5, dtype=np.float32)
matrix = counts.fit_transform(names)
np.savez(out, data=matrix.data, indices=matrix.indices, indptr=matrix.indptr)
print(*matrix.shape)
