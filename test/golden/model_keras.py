"""Writes model_keras.json and model_keras.safetensors: a classifier of Keras with its own arrays, and its logits of some texts.

    python3 model_keras.py        (Keras 3.15, TensorFlow 2.21, safetensors 0.8; in this folder)
"""

import json
import sys

import keras
import numpy as np
from safetensors.numpy import save_file

WORDS, EMBEDDING, HIDDEN, CLASSES = 11, 3, 5, 3
TEXTS = [[4, 5, 6, 7, 8, 9, 10], [5], [10, 1, 4], [6, 6, 6, 6]]


def main():
    keras.utils.set_random_seed(20260103)
    model = keras.Sequential(
        [
            keras.layers.Embedding(WORDS, EMBEDDING, name="words"),
            keras.layers.LSTM(HIDDEN, name="recurrent"),
            keras.layers.Dense(CLASSES, name="classes"),
        ]
    )
    model(np.array([TEXTS[0]]))
    random = np.random.default_rng(3)
    for weight in model.weights:
        # Larger than Keras' first values, and biases that are not zero, so that a wrong gate order shows.
        weight.assign(random.uniform(-0.8, 0.8, weight.shape))
    save_file({weight.path: np.array(weight) for weight in model.weights}, "model_keras.safetensors")
    logits = [np.array(model(np.array([text])))[0].tolist() for text in TEXTS]
    paths = [weight.path for weight in model.weights]
    with open("model_keras.json", "w") as file:
        json.dump({"keras": keras.__version__, "paths": paths, "texts": TEXTS, "logits": logits}, file, indent=1)
        file.write("\n")


sys.exit(main())
