"""Makes reference.json: what scikit-learn makes of the same tables. Run: python3 test/ml/features/reference.py"""

import json
import math
import pathlib

import numpy as np
import sklearn
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.utils import murmurhash3_32

TEXTS = [
    "Hon Hai Precision Industry Co., Ltd.",
    "Robert Harris",
    "robert  harris\tand sons",
    "",
    "a",
    "I",
    "O'Neill & Söhne GmbH",
    "Société Générale S.A.",
    "Ünïcödé façade façade naïve",
    "e\u0301te\u0301 combining accents e\u0301",
    "日本電信電話株式会社",
    "東京 大学",
    "emoji 👩‍👩‍👧‍👦 family 🎉🎉 party",
    "Ελληνική Σοφός ΣΟΦΟΣ",
    "ИВАНОВ Иван",
    "هيئة عربية",
    "देवनागरी लिपि",
    "non\u00a0breaking\u2003spaces\u3000here",
    "snake_case_word 007 3.14 x2",
    "\ufeffbyte order mark",
    "İstanbul Kadıköy",
    "aaaaaaaa",
    "ab ab ab ab",
    "the cat sat on the mat the cat",
    "\ue000 private \U0001d400 mathematical",
    "x\x1cy\x85z",
] + [f"word{i % 7} common text number {i * 37 % 11} tail{i % 3}" for i in range(24)]

NUMBERS = [3.5, -1.25, 7, 0, 0, 12.75, 3.5, None, 1e3, -40, 0.1, 0.2, 0.30000000000000004, None, 5, 6, 7, 8]
CATEGORIES = ["b", "a", "c", "a", None, "ü", "a", "b", "Z", "c", "a", "b", "b", None, "a", "d", "e", "c"]
TARGETS = [1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0]
AMOUNTS = [float(i * i % 13) for i in range(18)]
COLOURS = ["red", "green", "blue", "red", "blue", "blue"] * 3

VECTORIZERS = [
    {"analyzer": "char_wb", "range": [2, 4]},
    {"analyzer": "char_wb", "range": [1, 3], "lowercase": False, "min_df": 2},
    {"analyzer": "char_wb", "range": [4, 6]},
    {"analyzer": "char", "range": [1, 3], "max_df": 0.5},
    {"analyzer": "char", "range": [3, 3], "min_df": 0.1},
    {"analyzer": "word", "range": [1, 2]},
    {"analyzer": "word", "range": [2, 3], "min_df": 2, "binary": True},
    {"analyzer": "char_wb", "range": [2, 3], "tf_idf": True},
    {"analyzer": "word", "range": [1, 1], "tf_idf": True, "sublinear": True, "min_df": 2},
    {"analyzer": "char", "range": [2, 2], "tf_idf": True, "max_df": 10},
    {"analyzer": "char_wb", "range": [2, 4], "hashed": 64},
    {"analyzer": "word", "range": [1, 2], "hashed": 1000},
]


def vectorizer(spec):
    how = {"analyzer": spec["analyzer"], "ngram_range": tuple(spec["range"]), "lowercase": spec.get("lowercase", True)}
    if "hashed" in spec:
        return HashingVectorizer(**how, n_features=spec["hashed"], norm=None)
    how.update(min_df=spec.get("min_df", 1), max_df=spec.get("max_df", 1.0), binary=spec.get("binary", False))
    if spec.get("tf_idf"):
        return TfidfVectorizer(**how, sublinear_tf=spec.get("sublinear", False))
    return CountVectorizer(**how)


def n_grams(spec):
    fitted = vectorizer(spec).fit(TEXTS)
    matrix = fitted.transform(TEXTS)
    matrix.eliminate_zeros()
    matrix.sort_indices()
    out = {"spec": spec, "rows": [[[int(j), float(v)] for j, v in zip(r.indices, r.data)] for r in matrix]}
    if "hashed" not in spec:
        out["vocabulary"] = [str(name) for name in fitted.get_feature_names_out()]
    return out


def most_frequent():
    """max_features where no two n-grams at the limit are equally frequent, which scikit-learn would leave to chance."""
    counts = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4))
    total = np.sort(np.asarray(counts.fit_transform(TEXTS).sum(axis=0)).ravel())[::-1]
    limit = next(n for n in range(40, len(total)) if total[n - 1] > total[n])
    fitted = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4), max_features=limit).fit(TEXTS)
    return {"max_features": limit, "vocabulary": [str(name) for name in fitted.get_feature_names_out()]}


def column(values):
    return np.array([[math.nan if v is None else v] for v in values], dtype=float)


def flat(array):
    return [None if math.isnan(v) else float(v) for v in np.asarray(array, dtype=float).ravel()]


def numbers():
    x = column(NUMBERS)
    out = {
        "standard": flat(StandardScaler().fit_transform(x)),
        "minmax": flat(MinMaxScaler().fit_transform(x)),
        "robust": flat(RobustScaler().fit_transform(x)),
        "constant": flat(StandardScaler().fit_transform(column([0.1] * 5))),
        "log": flat(StandardScaler().fit_transform(np.log1p(np.clip(x, 0, 100)))),
    }
    for how in ("mean", "median"):
        out[how] = flat(SimpleImputer(strategy=how).fit_transform(x))
    known = x[~np.isnan(x[:, 0])]
    for bins in (2, 4, 5):
        how = KBinsDiscretizer(bins, encode="ordinal", strategy="quantile", quantile_method="linear", subsample=None)
        out[f"bins{bins}"] = flat(how.fit_transform(known))
    return out


def categories():
    x = np.array(CATEGORIES, dtype=object).reshape(-1, 1)
    known = x[[c is not None for c in CATEGORIES]]
    hot = OneHotEncoder(sparse_output=False).fit(known)
    frequent = OneHotEncoder(sparse_output=False, min_frequency=3, handle_unknown="infrequent_if_exist").fit(known)
    later = np.array([["a"], ["new"], ["e"], ["b"]], dtype=object)
    return {
        "categories": list(hot.categories_[0]),
        "oneHot": hot.transform(known).tolist(),
        "frequent": frequent.transform(later).tolist(),
        "ordinal": flat(
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(known).transform(later)
        ),
    }


def targets():
    x = np.array([c if c is not None else math.nan for c in CATEGORIES], dtype=object).reshape(-1, 1)
    later = np.array([["a"], ["b"], ["new"], [math.nan], ["e"]], dtype=object)
    def encode(y, smooth, kind="auto"):
        return TargetEncoder(smooth=smooth, target_type=kind).fit(x, y).transform(later).tolist()

    return {
        "binary": encode(TARGETS, 10.0),
        "unsmoothed": encode(TARGETS, 0.0),
        "continuous": encode(AMOUNTS, 2.5, "continuous"),
        "multiclass": encode(COLOURS, 10.0),
    }


reference = {
    "madeBy": f"scikit-learn {sklearn.__version__}",
    "texts": TEXTS,
    "numbers": NUMBERS,
    "categories": CATEGORIES,
    "labels": {"binary": TARGETS, "continuous": AMOUNTS, "multiclass": COLOURS},
    "nGrams": [n_grams(spec) for spec in VECTORIZERS],
    "mostFrequent": most_frequent(),
    "ofNumbers": numbers(),
    "ofCategories": categories(),
    "ofTargets": targets(),
    "hashes": [[text, int(murmurhash3_32(text, seed=0))] for text in TEXTS],
}
path = pathlib.Path(__file__).with_name("reference.json")
path.write_text(json.dumps(reference, ensure_ascii=True) + "\n", encoding="utf-8")
