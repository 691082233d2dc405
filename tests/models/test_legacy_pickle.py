"""Arrays come out of a legacy file; nothing else does, and nothing in a file is ever run."""

import hashlib
import os
import pickle
import struct

import numpy as np
import pytest

from nn_trainer.models.pretrained.legacy_pickle import read_tensors
from tests.helpers.legacy_file import MAGIC, Stored, Tensor, legacy_file, pickled, storage


def read(content):
    return read_tensors(content, hashlib.sha256(content).hexdigest())


ARRAYS = {"a.weight": np.arange(6, dtype="f4").reshape(2, 3), "a.count": np.array(7, "i8")}


def test_tensors_come_out_as_they_went_in():
    tensors = read(legacy_file(**ARRAYS))
    assert {name: (array.dtype, array.tolist()) for name, array in tensors.items()} == {
        "a.weight": (np.dtype("f4"), [[0, 1, 2], [3, 4, 5]]),
        "a.count": (np.dtype("i8"), 7),
    }


def test_nothing_is_read_of_a_file_with_another_hash(tmp_path):
    with pytest.raises(ValueError, match="damaged, or of another version"):
        read_tensors(legacy_file(**ARRAYS), "0" * 64)


def test_tensors_may_share_a_storage_and_lie_in_it_as_they_like():
    whole = Stored("0", "FloatStorage", 6)
    tensors = {"turned": Tensor(whole, 0, (3, 2), (1, 3)), "end": Tensor(whole, 4, (2,), (1,)), "no tensor": 5}
    content = legacy_file({3: pickled(tensors)}, x=ARRAYS["a.weight"])
    assert {name: array.tolist() for name, array in read(content).items()} == {
        "turned": [[0, 3], [1, 4], [2, 5]],
        "end": [4, 5],
    }


class Call:
    """What a pickle may ask for: that a function be called."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("protocol", range(6))
def test_a_file_that_wants_something_run_is_refused_and_nothing_runs(tmp_path, place, protocol):
    trace = tmp_path / "it ran"
    for call in (Call(os.mkdir, str(trace)), Call(eval, f"__import__('os').mkdir({str(trace)!r})")):
        hostile = pickle.dumps(call, protocol)
        with pytest.raises(ValueError, match=r"no place in it|does not begin"):
            read(legacy_file({place: hostile}, **ARRAYS))
        assert not trace.exists()
        pickle.loads(hostile)  # it would have
        assert trace.exists()
        trace.rmdir()


@pytest.mark.parametrize(
    "name",
    [
        "os\nsystem",
        "builtins\neval",
        "builtins\ngetattr",
        "torch\nload",
        "torch\nDoubleStorage",
        "torch._utils\n_rebuild_tensor",
        "torch._utils\n_rebuild_tensor_v2.__globals__",
        "collections\nabc",
        "nn_trainer.models.pretrained.legacy_pickle\nread_tensors",
    ],
)
def test_all_names_but_four_are_refused(name):
    with pytest.raises(ValueError, match=r"asks for .* which has no place in it"):
        read(legacy_file({3: f"\x80\x02c{name}\n.".encode("latin-1")}, **ARRAYS))


@pytest.mark.parametrize(
    "instructions",
    [
        b"(ios\nsystem\n.",
        b"\x80\x02.",
        b"\x80\x02N",
        b"\x80\x02h\x05.",
        b"",
    ],
)
@pytest.mark.parametrize("place", [2, 3])
def test_pickles_of_something_else_are_refused(instructions, place):
    with pytest.raises(
        ValueError, match=r"no place|too large|damaged|holds no|expected|unknown|at position|not enough"
    ):
        read(legacy_file({place: instructions}, **ARRAYS))


def test_a_file_that_ends_anywhere_is_refused():
    content = legacy_file(**ARRAYS)
    for end in range(len(content)):
        with pytest.raises(ValueError, match=r"."):
            read(content[:end])


@pytest.mark.parametrize("place", [0, 1])
def test_another_beginning_is_refused(place):
    with pytest.raises(ValueError, match="does not begin as such a file does"):
        read(legacy_file({place: pickled(MAGIC + 1)}, **ARRAYS))


@pytest.mark.parametrize("content", [b"PK\x03\x04 a new file", b"\x89PNG\r\n", b"\x00" * 64, b"hello\n" * 20])
def test_other_files_are_refused(content):
    with pytest.raises(ValueError, match=r"."):
        read(content)


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (0, (3, 3), (3, 1)),
        (1, (2, 3), (3, 1)),
        (-1, (2,), (1,)),
        (5, (2,), (-1,)),
        (0, (-2,), (1,)),
        (0, (2, 3), (1,)),
        (0, (10**12,), (0,)),
        (0, (2.0,), (1,)),
        (0, (0,), (1,)),
        ("0", (1,), (1,)),
        (0, 3, 1),
        (0, (10**9, 10**9, 10**9), (0, 0, 0)),
    ],
)
def test_a_tensor_that_is_not_inside_its_storage_is_refused(offset, shape, strides):
    wrong = {"x": Tensor(Stored("0", "FloatStorage", 6), offset, shape, strides)}
    with pytest.raises(ValueError, match=r"tensor|no place in it|damaged"):
        read(legacy_file({3: pickled(wrong)}, x=ARRAYS["a.weight"]))


@pytest.mark.parametrize("size", [-1, 10**15, 5, 7, "6"])
def test_a_storage_of_another_size_than_it_says_is_refused(size):
    wrong = {"x": Tensor(Stored("0", "FloatStorage", size), 0, (1,), (1,))}
    with pytest.raises(ValueError, match=r"its end is missing|a storage is of a kind"):
        read(legacy_file({3: pickled(wrong)}, x=ARRAYS["a.weight"]))


@pytest.mark.parametrize("count", [-1, -(2**63), 2**62, 2**63 - 1, 0])
def test_a_count_that_is_wrong_is_refused(count):
    array = ARRAYS["a.weight"]
    content = legacy_file(x=array).removesuffix(storage(array))
    with pytest.raises(ValueError, match="its end is missing"):
        read(content + struct.pack("<q", count) + array.tobytes())


@pytest.mark.parametrize("keys", [[], ["1"], ["0", "0"], "0", None, {"0": 1}])
def test_keys_that_are_not_those_of_the_storages_are_refused(keys):
    with pytest.raises(ValueError, match=r"holds no dictionary|damaged"):
        read(legacy_file({4: pickled(keys)}, x=ARRAYS["a.weight"]))
