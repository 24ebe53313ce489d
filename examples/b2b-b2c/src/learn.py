"""The same features, learnt by scikit-learn. Writes predictions as `evaluate` reads them."""
import json
import os

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier

inputs, outputs = (json.loads(os.environ[name]) for name in ("MLP_INPUTS", "MLP_OUTPUTS"))
seed = int(os.environ["MLP_SEED"])


def features(folder):
    """The matrix, and of each row its name and label. A person may be called NA."""
    rows = pd.read_csv(f"{folder}/rows.csv", keep_default_na=False)
    return np.load(f"{folder}/dense.npy"), rows


x, train = features(inputs["train"])
model = HistGradientBoostingClassifier(random_state=seed).fit(x, train["label"])
x, test = features(inputs["test"])
shares = model.predict_proba(x)
predictions = pd.DataFrame({"row_id": test["name"], "y_true": test["label"], "y_pred": model.classes_[shares.argmax(axis=1)]})
for index, label in enumerate(model.classes_):
    predictions[f"p_{label}"] = shares[:, index]
predictions.to_csv(outputs["predictions"], index=False)
