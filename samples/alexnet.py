"""The network of models/alexnet-caltech101.onnx: AlexNet's architecture (Krizhevsky, Sutskever & Hinton 2012) at a
third of its width.

Hover over a layer to see its kernels and what it answers to the chosen photo.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class AlexNet(nn.Module):
    """131 x 131 RGB photos to the scores of Caltech-101's 102 classes.

    Layers 2, 4 and 5 are in two groups, as the original was spread over two GPUs.
    """

    def __init__(self, classes: int = 102):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, kernel_size=11, stride=4)
        self.norm1 = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2)

        self.conv2 = nn.Conv2d(32, 80, kernel_size=5, padding=2, groups=2)
        self.norm2 = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2)

        self.conv3 = nn.Conv2d(80, 128, kernel_size=3, padding=1)
        self.conv4 = nn.Conv2d(128, 128, kernel_size=3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(128, 80, kernel_size=3, padding=1, groups=2)
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2)

        self.fc6 = nn.Linear(80 * 3 * 3, 512)
        self.fc7 = nn.Linear(512, 512)
        self.fc8 = nn.Linear(512, classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool1(self.norm1(F.relu(self.conv1(x))))
        x = self.pool2(self.norm2(F.relu(self.conv2(x))))
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.relu(self.conv5(x))
        x = self.pool5(x)
        x = torch.flatten(x, 1)
        x = self.dropout(F.relu(self.fc6(x)))
        x = self.dropout(F.relu(self.fc7(x)))
        return self.fc8(x)
