"""Which folder a drag brings, or why it is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from nn_trainer.data.problems import display_path


def folder_of(data: QMimeData) -> tuple[Path | None, str]:
    """Return (folder, "") for a drag of one folder, or (None, a sentence that says what to drop instead)."""
    urls = data.urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    if not paths:
        what = "That is on the network" if urls else "That is no folder"
        return None, f"{what}. Drop a folder of this computer."
    folders = [path for path in paths if path.is_dir()]
    if len(paths) == 1 and folders:
        return folders[0], ""
    if len(folders) > 1:
        return None, f"These are {len(folders)} folders. Drop the one folder that holds them."
    name = display_path(next(path for path in paths if path not in folders).name)
    return None, f"{name} is not a folder. Drop a folder that holds one folder of images for each class."
