"""ZFNet (Zeiler & Fergus 2013) at a third of its width: models/zfnet-caltech101.onnx.

Hover over a layer to see its kernels and what it answers to the chosen photo.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F


class ZFNet(nn.Module):
    """131 x 131 RGB photos to the scores of Caltech-101's 102 classes.

    AlexNet's first layer has kernels of 11 x 11 with stride 4, in which Zeiler and
    Fergus found dead features and aliasing; theirs are 7 x 7 with stride 2.
    """

    def __init__(self, classes: int = 102):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 32, kernel_size=7, stride=2)
        self.pool1 = nn.MaxPool2d(kernel_size=3, stride=2)
        self.norm1 = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)

        self.conv2 = nn.Conv2d(32, 80, kernel_size=5, stride=2, padding=1)
        self.pool2 = nn.MaxPool2d(kernel_size=3, stride=2)
        self.norm2 = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)

        self.conv3 = nn.Conv2d(80, 128, kernel_size=3, padding=1)
        self.conv4 = nn.Conv2d(128, 128, kernel_size=3, padding=1)
        self.conv5 = nn.Conv2d(128, 80, kernel_size=3, padding=1)
        self.pool5 = nn.MaxPool2d(kernel_size=3, stride=2)

        self.fc6 = nn.Linear(80 * 3 * 3, 512)
        self.fc7 = nn.Linear(512, 512)
        self.fc8 = nn.Linear(512, classes)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm1(self.pool1(F.relu(self.conv1(x))))
        x = self.norm2(self.pool2(F.relu(self.conv2(x))))
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        x = F.relu(self.conv5(x))
        x = self.pool5(x)
        x = torch.flatten(x, 1)
        x = self.dropout(F.relu(self.fc6(x)))
        x = self.dropout(F.relu(self.fc7(x)))
        return self.fc8(x)
