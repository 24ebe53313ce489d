"""Trains a model of scikit-learn on FOLDER/train, predicts FOLDER/test, prints what it cost as JSON: FOLDER MODEL THREADS TREES."""
import json
import resource
import sys
import time

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

folder, name, threads, trees = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def load(part):
    x = np.ascontiguousarray(np.load(f'{folder}/{part}/dense.npy'))
    labels = pd.read_csv(f'{folder}/{part}/rows.csv', keep_default_na=False)['label']
    return x, (labels == 'B2C').to_numpy().astype(int)


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


x, y = load('train')
x_test, y_test = load('test')
models = {
    'logistic': lambda: LogisticRegression(max_iter=1000),
    'forest': lambda: RandomForestClassifier(trees, n_jobs=threads, random_state=0),
    'boosting': lambda: HistGradientBoostingClassifier(max_iter=trees, early_stopping=False, random_state=0),
    'net': lambda: MLPClassifier((256, 64, 16), batch_size=256, max_iter=10, random_state=0),
}
model = models[name]()
before, started = cpu(), time.perf_counter()
if name in ('logistic', 'net'):
    scaler = StandardScaler().fit(x)
    x = scaler.transform(x)
model.fit(x, y)
used, wall = cpu() - before, time.perf_counter() - started
before = cpu()
p = model.predict_proba(scaler.transform(x_test) if name in ('logistic', 'net') else x_test)[:, 1]
predict = cpu() - before
print(json.dumps({
    'cpu': used, 'wall': wall, 'predictCpu': predict, 'accuracy': float(((p > 0.5) == y_test).mean()),
    'auc': float(roc_auc_score(y_test, p)), 'rssMb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
