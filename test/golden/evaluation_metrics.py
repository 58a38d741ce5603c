"""Writes evaluation_metrics.json: figures of classifiers by scikit-learn, Wilson intervals by statsmodels, calibration error by NumPy.

    python3 evaluation_metrics.py > evaluation_metrics.json        (NumPy 2.4, scikit-learn 1.9, SciPy 1.17, statsmodels 0.15)
"""

import json

import numpy as np
from scipy.special import log_softmax
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint


def calibration(probabilities, labels, bins=15):
    confidence, found = probabilities.max(axis=1), probabilities.argmax(axis=1)
    edges = np.linspace(0, 1, bins + 1)
    total = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            total += inside.mean() * abs((found[inside] == labels[inside]).mean() - confidence[inside].mean())
    return total


def case(random, texts, classes, last_class_missing):
    labels = random.integers(0, classes - (1 if last_class_missing else 0), texts)
    scores = random.normal(0, 1, (texts, classes))
    scores[np.arange(texts), labels] += 1.5
    if last_class_missing:
        scores[:, -1] -= 50
    found = scores.argmax(axis=1)
    names = np.arange(classes)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(labels, found, labels=names, zero_division=np.nan)
    present = np.union1d(labels, found)
    number = lambda values: [None if np.isnan(value) else float(value) for value in values]
    return {
        "classes": classes,
        "labels": labels.tolist(),
        "scores": scores.ravel().tolist(),
        "accuracy": float(metrics.accuracy_score(labels, found)),
        "macroF1": float(metrics.f1_score(labels, found, labels=present, average="macro", zero_division=0)),
        "confusion": metrics.confusion_matrix(labels, found, labels=names).tolist(),
        "precision": number(precision),
        "recall": number(recall),
        "f1": number(f1),
        "support": support.tolist(),
        "nll": float(metrics.log_loss(labels, np.exp(log_softmax(scores, axis=1)), labels=names)),
        "ece": float(calibration(np.exp(log_softmax(scores, axis=1)), labels)),
    }


def main():
    random = np.random.default_rng(20260104)
    intervals = []
    for right, n in [(0, 1), (1, 1), (0, 10), (10, 10), (1, 2), (6826, 7600), (81, 263), (15, 148), (5, 56), (1, 1_000_000)]:
        for level in [0.9, 0.95, 0.99]:
            low, high = proportion_confint(right, n, alpha=1 - level, method="wilson")
            intervals.append({"right": right, "n": n, "level": level, "low": float(low), "high": float(high)})
    cases = [case(random, 40, 3, False), case(random, 25, 4, True)]
    print(json.dumps({"cases": cases, "wilson": intervals}, indent=1))


main()
