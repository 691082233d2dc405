"""EfficientNet-Lite0 in PyTorch, as its authors' port has it: batch normalization not folded, the same weights file."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from nn_trainer.models.pretrained.backbone_weights import read_package_file

STAGES = (  # how many blocks, depthwise kernel, stride of the first, widened how many times, filters
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class SameConv2d(nn.Conv2d):
    """Pads as TensorFlow does: as few zeros as it takes, the odd one behind."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        borders: list[int] = []
        for size in (x.shape[3], x.shape[2]):
            stride, kernel = self.stride[0], self.kernel_size[0]
            zeros = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            borders += [zeros // 2, zeros - zeros // 2]
        return super().forward(nn.functional.pad(x, borders) if any(borders) else x)


def convolution(channels: int, filters: int, kernel: int, stride: int = 1, groups: int = 1) -> SameConv2d:
    return SameConv2d(channels, filters, kernel, stride, groups=groups, bias=False)


def normalization(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)


class TorchBlock(nn.Module):
    def __init__(self, channels: int, times: int, filters: int, kernel: int, stride: int) -> None:
        super().__init__()
        wide = channels * times
        self.adds = stride == 1 and channels == filters
        if times > 1:
            self._expand_conv, self._bn0 = convolution(channels, wide, 1), normalization(wide)
        self._depthwise_conv, self._bn1 = convolution(wide, wide, kernel, stride, wide), normalization(wide)
        self._project_conv, self._bn2 = convolution(wide, filters, 1), normalization(filters)
        self.relu = nn.ReLU6(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.relu(self._bn0(self._expand_conv(x))) if hasattr(self, "_expand_conv") else x
        y = self._bn2(self._project_conv(self.relu(self._bn1(self._depthwise_conv(y)))))
        return y + x if self.adds else y


class TorchBackbone(nn.Module):
    """Images (N, 3, height, width), as (bytes - 127) / 128, to features (N, 1280)."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem, self._bn0 = convolution(3, 32, 3, 2), normalization(32)
        blocks, channels = [], 32
        for count, kernel, stride, times, filters in STAGES:
            for place in range(count):
                blocks.append(TorchBlock(channels, times, filters, kernel, 1 if place else stride))
                channels = filters
        self._blocks = nn.Sequential(*blocks)
        self._conv_head, self._bn1 = convolution(channels, 1280, 1), normalization(1280)
        self._fc = nn.Linear(1280, 1000)
        self.relu = nn.ReLU6(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self._blocks(self.relu(self._bn0(self._conv_stem(x))))
        return self.relu(self._bn1(self._conv_head(x))).mean((2, 3))


def torch_backbone(folded: bool = False) -> TorchBackbone:
    """With the weights of the package's file, in evaluation mode; batch normalization folded or not."""
    module = TorchBackbone()
    module.load_state_dict({name: torch.from_numpy(array) for name, array in read_package_file().items()})
    module.eval()
    if folded:
        _fold(module, ("_conv_stem", "_bn0"), ("_conv_head", "_bn1"))
        for block in module._blocks:
            _fold(block, ("_expand_conv", "_bn0"), ("_depthwise_conv", "_bn1"), ("_project_conv", "_bn2"))
    return module


def _fold(module: nn.Module, *pairs: tuple[str, str]) -> None:
    for convolution, normalization in pairs:
        if hasattr(module, convolution):
            fused = fuse_conv_bn_eval(getattr(module, convolution), getattr(module, normalization))
            setattr(module, convolution, fused)
            setattr(module, normalization, nn.Identity())


def torch_images(pixels: object) -> torch.Tensor:
    """(N, size, size, 3) uint8 as (N, 3, size, size) float32."""
    return torch.as_tensor(pixels).permute(0, 3, 1, 2).float().sub(127).div(128).contiguous()
