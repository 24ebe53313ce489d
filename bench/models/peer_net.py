"""Trains a net by Keras or PyTorch on FOLDER/train, predicts FOLDER/test, prints what it cost as JSON: FOLDER LIBRARY EPOCHS.

The layers, batches, optimiser, penalty and epochs are those of program.ts; one thread. Batches of PyTorch are taken from
tensors: its DataLoader would cost several times as much.
"""
import json
import os
import resource
import sys
import time

folder, library, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3])
# One thread, for whatever starts some: before the libraries ask how many processors there are.
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

if library == 'keras':
    import keras
else:
    import torch

LAYERS, BATCH, RATE, L2 = (256, 64, 16), 256, 0.001, 1e-4


def load(part):
    x = np.ascontiguousarray(np.load(f'{folder}/{part}/dense.npy'))
    labels = pd.read_csv(f'{folder}/{part}/rows.csv', keep_default_na=False)['label']
    return x, (labels == 'B2C').to_numpy().astype(np.float32)


def with_keras(x, y):
    keras.utils.set_random_seed(0)
    # A batch's loss has L2 / 2 times the squared weights, divided by its rows.
    dense = lambda width, activation: keras.layers.Dense(
        width, activation, kernel_initializer='he_normal', kernel_regularizer=keras.regularizers.L2(L2 / 2 / BATCH))
    model = keras.Sequential([keras.Input((x.shape[1],)), *[dense(width, 'relu') for width in LAYERS], dense(1, 'sigmoid')])
    model.compile(keras.optimizers.Adam(RATE), 'binary_crossentropy')
    model.fit(x, y, batch_size=BATCH, epochs=epochs, verbose=0)
    return lambda x: model.predict(x, batch_size=4096, verbose=0)[:, 0]


def with_torch(x, y):
    torch.manual_seed(0)
    torch.set_num_threads(1)
    widths = [x.shape[1], *LAYERS, 1]
    layers = [layer for one, other in zip(widths, widths[1:]) for layer in (torch.nn.Linear(one, other), torch.nn.ReLU())]
    model = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.Adam(model.parameters(), RATE, weight_decay=L2 / BATCH)
    loss_of = torch.nn.BCEWithLogitsLoss()
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(BATCH):
            optimiser.zero_grad()
            loss_of(model(x[rows])[:, 0], y[rows]).backward()
            optimiser.step()

    def predict(x):
        with torch.no_grad():
            return torch.cat([torch.sigmoid(model(rows))[:, 0] for rows in torch.from_numpy(x).split(4096)]).numpy()

    return predict


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


train = {'keras': with_keras, 'torch': with_torch}[library]
x, y = load('train')
x_test, y_test = load('test')
before, started = cpu(), time.perf_counter()
scaler = StandardScaler().fit(x)
predict = train(scaler.transform(x), y)
used, wall = cpu() - before, time.perf_counter() - started
before = cpu()
p = predict(scaler.transform(x_test))
predict_cpu = cpu() - before
print(json.dumps({
    'cpu': used, 'wall': wall, 'predictCpu': predict_cpu, 'accuracy': float(((p > 0.5) == y_test).mean()),
    'auc': float(roc_auc_score(y_test, p)), 'rssMb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
