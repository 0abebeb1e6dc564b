#!/usr/bin/env python3
"""Train, measure and export the two small networks that ship with Unpool.

The networks follow the layer order of AlexNet (Krizhevsky, Sutskever and
Hinton 2012) and ZFNet (Zeiler and Fergus 2013) at about a third of the width,
and learn Caltech-101 from scratch.  Batch normalisation is used while training
only: it is folded into the convolutions and the dense layers on export, so the
ONNX graph holds nothing but the papers' operators.

See README.md beside this file for the commands and the figures measured.
"""

import argparse
import copy
import io
import json
import math
import random
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from torch import nn

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
LUMA = (0.299, 0.587, 0.114)
CANVAS = 160  # training photos are kept squeezed to CANVAS x CANVAS
READABLE = {
    "BACKGROUND_Google": "background clutter",
    "Faces": "face in a scene",
    "Faces_easy": "face",
    "Leopards": "leopard",
    "Motorbikes": "motorbike",
    "airplanes": "airplane",
    "binocular": "binoculars",
    "car_side": "car, side view",
    "headphone": "headphones",
    "cougar_body": "cougar, body",
    "cougar_face": "cougar, face",
    "crocodile_head": "crocodile, head",
    "flamingo_head": "flamingo, head",
    "watch": "wristwatch",
}
# Folders whose names do not tell which class is meant.
UNLIKE = ("BACKGROUND_Google", "Faces", "Faces_easy", "car_side", "watch")


# --------------------------------------------------------------- architecture


class Conv(NamedTuple):
    """One convolution and what follows its ReLU ("norm", "pool", in order)."""

    out: int
    kernel: int
    stride: int
    pad: int
    groups: int
    then: tuple = ()


class Spec(NamedTuple):
    """A whole network: input size, convolutions, width of fc6 and fc7."""

    size: int
    convs: tuple
    dense: int


# 131 px makes every stride of both networks come out even: the maps are
# 31, 15, 7 px (AlexNet) and 63, 31, 15, 7 px (ZFNet), and 3 x 3 before fc6.
SPECS = {
    "alexnet": Spec(131, (
        Conv(32, 11, 4, 0, 1, ("norm", "pool")),
        Conv(80, 5, 1, 2, 2, ("norm", "pool")),
        Conv(128, 3, 1, 1, 1),
        Conv(128, 3, 1, 1, 2),
        Conv(80, 3, 1, 1, 2, ("pool",)),
    ), 512),
    "zfnet": Spec(131, (
        Conv(32, 7, 2, 0, 1, ("pool", "norm")),
        Conv(80, 5, 2, 1, 1, ("pool", "norm")),
        Conv(128, 3, 1, 1, 1),
        Conv(128, 3, 1, 1, 1),
        Conv(80, 3, 1, 1, 1, ("pool",)),
    ), 512),
}


class ResponseNorm(nn.Module):
    """Local response normalisation across channels.

    The constants are those of the AlexNet paper; ONNX (like PyTorch) divides
    alpha by the window size and the paper does not, hence 5e-4 for its 1e-4.
    The windowed sum is a 1x1 convolution with a banded matrix, which on a CPU
    is several times faster than torch.nn.LocalResponseNorm.
    """

    size, alpha, beta, bias = 5, 5e-4, 0.75, 2.0

    def __init__(self, channels):
        super().__init__()
        index = torch.arange(channels)
        band = (index[:, None] - index[None, :]).abs() <= self.size // 2
        weight = band.float()[:, :, None, None] * (self.alpha / self.size)
        self.register_buffer("band", weight, persistent=False)
        self.register_buffer("offset", torch.full((channels,), self.bias), persistent=False)

    def forward(self, x):
        root = F.conv2d(x * x, self.band, self.offset).rsqrt()
        return x * (root * root.sqrt())


@torch.no_grad()
def start_smooth_(weight, colour=0.5, passes=2, norm=0.3):
    """Start the first layer from small, blurred, mostly grey noise of mean 0.

    Photos hold little fine detail, so nothing would ever wear the noise of an
    ordinary start off the kernels; and kernels that start with a mean mostly
    end as flat colours.  The size of the kernels does not matter to the
    network, as batch normalisation follows.
    """
    out, channels, side = weight.shape[:3]
    image = torch.randn(out, 1, side, side) + colour * torch.randn(weight.shape)
    row = torch.tensor([0.25, 0.5, 0.25])
    blur = (row[:, None] * row[None, :])[None, None]
    image = image.view(out * channels, 1, side, side)
    for _ in range(passes):
        image = F.conv2d(F.pad(image, (1, 1, 1, 1), mode="replicate"), blur)
    image = image.view(weight.shape)
    image -= image.mean((2, 3), keepdim=True)
    image *= norm / image.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
    weight.copy_(image)


class ConvNet(nn.Module):
    """AlexNet or ZFNet by its Spec, with or without batch normalisation."""

    def __init__(self, spec, classes, batch_norm=True, dropout=0.5):
        super().__init__()
        self.spec = spec
        channels, side = 3, spec.size
        for i, c in enumerate(spec.convs, 1):
            setattr(self, f"conv{i}", nn.Conv2d(
                channels, c.out, c.kernel, c.stride, c.pad, groups=c.groups))
            setattr(self, f"bn{i}", nn.BatchNorm2d(c.out) if batch_norm else nn.Identity())
            channels, side = c.out, (side + 2 * c.pad - c.kernel) // c.stride + 1
            for step in c.then:
                if step == "norm":
                    setattr(self, f"norm{i}", ResponseNorm(channels))
                else:
                    setattr(self, f"pool{i}", nn.MaxPool2d(3, 2))
                    side = (side - 3) // 2 + 1
        widths = (channels * side * side, spec.dense, spec.dense, classes)
        for i, (a, b) in enumerate(zip(widths, widths[1:]), 6):
            setattr(self, f"fc{i}", nn.Linear(a, b))
            if i < 8:
                setattr(self, f"bn{i}", nn.BatchNorm1d(b) if batch_norm else nn.Identity())
        self.dropout = nn.Dropout(dropout)
        for name, p in self.named_parameters():
            if p.dim() > 1:
                nn.init.kaiming_normal_(p, nonlinearity="relu")
                if name.startswith("fc8"):
                    nn.init.normal_(p, std=0.01)
        start_smooth_(self.conv1.weight)

    def forward(self, x):
        for i, c in enumerate(self.spec.convs, 1):
            x = F.relu(getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(x)))
            for step in c.then:
                x = getattr(self, f"{step}{i}")(x)
        x = x.flatten(1)
        for i in (6, 7):
            x = self.dropout(F.relu(getattr(self, f"bn{i}")(getattr(self, f"fc{i}")(x))))
        return self.fc8(x)


def fold(net, classes):
    """Return an equal network (in eval mode) without batch normalisation."""
    plain = ConvNet(net.spec, classes, batch_norm=False).eval()
    with torch.no_grad():
        for name, layer in plain.named_children():
            if not isinstance(layer, (nn.Conv2d, nn.Linear)):
                continue
            source = getattr(net, name)
            norm = getattr(net, "bn" + name[-1], None)
            weight, bias = source.weight.clone(), source.bias.clone()
            if norm is not None:
                gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
                weight *= gain.view(-1, *[1] * (weight.dim() - 1))
                bias = (bias - norm.running_mean) * gain + norm.bias
            layer.weight.copy_(weight)
            layer.bias.copy_(bias)
    return plain


# ----------------------------------------------------------------------- data


class Photos(NamedTuple):
    """The decoded data set."""

    names: list           # class folders, sorted
    files: list           # path of every photo inside the zip
    labels: torch.Tensor  # [n] int64
    wide: torch.Tensor    # [n] width / height of the original
    canvas: torch.Tensor  # [n, 3, CANVAS, CANVAS] uint8, the whole photo squeezed
    crops: torch.Tensor   # [n, 3, size, size] uint8, short side resized, centre crop


def centre_crop(image, size):
    """Resize the short side to size and cut the middle square."""
    scale = size / min(image.size)
    width, height = (max(size, round(side * scale)) for side in image.size)
    image = image.resize((width, height), Image.BILINEAR)
    left, top = (width - size) // 2, (height - size) // 2
    return image.crop((left, top, left + size, top + size))


def read_photos(path, size):
    """Decode every JPEG of the zip once."""
    def tensor(image):
        return torch.from_numpy(np.array(image)).permute(2, 0, 1)

    with zipfile.ZipFile(path) as archive:
        files = sorted(f for f in archive.namelist() if f.lower().endswith(".jpg"))
        folders = [f.split("/")[-2] for f in files]
        names = sorted(set(folders))
        canvas = torch.empty(len(files), 3, CANVAS, CANVAS, dtype=torch.uint8)
        crops = torch.empty(len(files), 3, size, size, dtype=torch.uint8)
        wide = torch.empty(len(files))
        for i, file in enumerate(files):
            image = Image.open(io.BytesIO(archive.read(file))).convert("RGB")
            wide[i] = image.width / image.height
            canvas[i] = tensor(image.resize((CANVAS, CANVAS), Image.BILINEAR))
            crops[i] = tensor(centre_crop(image, size))
    labels = torch.tensor([names.index(f) for f in folders])
    return Photos(names, files, labels, wide, canvas, crops)


def protocol_split(labels, train=30, test=50, seed=0):
    """Zeiler and Fergus, table 4: 30 photos a class to train, at most 50 of the
    rest to test.  Returns two lists of indices."""
    rng = random.Random(seed)
    parts = [], []
    for c in range(int(labels.max()) + 1):
        members = torch.nonzero(labels == c).flatten().tolist()
        rng.shuffle(members)
        parts[0].extend(members[:train])
        parts[1].extend(members[train:train + test])
    return parts


def ship_split(labels, held=5, seed=0):
    """Everything but a few photos a class.  Those held out belong to the test
    part of the protocol, so weights trained by it have not seen them either."""
    held_out, count = [], {}
    for i in protocol_split(labels, seed=seed)[1]:
        c = int(labels[i])
        count[c] = count.get(c, 0) + 1
        if count[c] <= held:
            held_out.append(i)
    kept = set(range(len(labels))) - set(held_out)
    return sorted(kept), held_out


def epoch_order(indices, labels, cap, rng):
    """A shuffled pass over the photos, at most cap of each class (newly drawn)."""
    groups = {}
    for i in indices:
        groups.setdefault(int(labels[i]), []).append(i)
    order = [i for g in groups.values() for i in rng.sample(g, min(cap, len(g)))]
    rng.shuffle(order)
    return order


class Augment:
    """Random crop, flip, rotation and colour, for a whole batch at once."""

    def __init__(self, photos, size, scale, generator):
        self.photos, self.size, self.scale, self.generator = photos, size, scale, generator
        luma = torch.tensor(LUMA)
        self.grey = luma.expand(3, 3)
        self.mean, self.std = torch.tensor(MEAN), torch.tensor(STD)

    def uniform(self, n, low, high):
        return torch.rand(n, generator=self.generator) * (high - low) + low

    def __call__(self, index):
        """The normalised float batch for a list of photo indices."""
        index = torch.as_tensor(index)
        n = len(index)
        wide = self.photos.wide[index]
        # Size of the crop as parts of the photo's width and height.
        area = self.uniform(n, *self.scale)
        ratio = torch.exp(self.uniform(n, -math.log(4 / 3), math.log(4 / 3)))
        short = torch.minimum(wide, 1 / wide)  # the square's share of the photo
        w = (area * short * ratio / wide).sqrt()
        h = (area * short / ratio * wide).sqrt()
        fit = torch.maximum(torch.maximum(w, h), torch.ones(n))
        w, h = w / fit, h / fit
        x = self.uniform(n, -1, 1) * (1 - w)
        y = self.uniform(n, -1, 1) * (1 - h)
        flip = torch.sign(self.uniform(n, -1, 1))
        angle = self.uniform(n, -0.18, 0.18)
        sin, cos = torch.sin(angle), torch.cos(angle)
        theta = torch.stack([w * flip * cos, -w * flip * sin, x, h * sin, h * cos, y], 1)
        grid = F.affine_grid(theta.view(n, 2, 3), (n, 3, self.size, self.size), align_corners=False)
        batch = F.grid_sample(self.photos.canvas[index].float() / 255, grid,
                              padding_mode="reflection", align_corners=False)
        # Saturation, contrast, brightness and normalisation as one matrix a photo.
        saturation = self.uniform(n, 0.5, 1.5) * (self.uniform(n, 0, 1) > 0.05)
        contrast, light = self.uniform(n, 0.6, 1.4), self.uniform(n, 0.7, 1.3)
        tint = self.uniform(n * 3, 0.92, 1.08).view(n, 3)
        s = saturation.view(n, 1, 1)
        matrix = s * torch.eye(3) + (1 - s) * self.grey
        matrix = matrix * (contrast * light).view(n, 1, 1) * tint.view(n, 3, 1)
        middle = (batch.mean((2, 3)) * torch.tensor(LUMA)).sum(1)
        shift = (middle * (1 - contrast) * light)[:, None] * tint
        matrix = matrix / self.std.view(1, 3, 1)
        shift = (shift - self.mean) / self.std
        out = torch.baddbmm(shift[:, :, None], matrix, batch.view(n, 3, -1))
        return out.view_as(batch)


def cutmix(batch, target, rng):
    """Paste a rectangle of another photo into each and mix the targets."""
    n, _, height, width = batch.shape
    part = math.sqrt(1 - rng.random())
    h, w = int(height * part), int(width * part)
    top, left = rng.randint(0, height - h), rng.randint(0, width - w)
    other = batch.flip(0)[:, :, top:top + h, left:left + w].clone()
    batch[:, :, top:top + h, left:left + w] = other
    share = h * w / (height * width)
    return batch, (1 - share) * target + share * target.flip(0)


def normalise(crops):
    """uint8 crops to network input."""
    mean, std = torch.tensor(MEAN).view(3, 1, 1), torch.tensor(STD).view(3, 1, 1)
    return (crops.float() / 255 - mean) / std


# ------------------------------------------------------------ train and measure


@torch.no_grad()
def mean_class_accuracy(net, photos, indices):
    """Accuracy of each class, averaged over the classes (one crop, no flips)."""
    net.eval()
    hits, seen = torch.zeros(len(photos.names)), torch.zeros(len(photos.names))
    for chunk in torch.as_tensor(indices).split(256):
        right = net(normalise(photos.crops[chunk])).argmax(1) == photos.labels[chunk]
        hits.index_add_(0, photos.labels[chunk], right.float())
        seen.index_add_(0, photos.labels[chunk], torch.ones(len(chunk)))
    return float((hits / seen.clamp(min=1))[seen > 0].mean())


def schedule(step, steps):
    """Linear warm-up over a tenth of the run, then a cosine down to nothing."""
    warm = 0.1 * steps
    if step < warm:
        return 0.05 + 0.95 * step / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))


def train(net, photos, indices, test, args):
    """Train net in place and return the moving average of its weights.

    With args.checkpoints, that average is exported before the first epoch and
    after every args.every-th one: a folder for `unpool evolution`.
    """
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    classes = len(photos.names)
    augment = Augment(photos, net.spec.size, (args.crop, 1.0),
                      torch.Generator().manual_seed(args.seed))
    first = net.conv1.weight
    decayed = [p for p in net.parameters() if p.dim() > 1 and p is not first]
    others = [p for p in net.parameters() if p.dim() <= 1]
    optimizer = torch.optim.SGD(
        [{"params": decayed, "weight_decay": args.decay}, {"params": others},
         {"params": [first], "weight_decay": args.first_decay}],
        lr=args.lr, momentum=0.9, nesterov=True)
    average = copy.deepcopy(net)
    per_epoch = len(epoch_order(indices, photos.labels, args.cap, rng)) // args.batch
    steps, step = per_epoch * args.epochs, 0

    def leave_checkpoint(epoch):
        if args.checkpoints:
            export(copy.deepcopy(average), photos, test, args.checkpoints, f"epoch-{epoch}")

    leave_checkpoint(0)
    net.to(memory_format=torch.channels_last)
    began = time.time()
    for epoch in range(1, args.epochs + 1):
        net.train()
        order = epoch_order(indices, photos.labels, args.cap, rng)
        total = 0.0
        for b in range(per_epoch):
            index = order[b * args.batch:(b + 1) * args.batch]
            batch = augment(index)
            target = F.one_hot(photos.labels[index], classes).float()
            if rng.random() < args.cutmix:
                batch, target = cutmix(batch, target, rng)
            for group in optimizer.param_groups:
                group["lr"] = args.lr * schedule(step, steps)
            with torch.autocast("cpu", torch.bfloat16, enabled=args.bfloat16):
                output = net(batch.contiguous(memory_format=torch.channels_last))
            loss = F.cross_entropy(output.float(), target, label_smoothing=args.smoothing)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            step += 1
            total += loss.item()
            keep = min(args.ema, step / (step + 10))
            with torch.no_grad():
                for a, p in zip(average.state_dict().values(), net.state_dict().values()):
                    if a.is_floating_point():
                        a.lerp_(p, 1 - keep)
        line = f"epoch {epoch:3d}  loss {total / per_epoch:.3f}  {(time.time() - began) / epoch:.1f} s/epoch"
        if epoch % args.every == 0 or epoch == args.epochs:
            line += f"  mean class accuracy {mean_class_accuracy(average, photos, test):.4f}"
            leave_checkpoint(epoch)
            if args.save:
                torch.save(average.state_dict(), args.save)
        print(line, flush=True)
    return average


# --------------------------------------------------------------------- export


def build_onnx(plain, name):
    """The ONNX graph of a folded network, written node by node."""
    nodes, initializers = [], []

    def parameter(key, tensor):
        initializers.append(numpy_helper.from_array(
            np.ascontiguousarray(tensor.detach().numpy(), dtype=np.float32), key))
        return key

    def add(op, node, inputs, output=None, **attributes):
        nodes.append(helper.make_node(op, inputs, [output or node], name=node, **attributes))
        return output or node

    def weights(layer):
        module = getattr(plain, layer)
        return [parameter(f"{layer}.weight", module.weight), parameter(f"{layer}.bias", module.bias)]

    x = "image"
    for i, c in enumerate(plain.spec.convs, 1):
        x = add("Conv", f"conv{i}", [x, *weights(f"conv{i}")], kernel_shape=[c.kernel] * 2,
                strides=[c.stride] * 2, pads=[c.pad] * 4, dilations=[1, 1], group=c.groups)
        x = add("Relu", f"relu{i}", [x])
        for step in c.then:
            if step == "norm":
                norm = getattr(plain, f"norm{i}")
                x = add("LRN", f"norm{i}", [x], size=norm.size, alpha=norm.alpha,
                        beta=norm.beta, bias=norm.bias)
            else:
                x = add("MaxPool", f"pool{i}", [x], kernel_shape=[3, 3], strides=[2, 2],
                        pads=[0] * 4)
    x = add("Flatten", "flatten", [x], axis=1)
    for i in (6, 7):
        x = add("Gemm", f"fc{i}", [x, *weights(f"fc{i}")], transB=1)
        x = add("Relu", f"relu{i}", [x])
    add("Gemm", "fc8", [x, *weights("fc8")], "logits", transB=1)
    size = plain.spec.size
    graph = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, size, size])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", plain.fc8.out_features])],
        initializers)
    model = helper.make_model(graph, producer_name="unpool", ir_version=8,
                              opset_imports=[helper.make_opsetid("", 17)])
    onnx.checker.check_model(model, full_check=True)
    return model


def export(net, photos, check, folder, name):
    """Fold, write the ONNX file and its sidecar, and compare the logits."""
    classes = len(photos.names)
    net.eval()
    model = build_onnx(fold(net, classes), name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.onnx"
    onnx.save(model, path)
    image = normalise(photos.crops[torch.as_tensor(check[:64])])
    with torch.no_grad():
        expected = net(image).numpy()
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    actual = session.run(["logits"], {"image": image.numpy()})[0]
    gap = float(np.abs(expected - actual).max())
    print(f"{path}: {path.stat().st_size} bytes, largest difference of a logit {gap:.2e}")
    if gap > 1e-4:
        raise SystemExit("the exported network does not agree with the trained one")
    labels = [READABLE.get(n, n.replace("_", " ").lower()) for n in photos.names]
    sidecar = {
        "preprocess": {"channels": "RGB", "scale": 255, "mean": MEAN, "std": STD},
        "resize": "crop",
        "labels": labels,
        "photoLabels": {n: READABLE[n] for n in UNLIKE if n in photos.names},
    }
    path.with_suffix(".unpool.json").write_text(json.dumps(sidecar, indent=2) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("zip", type=Path, help="Caltech-101, one folder of JPEGs a class")
    parser.add_argument("--arch", choices=SPECS, default="zfnet")
    parser.add_argument("--split", choices=("protocol", "ship"), default="protocol",
                        help="protocol: 30 photos a class; ship: all but 5 a class")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--decay", type=float, default=1e-3, help="weight decay")
    parser.add_argument("--first-decay", type=float, default=5e-3,
                        help="weight decay of the first layer's kernels")
    parser.add_argument("--dense", type=int, help="width of fc6 and fc7, 512 unless given")
    parser.add_argument("--dropout", type=float, default=0.4)
    parser.add_argument("--smoothing", type=float, default=0.1, help="label smoothing")
    parser.add_argument("--cutmix", type=float, default=0.3, help="share of the batches mixed")
    parser.add_argument("--crop", type=float, default=0.35, help="smallest crop, part of the square")
    parser.add_argument("--ema", type=float, default=0.995, help="decay of the weights' average")
    parser.add_argument("--cap", type=int, default=80, help="most photos of a class in one epoch")
    parser.add_argument("--every", type=int, default=10, help="epochs between measurements, and between checkpoints")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--bfloat16", action="store_true",
                        help="train in bfloat16 where it is safe (faster on CPUs that have it)")
    parser.add_argument("--init", type=Path, help="start from this checkpoint")
    parser.add_argument("--save", type=Path, help="write the trained checkpoint here")
    parser.add_argument("--export", type=Path, help="folder for the .onnx and its sidecar")
    parser.add_argument("--checkpoints", type=Path,
                        help="folder for an .onnx and its sidecar of every measured epoch")
    parser.add_argument("--cache", type=Path, help="keep the decoded photos in this file")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    spec = SPECS[args.arch]
    if args.dense:
        spec = spec._replace(dense=args.dense)
    if args.cache and args.cache.exists():
        photos = Photos(**torch.load(args.cache))
    else:
        photos = read_photos(args.zip, spec.size)
        if args.cache:
            torch.save(photos._asdict(), args.cache)
    split = protocol_split if args.split == "protocol" else ship_split
    indices, test = split(photos.labels)
    net = ConvNet(spec, len(photos.names), dropout=args.dropout)
    if args.init:
        net.load_state_dict(torch.load(args.init))
    print(f"{args.arch}: {sum(p.numel() for p in net.parameters())} parameters, "
          f"{len(indices)} photos to train, {len(test)} to test, {len(photos.names)} classes")
    if args.epochs:
        net = train(net, photos, indices, test, args)
    print(f"mean class accuracy on {len(test)} photos: {mean_class_accuracy(net, photos, test):.4f}")
    if args.save:
        torch.save(net.state_dict(), args.save)
    if args.export:
        export(net, photos, test, args.export, f"{args.arch}-caltech101")


if __name__ == "__main__":
    main()
