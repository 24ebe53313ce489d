"""The features of examples/b2b-b2c in plain Python, as one would write them. usage: hand_features.py names.csv.gz tables out.npy"""

import csv
import gzip
import math
import re
import sys
import unicodedata
from array import array

PARTICLES = set("al ap ben bin da de del della den der di dos du el ibn la le ter van von".split())
ENDING = re.compile(
    r"(?:son|sen|ov|ova|ev|eva|in|ina|ski|ska|sky|vic|vich|ic|ez|es|is|as|yan|ian|dze|shvili|nen|enko|escu)$"
)
DOT = re.compile(r"(?<=[^\W\d_]{2})\.(?=[^\W\d_])")
SIGNS = re.compile(r"[.'’/]")
OTHER = re.compile(r"[\W_]+")
CAPITALISED = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+")
OTHER_SIGN = re.compile(r"[^\w\s&,.'’-]")
DIGIT = re.compile(r"\d")


def words_of(text):
    text = unicodedata.normalize("NFKD", text)
    if not text.isascii():
        text = "".join(c for c in text if not unicodedata.category(c).startswith("M"))
    text = DOT.sub(" ", text.lower())
    return OTHER.sub(" ", SIGNS.sub("", text)).strip().split(" ")


def lines(path):
    opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
    with opened as file:
        return [line for line in file.read().split("\n") if line and not line.startswith("#")]


def by_rank(names):
    return {name: 1 - math.log(i + 1) / math.log(len(names) + 1) for i, name in reversed(list(enumerate(names)))}


def is_latin(letter):
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN")


def features(text, first_names, surnames, forms, organisation_words):
    tokens = text.split()
    words = words_of(text)
    count = len(words)
    first, last = words[0], words[-1]
    letters = [c for c in text if c.isalpha()]
    characters = "".join(words)
    return (
        first in first_names,
        first_names.get(first, 0),
        sum(word in first_names for word in words) / count,
        count > 1 and last in first_names,
        last in surnames,
        surnames.get(last, 0),
        sum(word in surnames for word in words) / count,
        ENDING.search(last) is not None,
        sum(len(token) == 2 and token[0].isupper() and token[1] == "." for token in tokens),
        any(word in PARTICLES for word in words[1:-1]),
        any(count > n and " ".join(words[count - n :]) in forms for n in (1, 2, 3)),
        any(word in forms for word in words[1:]),
        sum(word in organisation_words for word in words) / count,
        last in organisation_words,
        count == 1,
        count == 2,
        count,
        len(characters) / count,
        max(map(len, words)),
        math.log1p(len(text)),
        sum(len(token) > 1 and all(c.isupper() or c in "0123456789&.,-" for c in token) for token in tokens)
        / max(1, len(tokens)),
        sum(CAPITALISED.fullmatch(token) is not None for token in tokens) / max(1, len(tokens)),
        DIGIT.search(text) is not None,
        "&" in text,
        "," in text,
        min(3, text.count(".")),
        OTHER_SIGN.search(text) is not None,
        sum(c in "aeiouy" for c in characters) / max(1, len(characters)),
        sum(not is_latin(c) for c in letters) / max(1, len(letters)),
    )


def main(names, tables, out):
    first_names = by_rank(lines(f"{tables}/first-names.txt.gz"))
    surnames = by_rank(lines(f"{tables}/surnames.txt.gz"))
    forms = {" ".join(words_of(form)) for form in lines(f"{tables}/legal-forms.txt")}
    organisation_words = {word for line in lines(f"{tables}/organisation-words.txt") for word in words_of(line)}
    values = array("f")
    with gzip.open(names, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for row in rows:
            values.extend(features(row[0], first_names, surnames, forms, organisation_words))
    with open(out, "wb") as file:
        values.tofile(file)


main(*sys.argv[1:])
