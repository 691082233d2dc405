"""nn_trainer/README.md lists every file with the first sentence of its docstring."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "nn_trainer"


def rows() -> set[str]:
    """The row that each file must have."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        if path.name != "__init__.py":
            doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            first = doc.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
            found.add(f"| `{path.name}` | {first} |")
    return found


def test_every_file_has_its_row_and_no_row_is_left_over():
    page = (PACKAGE / "README.md").read_text(encoding="utf-8")
    listed = {line for line in page.partition("## Every file")[2].splitlines() if line.startswith("| `")}
    assert listed == rows()
