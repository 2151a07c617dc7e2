"""Sections of CHANGELOG.md: what is new in a version, and when it was released."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path


def section(root: Path, version: str) -> tuple[date | None, str]:
    """Day of release, None before it, and text of a version's section. LookupError if it has none."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = r"^## {} — (\d{{4}}-\d\d-\d\d|unreleased)$".format(re.escape(version))
    found = re.search(heading, text, re.MULTILINE)
    if found is None:
        raise LookupError(f"CHANGELOG.md has no section '## {version} — YYYY-MM-DD'.")
    day = None if found[1] == "unreleased" else date.fromisoformat(found[1])
    return day, re.split(r"^## ", text[found.end() :], flags=re.MULTILINE)[0].strip()
