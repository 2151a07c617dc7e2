"""What is imported beside Qt isn't read twice."""

import linecache
import sys
from pathlib import Path

import pytest

from cadl_desktop.ui.window.unread_sources import leave_sources_unread


def test_the_source_of_what_is_imported_stays_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feature = sys.modules["shibokensupport.feature"]
    monkeypatch.setattr(feature, "_mod_uses_pyside", vars(feature)["_mod_uses_pyside"])
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("imported_before", "imported_after"):
        (tmp_path / f"{name}.py").write_text("from PySide6.QtCore import QObject\n", encoding="utf-8")
    __import__("imported_before")
    leave_sources_unread()
    __import__("imported_after")
    kept = [Path(path).stem for path in linecache.cache]
    assert "imported_before" in kept
    assert "imported_after" not in kept
