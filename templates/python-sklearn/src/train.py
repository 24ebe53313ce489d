"""Fits one of the models. Its settings are the params below its name, which mlp puts into the file MLP_PARAMS names."""
import argparse
import json
import os
import pickle

from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from table import features_and_labels

MODELS = {
    "logistic": lambda settings: make_pipeline(StandardScaler(), LogisticRegression(**settings)),
    "forest": lambda settings: RandomForestClassifier(**settings),
}

parser = argparse.ArgumentParser()
parser.add_argument("name", choices=MODELS)
parser.add_argument("--train", required=True)
parser.add_argument("--label", required=True)
parser.add_argument("--model", required=True)
args = parser.parse_args()

with open(os.environ["MLP_PARAMS"], encoding="utf-8") as file:
    settings = json.load(file)[args.name]

features, labels = features_and_labels(args.train, args.label)
model = MODELS[args.name](settings).fit(features, labels)
with open(args.model, "wb") as file:
    pickle.dump(model, file)
