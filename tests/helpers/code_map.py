"""The table of files in nn_trainer/README.md, made from the first sentence of each file's docstring.

`python -m tests.helpers.code_map` writes it.
"""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "nn_trainer"
HEADING = "## Every file\n"


def docstring(path: Path) -> str:
    """The first paragraph of a file's docstring, on one line."""
    doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return doc.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def code_map() -> str:
    """The tables of all folders, each with a row for each file."""
    parts = []
    for init in sorted(PACKAGE.rglob("__init__.py"), key=lambda path: path.parent.parts):
        folder = init.parent
        files = sorted(path for path in folder.glob("*.py") if path.name != "__init__.py")
        title = "The top" if folder == PACKAGE else f"{folder.relative_to(PACKAGE).as_posix()}/ — {docstring(init)}"
        rows = "".join(f"| `{path.name}` | {docstring(path)} |\n" for path in files)
        parts.append(f"### {title}\n" + (f"\n| file | what |\n|---|---|\n{rows}" if rows else ""))
    return "\n".join(parts)


def with_code_map(page: str) -> str:
    """The page with its table made anew."""
    return page.partition(HEADING)[0] + HEADING + "\n" + code_map()


if __name__ == "__main__":
    readme = PACKAGE / "README.md"
    readme.write_text(with_code_map(readme.read_text(encoding="utf-8")), encoding="utf-8")
