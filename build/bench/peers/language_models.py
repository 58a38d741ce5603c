"""Generative scoring by PyTorch, log p(text | class) for every class, with the weights of a shared language model of Bitgauge.

python language_models.py THREADS TEXTS EVALUATION

Asked as `classifiers.py` is; what stands for the recipe is how the classes are gone through:

    passes    the whole model once a class, the class vector beside each hidden vector: as the papers' code does
    factored  LSTM and hidden vectors' logits once; a sum over the vocabulary for each class
    product   also one exponential a word for all classes, and the sums as a matrix product
"""

import sys
import warnings

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from common import answer, in_batches, of_one_length, read_model, read_texts, times

warnings.filterwarnings("ignore")
BEGIN = 2


class LanguageModel:
    def __init__(self, arrays, description):
        spec = description["spec"]
        inputs = spec["embedding"]
        tensors = {name: torch.from_numpy(values) for name, values in arrays.items()}
        kernel = tensors["lstm.kernel"]
        self.embedding = tensors["embedding"]
        self.lstm = nn.LSTM(inputs, spec["hidden"], batch_first=True)
        self.lstm.weight_ih_l0.data.copy_(kernel[:inputs].T)
        self.lstm.weight_hh_l0.data.copy_(kernel[inputs:].T)
        self.lstm.bias_ih_l0.data.copy_(tensors["lstm.bias"])
        self.lstm.bias_hh_l0.data.zero_()
        self.labels = tensors["label"]
        self.of_hidden, self.of_label, self.bias = tensors["head.hidden"], tensors["head.label"], tensors["head.bias"]
        self.of_both = torch.cat([self.of_hidden, self.of_label], 1)
        self.prior = torch.tensor(description["logPrior"])

    def hidden(self, texts):
        begin = torch.full((texts.shape[0], 1), BEGIN)
        read = torch.cat([begin, texts[:, :-1]], 1)
        return self.lstm(functional.embedding(read, self.embedding))[0]

    def passes(self, texts):
        scores = []
        for label in self.labels:
            hidden = self.hidden(texts)
            both = torch.cat([hidden, label.expand(*hidden.shape[:2], -1)], -1)
            words = functional.log_softmax(functional.linear(both, self.of_both, self.bias), -1)
            scores.append(words.gather(-1, texts[..., None])[..., 0].sum(1))
        return torch.stack(scores, 1) + self.prior

    def factored(self, texts):
        shared = functional.linear(self.hidden(texts), self.of_hidden)
        own = shared.gather(-1, texts[..., None])[..., 0]
        scores = []
        for of_class in functional.linear(self.labels, self.of_label, self.bias):
            scores.append((own + of_class[texts] - torch.logsumexp(shared + of_class, -1)).sum(1))
        return torch.stack(scores, 1) + self.prior

    def product(self, texts):
        shared = functional.linear(self.hidden(texts), self.of_hidden)
        of_classes = functional.linear(self.labels, self.of_label, self.bias)
        own = shared.gather(-1, texts[..., None]) + of_classes.T[texts]
        top, tops = shared.amax(-1, keepdim=True), of_classes.amax(-1, keepdim=True)
        sums = (shared - top).exp_() @ (of_classes - tops).exp_().T
        return (own - sums.log_() - top - tops.T).sum(1) + self.prior


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.set_num_interop_threads(1)
    timed = torch.from_numpy(of_one_length(read_texts(sys.argv[2])[0]))
    evaluated, _ = read_texts(sys.argv[3])
    models, opened = {}, {}

    def open_model(handle, recipe, path):
        if path not in models:
            models[path] = LanguageModel(*read_model(path))
        opened[handle] = getattr(models[path], recipe)
        return True

    def time_model(handle, batch, count):
        with torch.inference_mode():
            return times(in_batches(timed, int(batch)), opened[handle], int(count))

    def predict(handle):
        with torch.inference_mode():
            return [int(opened[handle](torch.from_numpy(text)[None]).argmax()) for text in evaluated]

    answer({"version": torch.__version__}, {"open": open_model, "time": time_model, "predict": predict})


main()
