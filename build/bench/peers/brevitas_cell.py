"""A study cell as a user of Brevitas has it: build the quantized network from float weights, calibrate it, evaluate it.

python brevitas_cell.py THREADS CALIBRATION EVALUATION MODEL

All texts have the same number of words. Asked for

    cell  BITS  COUNT      of each of COUNT cells: milliseconds of the processor in all and of its parts, and the class of
                       each text of EVALUATION
"""

import sys
import time
import warnings

warnings.filterwarnings("ignore")

import brevitas
import brevitas.nn as qnn
import torch
from brevitas.graph.calibrate import calibration_mode
from brevitas.quant import Int8ActPerTensorFloat, Int8WeightPerTensorFloat, Int32Bias
from torch import nn

from common import answer, in_batches, of_one_length, read_model, read_texts

CALIBRATED_AT_ONCE, EVALUATED_AT_ONCE = 64, 250


class Quantized(nn.Module):
    """Every quantizer of the LSTM at the same width: as the widths of a sweep are usually set."""

    def __init__(self, spec, bits):
        super().__init__()
        self.last = spec["pooling"] == "last"
        weights = {"weight_quant": Int8WeightPerTensorFloat, "weight_bit_width": bits}
        sites = ["io", "gate_acc", "sigmoid", "tanh", "cell_state"]
        self.embedding = qnn.QuantEmbedding(spec["words"], spec["embedding"], **weights)
        self.lstm = qnn.QuantLSTM(
            spec["embedding"],
            spec["hidden"],
            batch_first=True,
            bias_quant=Int32Bias,
            **weights,
            **{f"{site}_bit_width": bits for site in sites},
        )
        self.head = qnn.QuantLinear(
            spec["hidden"], spec["classes"], bias=True, input_quant=Int8ActPerTensorFloat, input_bit_width=bits, **weights
        )

    def forward(self, texts):
        hidden, _ = self.lstm(self.embedding(texts))
        return self.head(hidden[:, -1] if self.last else hidden.mean(1))


def state_of(arrays, spec):
    """The float weights under the names of PyTorch's layers, which Brevitas' layers take over."""
    kernel = torch.from_numpy(arrays["lstm.kernel"])
    bias = torch.from_numpy(arrays["lstm.bias"])
    return {
        "embedding.weight": torch.from_numpy(arrays["embedding"]),
        "lstm.weight_ih_l0": kernel[: spec["embedding"]].T.contiguous(),
        "lstm.weight_hh_l0": kernel[spec["embedding"] :].T.contiguous(),
        "lstm.bias_ih_l0": bias,
        "lstm.bias_hh_l0": torch.zeros_like(bias),
        "head.weight": torch.from_numpy(arrays["head.kernel"]),
        "head.bias": torch.from_numpy(arrays["head.bias"]),
    }


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.set_num_interop_threads(1)
    calibration = torch.from_numpy(of_one_length(read_texts(sys.argv[2])[0]))
    evaluation = torch.from_numpy(of_one_length(read_texts(sys.argv[3])[0]))
    arrays, description = read_model(sys.argv[4])
    spec = description["spec"]
    state = state_of(arrays, spec)

    def cell(bits):
        moments = [time.process_time()]
        with torch.no_grad():
            model = Quantized(spec, bits)
            missing, unexpected = model.load_state_dict(state, strict=False)
            if unexpected or any(name.endswith(("weight", "bias")) for name in missing):
                raise ValueError(f"weights that did not arrive: {unexpected} {missing}")
            model.eval()
            moments.append(time.process_time())
            with calibration_mode(model):
                for texts in in_batches(calibration, CALIBRATED_AT_ONCE):
                    model(texts)
            moments.append(time.process_time())
            predicted = [model(texts).argmax(1) for texts in in_batches(evaluation, EVALUATED_AT_ONCE)]
            moments.append(time.process_time())
        build, calibrate, evaluate = (1000 * (b - a) for a, b in zip(moments, moments[1:]))
        parts = {"build": build, "calibrate": calibrate, "evaluate": evaluate}
        return {"ms": 1000 * (moments[-1] - moments[0]), "parts": parts, "predicted": torch.cat(predicted).tolist()}

    answer(
        {"version": f"{brevitas.__version__}, PyTorch {torch.__version__}"},
        {"cell": lambda bits, count: [cell(int(bits)) for _ in range(int(count))]},
    )


main()
