"""The table of penguins as numbers, read and written with the standard library."""
import csv

FEATURES = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_rows(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def features_and_labels(path, label):
    rows = read_rows(path)
    return [[float(row[name]) for name in FEATURES] for row in rows], [row[label] for row in rows]
