"""Every text that a person reads can be translated."""

import pytest

from tests.helpers.texts import PACKAGE, badly_marked, unmarked

FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def source_of(name):
    return (PACKAGE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_no_text_escapes(name):
    assert not [str(finding) for finding in unmarked(source_of(name), name)]


@pytest.mark.parametrize("name", FILES)
def test_what_is_marked_can_be_found_in_a_catalog(name):
    assert not [str(finding) for finding in badly_marked(source_of(name), name)]


def test_the_checks_see_what_they_look_for():
    assert len(unmarked('label.setText("Open a folder")\nx = f"{n} images of cats"\ny = "Nice"', "a.py")) == 3
    assert unmarked('x = f"Nothing but this: {y}"', "a.py")
    assert not unmarked('"""Doc string here."""\nx = _("Open a folder")\nlog.info("Not shown")\ny["Some key"]', "a.py")
    assert not unmarked('x = "Not for a person"  # not shown', "a.py")
    assert len(badly_marked('_(f"a {b}")\n_("a" + b)\n_("{} images")\nngettext("{n} image", many, n)', "a.py")) == 4
    assert not badly_marked('_("{n} images")\nngettext("{n} image", "{n} images", n)', "a.py")
