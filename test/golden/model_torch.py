"""Writes model_torch.json and two safetensors files: classifiers of PyTorch with their own arrays, and what they say of some texts.

    python3 model_torch.py        (PyTorch 2.15, safetensors 0.8; in this folder)

A discriminative classifier (nn.Embedding, nn.LSTM, last hidden state, nn.Linear) and a generative one (shared LSTM, nn.Linear over [h ; label]).
The scores of the second are log p(text | class): it reads id 2 and then all words but the last, and predicts every word.
"""

import json
import sys

import torch
from safetensors.torch import save_file
from torch import nn

WORDS, EMBEDDING, HIDDEN, CLASSES, LABEL = 11, 3, 5, 3, 2
TEXTS = [[4, 5, 6, 7, 8, 9, 10], [5], [10, 1, 4], [6, 6, 6, 6]]


class Discriminative(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, EMBEDDING)
        self.rnn = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
        self.out = nn.Linear(HIDDEN, CLASSES)

    def forward(self, text):
        hidden, _ = self.rnn(self.words(text))
        return self.out(hidden[:, -1])


class Generative(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(WORDS, EMBEDDING)
        self.rnn = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
        self.classes = nn.Embedding(CLASSES, LABEL)
        self.out = nn.Linear(HIDDEN + LABEL, WORDS)

    def forward(self, text, label):
        read = torch.cat([torch.tensor([[2]]), text[:, :-1]], 1)
        hidden, _ = self.rnn(self.words(read))
        joined = torch.cat([hidden, self.classes(label)[:, None].expand(-1, hidden.shape[1], -1)], -1)
        log_p = torch.log_softmax(self.out(joined), -1)
        return log_p.gather(-1, text[..., None]).sum()


def main():
    torch.manual_seed(20260102)
    discriminative, generative = Discriminative(), Generative()
    save_file(discriminative.state_dict(), "model_torch_discriminative.safetensors")
    save_file(generative.state_dict(), "model_torch_generative.safetensors")
    with torch.no_grad():
        logits = [discriminative(torch.tensor([text]))[0].tolist() for text in TEXTS]
        log_p = [
            [generative(torch.tensor([text]), torch.tensor([label])).item() for label in range(CLASSES)] for text in TEXTS
        ]
    result = {"torch": torch.__version__.split("+")[0], "texts": TEXTS, "logits": logits, "logLikelihoods": log_p}
    with open("model_torch.json", "w") as file:
        json.dump(result, file, indent=1)
        file.write("\n")


sys.exit(main())
