"""Telling images from other files: by name where that is enough, else by the first bytes."""

from __future__ import annotations

import re

from nn_trainer.data.dicom import is_dicom
from nn_trainer.data.heif import is_heif
from nn_trainer.i18n import _

#: The formats that are opened, by Pillow's names. Not all that Pillow knows: some run other programs
#: (EPS), some claim nearly any file (TGA, which is tried for its own extensions only).
FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "AVIF", "JPEG2000", "ICO", "QOI", "PCX", "SGI")


#: Bytes at the start of a file that tell of which kind it is.
HEAD = 132

_FORMATS_OF_TGA = (*FORMATS, "TGA")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def extension_of(name: str) -> str:
    """The ending of a name, such as ".png", in small letters; "" if it has none."""
    dot = name.rfind(".")
    return name[dot:].casefold() if dot > 0 else ""


_TGA = _words(".tga .icb .vda .vst")  # not shown
_USED = _TGA | _words(
    ".jpg .jpeg .jpe .jfif .png .apng .gif .bmp .dib .webp .tif .tiff .ppm .pgm .pbm .pnm .avif .avifs "  # not shown
    ".jp2 .j2k .jpx .jpf .ico .qoi .pcx .sgi .rgb .rgba .bw .mpo .heic .heif .hif .dcm .dicom"
)
_RAW = _words(".cr2 .cr3 .nef .nrw .arw .srf .orf .rw2 .raf .dng .pef .srw")  # not shown
_OTHER_IMAGES = _RAW | _words(".jxl .psd .xcf")  # not shown

# Files that are not meant as images; they are passed over without a word.
_OTHER_FILES = _words(
    ".txt .csv .tsv .json .jsonl .xml .yaml .yml .toml .ini .cfg .md .rst .log .html .htm .css .js .py "  # not shown
    ".ipynb .pdf .svg .svgz .eps .ai .doc .docx .xls .xlsx .ppt .pptx .odt .zip .tar .gz .tgz .xz .bz2 .7z .rar "
    ".db .sqlite .npy .npz .mat .h5 .hdf5 .pkl .pt .pth .onnx .safetensors .parquet .mp3 .wav .mp4 .mov "
    ".avi .mkv .webm .exe .dll .lnk .url .part .crdownload .tmp"
)
_SIDE_FILES = frozenset(
    ("thumbs.db", "desktop.ini", "__macosx", "$recycle.bin", "ehthumbs.db", "icon\r", "#recycle", "@recycle")
)

# First bytes -> (kind, what it is, what to do)
_CONVERT = _("Save it as JPEG or PNG")
_UNSUPPORTED = "unsupported format"  # not shown
_NOT_AN_IMAGE = "not an image"  # not shown
_FOREIGN: tuple[tuple[bytes, str, str, str], ...] = (
    (
        rb"version https://git-lfs",
        "not downloaded",  # not shown
        _("The file is a Git LFS pointer: the image itself was not downloaded"),
        _("Run: git lfs pull"),
    ),
    (rb"\xff\x0a|....JXL ", _UNSUPPORTED, _("The file is a JPEG XL image, which is not supported"), _CONVERT),
    (rb"8BPS", _UNSUPPORTED, _("The file is a Photoshop document"), _CONVERT),
    (rb"%PDF", _NOT_AN_IMAGE, _("The file is a PDF document, not an image"), _("Save its pages as JPEG or PNG")),
    (
        rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg",
        _NOT_AN_IMAGE,
        _("The file is an SVG drawing, not pixels"),
        _CONVERT,
    ),
    (
        rb"\s*(<\?xml[^>]*>\s*)?<(!doctype html|html|head|body)",
        _NOT_AN_IMAGE,
        _("The file is a web page, not an image"),
        _("Download it again"),
    ),
    (
        rb"PK\x03\x04",
        _NOT_AN_IMAGE,
        _("The file is a ZIP archive or an office document, not an image"),
        _("Unpack it"),
    ),
    (rb"\x1f\x8b|7z\xbc\xaf|Rar!", _NOT_AN_IMAGE, _("The file is a packed archive, not an image"), _("Unpack it")),
    (
        rb"....ftyp|\x1a\x45\xdf\xa3|RIFF....AVI ",
        _NOT_AN_IMAGE,
        _("The file is a video, not an image"),
        _("Save single frames as JPEG or PNG"),
    ),
)

_MAGIC = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....WEBP|BM....\0\0\0\0|II[*+]\0|MM\0[*+]|P[1-6][\s#]|qoif|"
    rb"....ftypavi[fs]|\0\0\0\x0cjP  |\xff\x4f\xff\x51",
    re.DOTALL,
)


def is_hidden(name: str) -> bool:
    """Whether a file or folder is hidden, or made by an operating system for itself."""
    # Two dots at the start do not hide a file: such names come from sloppy renaming.
    return (name.startswith(".") and not name.startswith("..")) or name.casefold() in _SIDE_FILES


def image_extensions() -> frozenset[str]:
    """The endings of names, such as ".png", of the files that are read as images."""
    return _USED


def by_name(name: str) -> bool | None:
    """True: an image by its extension. False: certainly none. None: only the first bytes can tell."""
    extension = extension_of(name)
    if extension in _USED or extension in _OTHER_IMAGES:
        return True
    return False if extension in _OTHER_FILES else None


def by_content(head: bytes) -> bool:
    """Whether the first `HEAD` bytes of a file are those of an image."""
    return _MAGIC.match(head) is not None or is_heif(head) or is_dicom(head)


def formats_for(name: str) -> tuple[str, ...]:
    """Pillow's formats that a file of this name may have; none for those that would be read wrong.

    A camera's raw file looks like a TIFF that holds only a tiny preview.
    """
    extension = extension_of(name)
    if extension in _RAW:
        return ()
    return _FORMATS_OF_TGA if extension in _TGA else FORMATS


def why_unreadable(name: str, head: bytes) -> tuple[str, str, str]:
    """(kind, reason, action) for a file that no format accepted, from its name and first 512 bytes."""
    again = _("Copy or download it again")
    if not head:
        return "empty file", _("The file is empty (0 bytes)"), again  # not shown
    if not head.strip(b"\0"):
        return "damaged", _("The file holds nothing but zeros"), again
    for pattern, kind, reason, action in _FOREIGN:
        if re.match(pattern, head, re.DOTALL | re.IGNORECASE):
            return kind, reason, action
    if extension_of(name) in _RAW:
        return _UNSUPPORTED, _("The file is a camera's raw image"), _("Export it as JPEG")
    if by_content(head):
        return "damaged", _("The start of the image is damaged or cut off"), again
    if b"\0" not in head and _is_text(head):
        return _NOT_AN_IMAGE, _("The file is a text, not an image"), _("Delete it, or download the image again")
    action = _("Delete it, or save it again as JPEG or PNG")
    return _NOT_AN_IMAGE, _("The content is not of a known image format"), action


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8", errors="strict" if len(head) < 512 else "ignore")
    except UnicodeDecodeError:
        return False
    return sum(char.isprintable() or char in "\r\n\t" for char in text) > 0.95 * len(text)
