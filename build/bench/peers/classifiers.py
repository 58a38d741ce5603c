"""Discriminative LSTM classifiers of PyTorch and ONNX Runtime with the weights of a float model of Bitgauge.

python classifiers.py pytorch|onnxruntime THREADS TEXTS EVALUATION

TEXTS are timed and all have the same number of words; EVALUATION are the texts that are classified, one by one. Asked for

    open    HANDLE  float32|int8|nothing  MODEL     opens a model under a name
    time    HANDLE  BATCH  COUNT                    milliseconds of the processor of each of COUNT evaluations
    predict HANDLE                                  the class of each text of EVALUATION
"""

import sys
import warnings

import numpy as np

from common import answer, in_batches, of_one_length, read_model, read_texts, times

warnings.filterwarnings("ignore")


def halves(arrays, spec):
    """The LSTM's weights as [4H, E] and [4H, H] and its bias, blocks in Bitgauge's order i, f, g, o."""
    kernel = arrays["lstm.kernel"]
    return kernel[: spec["embedding"]].T.copy(), kernel[spec["embedding"] :].T.copy(), arrays["lstm.bias"]


class PyTorch:
    def __init__(self, threads):
        import torch

        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        self.torch = torch
        self.version = torch.__version__

    def open(self, recipe, path):
        """A function of [texts, words] that gives [texts, classes]."""
        torch = self.torch
        model = self.build(*read_model(path)).eval()
        if recipe == "int8":
            from torch.ao.quantization import quantize_dynamic

            model = quantize_dynamic(model, {torch.nn.LSTM, torch.nn.Linear}, dtype=torch.qint8)
        as_input = {}

        def evaluate(texts):
            # The conversion is no part of the work: each array is converted once.
            if id(texts) not in as_input:
                as_input[id(texts)] = (torch.from_numpy(np.ascontiguousarray(texts)), texts)
            with torch.inference_mode():
                return model(as_input[id(texts)][0])

        return evaluate

    def build(self, arrays, description):
        torch, spec = self.torch, description["spec"]
        nn = torch.nn

        class Classifier(nn.Module):
            def __init__(self):
                super().__init__()
                self.embedding = nn.Embedding(spec["words"], spec["embedding"])
                self.lstm = nn.LSTM(spec["embedding"], spec["hidden"], batch_first=True)
                self.head = nn.Linear(spec["hidden"], spec["classes"])

            def forward(self, texts):
                hidden, _ = self.lstm(self.embedding(texts))
                return self.head(hidden[:, -1] if spec["pooling"] == "last" else hidden.mean(1))

        model = Classifier()
        of_input, of_hidden, bias = halves(arrays, spec)
        with torch.no_grad():
            for parameter, values in [
                (model.embedding.weight, arrays["embedding"]),
                (model.lstm.weight_ih_l0, of_input),
                (model.lstm.weight_hh_l0, of_hidden),
                (model.lstm.bias_ih_l0, bias),
                (model.lstm.bias_hh_l0, np.zeros_like(bias)),
                (model.head.weight, arrays["head.kernel"]),
                (model.head.bias, arrays["head.bias"]),
            ]:
                parameter.copy_(torch.from_numpy(values))
        return model

    def classes(self, logits):
        return logits.argmax(1).tolist()


class OnnxRuntime:
    def __init__(self, threads):
        import onnxruntime

        onnxruntime.set_default_logger_severity(3)
        self.runtime = onnxruntime
        self.version = onnxruntime.__version__
        self.threads = threads

    def open(self, recipe, path):
        session = self.session(self.nothing() if recipe == "nothing" else self.file(recipe, path))
        return lambda texts: session.run(None, {"texts": texts})[0]

    def session(self, model):
        options = self.runtime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        return self.runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def file(self, recipe, path):
        """The model as ONNX beside its weights; int8 is what `quantize_dynamic` makes of it."""
        import logging

        import onnx

        target = f"{path}.onnx"
        onnx.save(self.graph(*read_model(path)), target)
        if recipe == "float32":
            return target
        from onnxruntime.quantization import QuantType, quantize_dynamic

        logging.disable(logging.WARNING)
        quantized = f"{path}.int8.onnx"
        quantize_dynamic(target, quantized, weight_type=QuantType.QInt8)
        return quantized

    def graph(self, arrays, description):
        from onnx import TensorProto, helper, numpy_helper

        spec = description["spec"]
        of_input, of_hidden, bias = (self.gates(values) for values in halves(arrays, spec))
        constants = {
            "embedding": arrays["embedding"],
            "of_input": of_input[None],
            "of_hidden": of_hidden[None],
            "bias": np.concatenate([bias, np.zeros_like(bias)])[None],
            "head": arrays["head.kernel"].T.copy(),
            "head_bias": arrays["head.bias"],
            "axis0": np.array([0]),
            "axis1": np.array([1]),
        }
        last = spec["pooling"] == "last"
        pooled = [helper.make_node("Squeeze", ["last", "axis0"], ["pooled"])]
        if not last:
            pooled = [
                helper.make_node("Squeeze", ["all", "axis1"], ["steps"]),
                helper.make_node("ReduceMean", ["steps", "axis0"], ["pooled"], keepdims=0),
            ]
        lstm = ["", "last"] if last else ["all", ""]
        nodes = [
            helper.make_node("Gather", ["embedding", "texts"], ["vectors"]),
            helper.make_node("Transpose", ["vectors"], ["by_step"], perm=[1, 0, 2]),
            helper.make_node("LSTM", ["by_step", "of_input", "of_hidden", "bias"], lstm, hidden_size=spec["hidden"]),
            *pooled,
            helper.make_node("MatMul", ["pooled", "head"], ["product"]),
            helper.make_node("Add", ["product", "head_bias"], ["logits"]),
        ]
        return self.model(
            nodes,
            [helper.make_tensor_value_info("texts", TensorProto.INT64, ["batch", "words"])],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", spec["classes"]])],
            [numpy_helper.from_array(values, name) for name, values in constants.items()],
        )

    def gates(self, values):
        """Blocks i, f, g, o in ONNX's order i, o, f, c."""
        i, f, g, o = np.split(values, 4)
        return np.concatenate([i, o, f, g])

    def nothing(self):
        """A graph that gives its input back: what a call costs before there is work."""
        from onnx import TensorProto, helper

        value = lambda name: helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "words"])
        node = helper.make_node("Identity", ["texts"], ["same"])
        return self.model([node], [value("texts")], [value("same")], []).SerializeToString()

    def model(self, nodes, inputs, outputs, constants):
        import onnx
        from onnx import helper

        graph = helper.make_graph(nodes, "classifier", inputs, outputs, constants)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
        made.ir_version = 9
        onnx.checker.check_model(made)
        return made

    def classes(self, logits):
        return logits.argmax(1).tolist()


def main():
    library = {"pytorch": PyTorch, "onnxruntime": OnnxRuntime}[sys.argv[1]](int(sys.argv[2]))
    timed = of_one_length(read_texts(sys.argv[3])[0])
    evaluated, _ = read_texts(sys.argv[4])
    opened, batches = {}, {}

    def open_model(handle, recipe, path):
        opened[handle] = library.open(recipe, path)
        return True

    def time_model(handle, batch, count):
        size = int(batch)
        batches.setdefault(size, in_batches(timed, size))
        return times(batches[size], opened[handle], int(count))

    def predict(handle):
        return [library.classes(opened[handle](text[None]))[0] for text in evaluated]

    answer({"version": library.version}, {"open": open_model, "time": time_model, "predict": predict})


main()
