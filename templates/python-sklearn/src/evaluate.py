"""Measures a model on the test rows: numbers as JSON, and which label was taken for which as CSV."""
import argparse
import json
import pickle

from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss

from table import features_and_labels, write_rows

parser = argparse.ArgumentParser()
parser.add_argument("--model", required=True)
parser.add_argument("--test", required=True)
parser.add_argument("--label", required=True)
parser.add_argument("--metrics", required=True)
parser.add_argument("--confusion", required=True)
args = parser.parse_args()

with open(args.model, "rb") as file:
    model = pickle.load(file)
features, truth = features_and_labels(args.test, args.label)
predicted = model.predict(features)
classes = [str(name) for name in model.classes_]

metrics = {
    "accuracy": accuracy_score(truth, predicted),
    "f1": f1_score(truth, predicted, average="macro"),
    "log_loss": log_loss(truth, model.predict_proba(features), labels=classes),
    "rows": len(truth),
}
with open(args.metrics, "w", encoding="utf-8") as file:
    json.dump(metrics, file, indent=2)
    file.write("\n")

counts = confusion_matrix(truth, predicted, labels=classes)
write_rows(
    args.confusion,
    [
        {"truth": row, "predicted": column, "count": int(counts[i][j])}
        for i, row in enumerate(classes)
        for j, column in enumerate(classes)
    ],
)
