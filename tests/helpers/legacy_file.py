"""Files as `torch.save` wrote them before PyTorch 1.6, made without PyTorch; whole ones, and their single pickles."""

import io
import pickle
import struct
import sys
from collections import OrderedDict
from types import ModuleType

import numpy as np

MAGIC, VERSION = 0x1950A86A20F9469CFC6C, 1001
KINDS = {np.dtype("f4"): "FloatStorage", np.dtype("i8"): "LongStorage", np.dtype("f8"): "DoubleStorage"}


class Stored:
    """A storage of a file, by its key."""

    def __init__(self, key, kind, size):
        self.key, self.kind, self.size = key, kind, size


class Tensor:
    """A tensor of a file: its storage, offset, shape and strides."""

    def __init__(self, storage, offset, shape, strides):
        self.arguments = (storage, offset, shape, strides, False, OrderedDict())

    def __reduce__(self):
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.arguments


def pickled(value):
    """One pickle of such a file; for as long as it takes there are modules of PyTorch's names."""
    names = {"torch": KINDS.values(), "torch._utils": ["_rebuild_tensor_v2"]}
    modules = {}
    for module, members in names.items():
        modules[module] = ModuleType(module)
        for member in members:
            setattr(modules[module], member, type(member, (), {"__module__": module, "__qualname__": member}))

    class Pickler(pickle.Pickler):
        def persistent_id(self, item):
            if isinstance(item, Stored):
                return ("storage", getattr(modules["torch"], item.kind, item.kind), item.key, "cpu", item.size, None)
            return None

    stream, kept = io.BytesIO(), {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        Pickler(stream, protocol=2).dump(value)
    finally:
        for name, module in kept.items():
            sys.modules.pop(name)
            if module is not None:
                sys.modules[name] = module
    return stream.getvalue()


def tensor(key, array):
    """The tensor that holds this array in a storage of its own."""
    strides = tuple(stride // array.itemsize for stride in array.strides)
    return Tensor(Stored(key, KINDS[array.dtype], array.size), 0, array.shape, strides)


def storage(array):
    return struct.pack("<q", array.size) + array.tobytes()


def legacy_file(pickles=None, **arrays):
    """A whole file of these arrays; `pickles` replaces some of its five pickles, by their place."""
    tensors = OrderedDict((name, tensor(str(i), array)) for i, (name, array) in enumerate(arrays.items()))
    tensors._metadata = OrderedDict(version=1)  # as PyTorch hangs it on
    parts = [MAGIC, VERSION, {"little_endian": True}, tensors, [str(i) for i in range(len(arrays))]]
    parts = [(pickles or {}).get(place, pickled(part)) for place, part in enumerate(parts)]
    return b"".join([*parts, *map(storage, arrays.values())])
