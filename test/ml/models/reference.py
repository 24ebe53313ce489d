"""Makes reference.json: what scikit-learn says of small data sets that are made here. Run: python3 reference.py > reference.json"""
import json
import numpy as np
from sklearn.calibration import _sigmoid_calibration
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.ensemble import RandomForestRegressor
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import ElasticNet, LinearRegression, LogisticRegression, Ridge
from sklearn.metrics import log_loss, mean_squared_error

rng = np.random.RandomState(7)


def table(rows, classes):
    """Columns of very different units, one constant, one of few levels; clusters that overlap."""
    y = rng.randint(0, classes, rows)
    x = rng.normal(size=(rows, 6))
    x[:, 0] += y
    x[:, 1] = x[:, 1] * 1000 + 5000 - 700 * (y == 1)
    x[:, 2] = np.round(x[:, 2] * 2)
    x[:, 3] = 4
    x[:, 4] = x[:, 4] * 0.01 + 0.02 * (y == classes - 1)
    return x.astype(np.float32).astype(float).round(6), y


def lists(a):
    return np.asarray(a).tolist()


out = {}
x, y = table(240, 2)
w = rng.randint(0, 4, 240)
out['binary'] = {'x': lists(x), 'y': lists(y), 'weights': lists(w)}


def logistic(x, y, weights=None, **options):
    model = LogisticRegression(tol=1e-10, max_iter=100000, **options).fit(x, y, sample_weight=weights)
    return {'coef': lists(model.coef_), 'intercept': lists(model.intercept_)}


scale = x.std(axis=0)
scale[scale == 0] = 1
z = (x - x.mean(axis=0)) / scale
out['binary']['standardised'] = lists(z)
out['binary']['l2'] = logistic(z, y, C=0.5, solver='newton-cholesky')
out['binary']['l2_raw'] = logistic(x, y, C=0.5, solver='newton-cholesky')
out['binary']['l2_weighted'] = logistic(z, y, w, C=2.0, solver='newton-cholesky')
out['binary']['l1'] = logistic(z, y, C=0.05, l1_ratio=1, solver='saga', random_state=0)
out['binary']['elastic'] = logistic(z, y, C=0.1, l1_ratio=0.5, solver='saga', random_state=0)

x3, y3 = table(300, 3)
scale = x3.std(axis=0)
scale[scale == 0] = 1
z3 = (x3 - x3.mean(axis=0)) / scale
out['three'] = {'x': lists(z3), 'y': lists(y3), 'l2': logistic(z3, y3, C=1.0, solver='lbfgs')}

xr, _ = table(250, 2)
xr = xr[:, [0, 2, 4, 5]] * [1, 1, 100, 1]
yr = 2 * xr[:, 0] - xr[:, 1] * 0.5 + 3 + rng.normal(size=250)
ols, ridge = LinearRegression().fit(xr, yr), Ridge(alpha=20, tol=1e-12).fit(xr, yr)
net = ElasticNet(alpha=0.3, l1_ratio=0.7, tol=1e-12, max_iter=100000).fit(xr, yr)
out['regression'] = {
    'x': lists(xr), 'y': lists(yr),
    **{name: {'coef': lists(m.coef_), 'intercept': m.intercept_}
       for name, m in {'ols': ols, 'ridge20': ridge, 'elastic': net}.items()},
}

scores = np.concatenate([rng.normal(-1, 1, 60), rng.normal(1, 1, 40)]).round(2)
truth = np.concatenate([np.zeros(60, int), np.ones(40, int)])
weights = rng.randint(1, 4, 100)
isotonic = IsotonicRegression(out_of_bounds='clip').fit(scores, truth, sample_weight=weights)
a, b = _sigmoid_calibration(scores, truth.astype(float))
aw, bw = _sigmoid_calibration(scores, truth.astype(float), weights.astype(float))
grid = np.linspace(-4, 4, 41)
out['calibration'] = {
    'scores': lists(scores), 'truth': lists(truth), 'weights': lists(weights), 'platt': [a, b],
    'platt_weighted': [aw, bw], 'grid': lists(grid), 'isotonic': lists(isotonic.predict(grid)),
}

xt, yt = table(1200, 3)
xr2 = xt.copy()
yr2 = np.sin(xt[:, 0]) * 3 + (xt[:, 2] > 0) + rng.normal(size=1200) * 0.2
train, test = slice(0, 800), slice(800, 1200)
forest = RandomForestClassifier(100, random_state=0, oob_score=True).fit(xt[train], yt[train])
forest_r = RandomForestRegressor(100, random_state=0, max_features=1.0).fit(xr2[train], yr2[train])
boosting = HistGradientBoostingClassifier(max_iter=50, early_stopping=False).fit(xt[train], yt[train])
boosting_r = HistGradientBoostingRegressor(max_iter=50, early_stopping=False).fit(xr2[train], yr2[train])
binary = HistGradientBoostingClassifier(max_iter=50, early_stopping=False).fit(xt[train], yt[train] == 1)
out['trees'] = {
    'x': lists(xt), 'classes': lists(yt), 'values': lists(yr2.round(6)), 'trained_on': 800,
    'forest_accuracy': forest.score(xt[test], yt[test]), 'forest_oob': forest.oob_score_,
    'forest_importances': lists(forest.feature_importances_),
    'forest_mse': mean_squared_error(yr2[test], forest_r.predict(xr2[test])),
    'boosting_accuracy': boosting.score(xt[test], yt[test]),
    'boosting_train_loss': log_loss(yt[train], boosting.predict_proba(xt[train])),
    'boosting_binary_train_loss': log_loss(yt[train] == 1, binary.predict_proba(xt[train])),
    'boosting_train_mse': mean_squared_error(yr2[train], boosting_r.predict(xr2[train])),
    'boosting_mse': mean_squared_error(yr2[test], boosting_r.predict(xr2[test])),
}
print(json.dumps(json.loads(json.dumps(out), parse_float=lambda t: float(f'{float(t):.10g}'))))
