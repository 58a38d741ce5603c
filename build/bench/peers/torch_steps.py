"""A training step of PyTorch on Bitgauge's model sizes, asked for in blocks: a line with a number of steps comes in on standard
input, a line with the milliseconds of each step goes out. The first line out names the versions.

python torch_steps.py discriminative|generative THREADS
"""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

WORDS, EMBEDDING, HIDDEN, LABEL, CLASSES, STEPS, BATCH = 10_000, 100, 100, 100, 4, 64, 64


class Discriminative(nn.Module):
    """Mean of the hidden vectors, dropout, one row a class: as Bitgauge's default."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, EMBEDDING)
        self.lstm = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(HIDDEN, CLASSES)

    def loss(self, texts, labels):
        hidden, _ = self.lstm(self.embedding(texts))
        return functional.cross_entropy(self.head(self.dropout(hidden.mean(1))), labels)


class Generative(nn.Module):
    """Logits from [h ; label vector]; the label's part once a class and not once a word, as a user who thinks of it would write it."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, EMBEDDING)
        self.lstm = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
        self.label = nn.Embedding(CLASSES, LABEL)
        self.of_hidden = nn.Linear(HIDDEN, WORDS, bias=False)
        self.of_label = nn.Linear(LABEL, WORDS)

    def loss(self, texts, labels):
        begin = torch.zeros(texts.shape[0], 1, dtype=torch.long)
        hidden, _ = self.lstm(self.embedding(torch.cat([begin, texts[:, :-1]], 1)))
        logits = self.of_hidden(hidden) + self.of_label(self.label(labels))[:, None]
        return functional.cross_entropy(logits.view(-1, WORDS), texts.reshape(-1))


def main():
    family, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = {"discriminative": Discriminative, "generative": Generative}[family]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    texts = torch.randint(4, WORDS, (BATCH, STEPS))
    labels = torch.randint(0, CLASSES, (BATCH,))

    def step():
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss = model.loss(texts, labels)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return 1000 * (time.perf_counter() - start)

    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        print(json.dumps([step() for _ in range(int(line))]), flush=True)


main()
