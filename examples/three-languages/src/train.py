"""A random forest for the sex of penguins: training table in; model, predictions for the test table and metrics out."""

import argparse
import csv
import json
import pickle

from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, f1_score


def read_table(path):
    """Ids, rows of numbers and sexes, in the order of the file."""
    with open(path, newline="") as file:
        records = list(csv.DictReader(file))
    features = [name for name in records[0] if name not in ("id", "sex")]
    rows = [[float(record[name]) for name in features] for record in records]
    return [record["id"] for record in records], rows, [record["sex"] for record in records]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--trees", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--predictions", required=True)
    parser.add_argument("--metrics", required=True)
    options = parser.parse_args()

    _, train_rows, train_sexes = read_table(options.train)
    test_ids, test_rows, test_sexes = read_table(options.test)

    model = RandomForestClassifier(n_estimators=options.trees, random_state=options.seed)
    model.fit(train_rows, train_sexes)
    predicted = model.predict(test_rows)

    with open(options.model, "wb") as file:
        pickle.dump(model, file)
    with open(options.predictions, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "predicted"])
        writer.writerows(zip(test_ids, predicted))
    with open(options.metrics, "w") as file:
        metrics = {
            "accuracy": accuracy_score(test_sexes, predicted),
            "f1_macro": f1_score(test_sexes, predicted, average="macro"),
        }
        json.dump(metrics, file, indent=2)


if __name__ == "__main__":
    main()
