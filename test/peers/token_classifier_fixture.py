"""Writes fixtures/token-classifier.onnx: a classifier of tokens with two classes whose numbers can be worked out by hand.

Run it again at any time, in a throw-away environment:

    dir=$(mktemp -d) && python3 -m venv "$dir" && "$dir/bin/pip" install onnx
    "$dir/bin/python" test/peers/token_classifier_fixture.py

It reads the vocabulary of fixtures/token-classifier.tokenizer.json, so that every token has a row of the table. Inputs
and output have the names and shapes of an exported XLM-RoBERTa: input_ids and attention_mask (1, n), logits (1, n, 2).

    logits[i] = TABLE[input_ids[i]] + mean over the reading of TABLE

so that a token's value depends on what else is read with it, as it does in a real classifier. Rows of the table are
(0, k): k is the logit of "keep".
"""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FIXTURES = Path(__file__).parent / "fixtures"
KEEP = {
    "<s>": 0.0, "</s>": 0.0, "<unk>": -4.0, "▁": -4.0, "▁so": -2.0, "▁is": -1.0, "▁4": 2.0, "▁1": 2.0, "2": 1.0,
    "▁+": 1.0, "+": 1.0, ".": -3.0,
}


def table():
    vocabulary = json.loads((FIXTURES / "token-classifier.tokenizer.json").read_text())["model"]["vocab"]
    return np.array([[0.0, KEEP[token]] for token, _ in vocabulary], dtype=np.float32)


def model():
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, [1, "n"]) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, "n", 2])]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["seen"]),
        helper.make_node("ReduceMean", ["seen", "over"], ["mean"], keepdims=1),
        helper.make_node("Add", ["rows", "mean"], ["logits"]),
    ]
    constants = [
        numpy_helper.from_array(table(), "table"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "over"),
    ]
    graph = helper.make_graph(nodes, "token-classifier", inputs, outputs, constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(made)
    return made


if __name__ == "__main__":
    onnx.save(model(), FIXTURES / "token-classifier.onnx")
