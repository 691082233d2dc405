"""The rules of nn_trainer/README.md that a machine can hold."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import nn_trainer

PACKAGE = Path(nn_trainer.__file__).parent
STANDARD = "the standard library"
TEXTS = ("nn_trainer.errors", "nn_trainer.file_names", "nn_trainer.i18n", "nn_trainer.wording")
COMMON = (*TEXTS, "nn_trainer.arrays", "nn_trainer.work")

# What each part may import, by the start of the dotted name; everything else is refused.
ALLOWED = {
    "engine": (
        STANDARD,
        "numpy",
        "nn_trainer.engine",
        *COMMON,
    ),
    "data": (
        STANDARD,
        "numpy",
        "PIL",
        "pillow_heif",
        "pydicom",
        "nn_trainer.data",
        *COMMON,
        "nn_trainer.paths",
        "nn_trainer.atomic",
    ),
    "models": (
        STANDARD,
        *("numpy", "PIL", "safetensors", "threadpoolctl"),
        *(
            "nn_trainer.engine",
            "nn_trainer.data",
            "nn_trainer.models",
            *COMMON,
            "nn_trainer.paths",
            "nn_trainer.atomic",
        ),
        "nn_trainer.__version__",
    ),
    "workers": (
        STANDARD,
        "PySide6.QtCore",
        *(
            "nn_trainer.engine",
            "nn_trainer.data",
            "nn_trainer.models",
            "nn_trainer.workers",
            *COMMON,
        ),
    ),
    "commands": (
        STANDARD,
        *("numpy", "tqdm"),
        *("nn_trainer.engine", "nn_trainer.data", "nn_trainer.models", "nn_trainer.commands"),
        *(
            *COMMON,
            "nn_trainer.paths",
            "nn_trainer.atomic",
        ),
    ),
    "cli.py": (
        STANDARD,
        "nn_trainer.commands",
        *COMMON,
        "nn_trainer.app",
        "nn_trainer.__version__",
    ),
}

# Panels do not import each other: the window connects them.
TABS = ("train", "predict", "lesson")
WINDOW = ("nn_trainer.ui.window.main_window",)
REFUSED = {
    **{f"ui/{tab}": (*WINDOW, *(f"nn_trainer.ui.{other}" for other in TABS if other != tab)) for tab in TABS},
    **{
        f"ui/{shared}": (*WINDOW, *(f"nn_trainer.ui.{tab}" for tab in TABS))
        for shared in ("widgets", "plots", "model", "theme", "help")
    },
    "ui": ("nn_trainer.app", "nn_trainer.cli", "nn_trainer.commands"),
}


def files_of(part):
    path = PACKAGE / part
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports_of(source):
    """The dotted names that a file imports anywhere, with what it takes from them."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            # `import nn_trainer` is for the version alone
            names |= {"nn_trainer.__version__" if a.name == "nn_trainer" else a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names}
    return names


def starts_with(name, starts):
    standard = STANDARD in starts and name.split(".")[0] in sys.stdlib_module_names
    return standard or any(name == start or name.startswith(start + ".") for start in starts)


@pytest.mark.parametrize("part", ALLOWED)
def test_a_part_imports_only_what_it_may(part):
    files = files_of(part)
    assert files
    wrong = {
        f"{file.relative_to(PACKAGE)}: {name}"
        for file in files
        for name in imports_of(file.read_text(encoding="utf-8"))
        if not starts_with(name, ALLOWED[part])
    }
    assert not wrong


ROLES = {"__init__", "tab", "panel", "step", "question", "text"}  # that the folders of a kind have in common


def test_no_two_files_have_one_name():
    places = {}
    for file in PACKAGE.rglob("*.py"):
        places.setdefault(file.stem, []).append(str(file.relative_to(PACKAGE)))
    assert not {name: files for name, files in places.items() if len(files) > 1 and name not in ROLES}


@pytest.mark.parametrize("part", REFUSED)
def test_panels_do_not_know_each_other(part):
    wrong = {
        f"{file.relative_to(PACKAGE)}: {name}"
        for file in files_of(part)
        for name in imports_of(file.read_text(encoding="utf-8"))
        if starts_with(name, REFUSED[part])
    }
    assert not wrong


def test_the_check_sees_every_kind_of_import():
    source = (
        "import os, PySide6.QtGui\n"
        "from numpy import random\n"
        "if False:\n    from nn_trainer import data\n"
        "def f():\n    from ..ui import theme\n"
    )
    found = imports_of(source)
    assert found == {"os", "PySide6.QtGui", "numpy.random", "nn_trainer.data", "..ui.theme"}
    assert {n for n in found if not starts_with(n, ALLOWED["engine"])} == found - {"os", "numpy.random"}


ASKED = ("is_dir", "is_file", "exists")


def questions_that_raise(source):
    """The lines that ask a path something that can raise, other than by `nn_trainer.paths`."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and node.attr in ASKED
        and ast.unparse(node.value) not in ("paths", "os.path")
    ]


@pytest.mark.parametrize("part", ["ui", "commands", "cli.py", "app.py", "display.py"])
def test_paths_that_a_person_names_are_asked_by_what_never_raises(part):
    wrong = {
        f"{file.relative_to(PACKAGE)}:{line}"
        for file in files_of(part)
        for line in questions_that_raise(file.read_text(encoding="utf-8"))
    }
    assert not wrong, "use is_folder, is_file and exists of nn_trainer.paths"


def test_the_check_of_paths_sees_them():
    assert questions_that_raise(
        "p.is_dir()\nPath(p).exists()\nmap(Path.is_file, x)\nos.path.exists(p)\nis_file(p)"
    ) == [1, 2, 3]


def run_fresh(code, folder):
    """Run code in an interpreter of its own; return what it printed."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(PACKAGE.parent), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout


def test_importing_the_headless_parts_loads_no_qt(tmp_path):
    parts = ("engine", "data", "models", "commands")
    names = [file.relative_to(PACKAGE.parent).with_suffix("") for part in parts for file in files_of(part)]
    modules = [".".join(name.parts).removesuffix(".__init__") for name in names]
    code = f"""
import importlib, sys
for name in {["nn_trainer", "nn_trainer.cli", "nn_trainer.paths", *modules]}:
    importlib.import_module(name)
print([name for name in sys.modules if name.partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph")])
"""
    assert run_fresh(code, tmp_path) == "[]\n"


def test_running_the_headless_commands_loads_no_qt(tmp_path):
    code = """
import sys
from nn_trainer.cli import main
assert main(["check", "sample", "--json"]) == 0
assert main("train sample -o m --preset linear --epochs 1 --json".split()) == 0
assert main(["evaluate", "m", "sample", "--json"]) == 0
import nn_trainer
images = nn_trainer.sample_dataset_path() / "test" / "Bag"
assert main(["predict", "m", str(images), "--json"]) == 0
print([name for name in sys.modules if name.partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph")])
"""
    assert run_fresh(code, tmp_path).splitlines()[-1] == "[]"


def test_importing_the_package_is_quick_and_its_names_are_there(tmp_path):
    code = """
import sys
import nn_trainer
assert not {"numpy", "PIL", "tqdm", "PySide6"} & set(sys.modules)
for name in nn_trainer.__all__:
    getattr(nn_trainer, name)
assert set(nn_trainer.__all__) <= set(dir(nn_trainer))
try:
    nn_trainer.nonsense
except AttributeError as error:
    print(error)
"""
    assert run_fresh(code, tmp_path) == "module 'nn_trainer' has no attribute 'nonsense'\n"


def test_every_public_method_of_the_engine_is_documented_where_it_is_first_declared():
    undocumented, found = [], 0
    for path in sorted((PACKAGE / "engine").rglob("[!_]*.py")):
        module = importlib.import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ != module.__name__ or name.startswith("_"):
                continue
            for method, function in inspect.getmembers(kind, inspect.isfunction):
                if not method.startswith("_"):
                    found += 1
                    if not inspect.getdoc(function):
                        undocumented.append(f"{module.__name__}.{name}.{method}")
    assert found > 100
    assert undocumented == []
