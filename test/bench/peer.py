"""What PyTorch and Captum need for the same work: reads a question as JSON on stdin, answers as JSON on stdout.

The network comes from the same .onnx file as Unpool's, rebuilt of torch.nn modules, so weights and inputs are equal.
"""

import json
import sys
import time

import numpy as np
import onnx
import torch
from captum.attr import NeuronDeconvolution, Occlusion
from onnx import numpy_helper
from torch import nn


class Network(nn.Module):
    """The graph of an .onnx file with the operators of the benchmark's networks."""

    def __init__(self, path):
        super().__init__()
        graph = onnx.load(path).graph
        weights = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
        self.steps = []
        self.parts = nn.ModuleDict()
        self.image = graph.input[0].name
        self.scores = graph.output[0].name
        for node in graph.node:
            made = self.module(node, weights)
            if made is not None:
                self.parts[node.name] = made
            inputs = [name for name in node.input if name not in weights]
            self.steps.append((node.op_type, node.name, inputs, node.output[0]))

    @staticmethod
    def module(node, weights):
        given = {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}
        if node.op_type == "Conv":
            weight, bias = weights[node.input[1]], weights[node.input[2]]
            pads = given["pads"]
            made = nn.Conv2d(
                weight.shape[1] * given["group"], weight.shape[0], given["kernel_shape"], given["strides"],
                (pads[0], pads[1]), groups=given["group"],
            )
        elif node.op_type == "Gemm":
            weight, bias = weights[node.input[1]], weights[node.input[2]]
            made = nn.Linear(weight.shape[1], weight.shape[0])
        elif node.op_type == "Relu":
            return nn.ReLU()
        elif node.op_type == "MaxPool":
            pads = given["pads"]
            return nn.MaxPool2d(given["kernel_shape"], given["strides"], (pads[0], pads[1]), ceil_mode=bool(given["ceil_mode"]))
        elif node.op_type == "LRN":
            return nn.LocalResponseNorm(given["size"], given["alpha"], given["beta"], given["bias"])
        elif node.op_type == "GlobalAveragePool":
            return nn.AdaptiveAvgPool2d(1)
        else:
            return None
        made.weight, made.bias = nn.Parameter(weight, False), nn.Parameter(bias, False)
        return made

    def forward(self, x):
        values = {self.image: x}
        for kind, name, inputs, output in self.steps:
            taken = [values[each] for each in inputs]
            if name in self.parts:
                values[output] = self.parts[name](taken[0])
            elif kind == "Flatten":
                values[output] = taken[0].flatten(1)
            elif kind == "Add":
                values[output] = taken[0] + taken[1]
            elif kind == "Concat":
                values[output] = torch.cat(taken, 1)
            else:
                raise SystemExit(f"no {kind} here")
        return values[self.scores]


def timed(work):
    start = time.perf_counter()
    result = work()
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
    return result, 1000 * (time.perf_counter() - start)


def main():
    question = json.load(sys.stdin)
    torch.set_num_threads(question["threads"])
    torch.manual_seed(0)
    device = torch.device(question["device"])
    network = Network(question["model"]).eval().to(device)
    image = torch.from_numpy(np.load(question["input"])).to(device)
    answer = {"torch": torch.__version__}

    def forward(x):
        return network(x).softmax(1)

    with torch.no_grad():
        forward(image)
        runs = [timed(lambda: forward(image)) for _ in range(question["runs"])]
    answer["probabilities"] = runs[0][0][0].tolist()
    answer["forward"] = sorted(milliseconds for _, milliseconds in runs)[len(runs) // 2]

    size, stride = question["size"], question["stride"]
    channels = image.shape[1]
    fill = torch.tensor(question["fill"], device=device).view(1, -1, 1, 1).expand_as(image)
    answer["occlusion"] = {}
    count = np.prod([-(-(side - size) // stride) + 1 for side in image.shape[2:]])
    for batch in question["batches"]:
        with torch.no_grad():
            attribution, milliseconds = timed(
                lambda: Occlusion(forward).attribute(
                    image, (channels, size, size), (channels, stride, stride), fill, question["class"],
                    perturbations_per_eval=batch,
                )
            )
        answer["occlusion"][str(batch)] = milliseconds / int(count)
        answer["attribution"] = attribution[0, 0].flatten().tolist()

    layer = network.parts[question["layer"]]
    deconvolution = NeuronDeconvolution(network, layer)
    unit = tuple(question["unit"])
    deconvolution.attribute(image.requires_grad_(), unit)
    runs = [timed(lambda: deconvolution.attribute(image, unit)) for _ in range(question["runs"])]
    answer["deconvolution"] = sorted(milliseconds for _, milliseconds in runs)[len(runs) // 2]
    answer["projection"] = runs[0][0][0].detach().flatten().tolist()
    json.dump(answer, sys.stdout)


main()
