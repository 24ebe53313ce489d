"""Leaves out rows with something missing, and sets a part of the others aside for the test."""
import argparse

from sklearn.model_selection import train_test_split

from table import FEATURES, read_rows, write_rows

parser = argparse.ArgumentParser()
parser.add_argument("--data", required=True)
parser.add_argument("--label", required=True)
parser.add_argument("--test-share", type=float, required=True)
parser.add_argument("--seed", type=int, required=True)
parser.add_argument("--train", required=True)
parser.add_argument("--test", required=True)
args = parser.parse_args()

rows = read_rows(args.data)
whole = [row for row in rows if all(row[name] not in ("", ".") for name in [*FEATURES, args.label])]
print(f"{len(whole)} of {len(rows)} rows are whole")

train, test = train_test_split(
    whole, test_size=args.test_share, random_state=args.seed, stratify=[row[args.label] for row in whole]
)
write_rows(args.train, train)
write_rows(args.test, test)
