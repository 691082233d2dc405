"""Texts in the source: which string literals a person reads, and whether each goes through `_()`."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "nn_trainer"
MARKS = {"_": 1, "ngettext": 2, "pgettext": 2}  # how many of the first arguments are texts
EXEMPT = "# not shown"  # behind a literal that looks like a text and is none

# What is given to these is for the program, the log or who reads a traceback, never for the person at the window.
_CALLS = {
    *("setObjectName", "setProperty", "property", "findChild", "findChildren", "getLogger", "getattr", "setattr"),
    *("info", "warning", "exception", "critical", "debug", "hasattr", "Signal", "Slot", "WorkThread", "partition"),
    *("removesuffix", "removeprefix", "startswith", "endswith", "TypeVar", "NewType", "invokeMethod", "execute"),
    *("executescript", "import_module", "strftime", "encode", "decode", "compile", "thread_name_prefix", "value"),
    *("setValue", "ThreadPoolExecutor", "Thread", "environ", "getenv", "cast", "rpartition", "split", "strip"),
    *("ValueError", "RuntimeError", "TypeError", "AssertionError", "KeyError", "NotImplementedError", "IndexError"),
    *("AttributeError", "OverflowError", "setStyle", "setStyleSheet", "contextProperty", "setDesktopFileName"),
    *("setApplicationName", "QSettings", "append_attribute", "namedtuple", "PurePath", "Path", "joinpath"),
    *("Formatter", "setApplicationDisplayName", "_run"),
}
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(
    r"[\w./\\*%+-]+\.(svg|md|ini|csv|log|png|safetensors|toml|json|sqlite|qm|py|so|dll)|[A-Z_0-9]+|[a-z]+([A-Z][a-z0-9]+)+|[A-Z]?[a-z0-9]+([A-Z][a-z0-9]*)+"
)
_STYLE = re.compile(r"[{};]\s*$|^\s*#|:\s*#|px\b|::")  # of a style sheet


@dataclass(frozen=True)
class Finding:
    """A place in the source and what is wrong there."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


def is_text(literal: str) -> bool:
    """Whether a literal looks like words that a person reads."""
    text = re.sub(r"\{[^}]*\}", " ", literal).strip()
    without_fields = re.sub(r"\{\w*\}", "", literal)
    if not _WORD.search(text) or _CODE.fullmatch(text) or _STYLE.search(without_fields):
        return False
    return " " in text or text[:1].isupper() or text[:1] == "&"


def template_of(node: ast.JoinedStr) -> str:
    """An f-string with {} for its values."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _no_texts(node: ast.AST) -> list[ast.AST | None]:
    """The parts of a node that are no texts: documentation, keys, types, what programs read."""
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Compare():
            return [node]
        case ast.Call() if _name(node) in _CALLS:
            return [*node.args, *(keyword.value for keyword in node.keywords)]
        case ast.Call():
            return [k.value for k in node.keywords if k.arg in ("encoding", "thread_name_prefix", "name")]
        case ast.Subscript(slice=part) | ast.AnnAssign(annotation=part):
            return [part]
        case ast.Dict(keys=keys):
            return [*keys]
        case ast.FunctionDef(args=arguments, returns=part) | ast.AsyncFunctionDef(args=arguments, returns=part):
            return [part, *(a.annotation for a in (*arguments.args, *arguments.kwonlyargs))]
        case ast.Assign(targets=[ast.Name(id="__all__")], value=part):
            return [part]
    return []


def _skipped(tree: ast.AST) -> set[int]:
    """The ids of all nodes that are no texts."""
    nodes = [part for node in ast.walk(tree) for part in _no_texts(node) if part is not None]
    return {id(inner) for node in nodes for inner in ast.walk(node)}


def _marked(tree: ast.AST) -> set[int]:
    """The ids of all nodes inside of `_()` and its like."""
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS
        for argument in node.args[: MARKS[node.func.id]]
        for inner in ast.walk(argument)
    }


def unmarked(source: str, place: str) -> list[Finding]:
    """Texts that do not go through `_()`."""
    tree, lines = ast.parse(source), source.splitlines()
    passed = _skipped(tree) | _marked(tree)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if id(node) in passed:
            continue
        if isinstance(node, ast.JoinedStr):
            text = template_of(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            text = node.value
        else:
            continue
        if is_text(text) and EXEMPT not in " ".join(lines[node.lineno - 1 : node.end_lineno]):
            found.append(Finding(f"{place}:{node.lineno}", f"not marked: {text!r}"))
    return found


def badly_marked(source: str, place: str) -> list[Finding]:
    """What is inside `_()` and is no plain literal with named fields: it could not be found in a catalog."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS):
            continue
        for argument in node.args[: MARKS[node.func.id]]:
            where = f"{place}:{node.lineno}"
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                found.append(Finding(where, f"no literal: {ast.unparse(argument)}"))
            elif re.search(r"\{(\d*|[!:][^}]*)\}", argument.value.replace("{{", "").replace("}}", "")):
                found.append(Finding(where, f"a field without a name: {argument.value!r}"))
    return found
