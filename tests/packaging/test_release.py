"""packaging/release.py, in repositories of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from cadl_desktop import __version__
from tests.packaging.checkout import ROOT
from tests.packaging.scripts import scripts

with scripts("release") as (release,):
    pass

CHANGELOG = """# Changelog

## 0.2.0 — 2026-12-01

**New.** It is new.

# not a heading of git's

## 0.1.0 — 2026-11-01

Old.
"""
PASSING, FAILING = (sys.executable, "-c", ""), (sys.executable, "-c", "raise SystemExit(3)")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Committed checkout of version 0.2.0, in which 0.1.0 has its tag."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "A")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "a@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    root = tmp_path / "checkout"
    (root / "cadl_desktop").mkdir(parents=True)
    (root / "cadl_desktop" / "__init__.py").write_text('"""Program."""\n\n__version__ = "0.2.0"\n')
    (root / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    release.git(root, "init", "--quiet")
    commit(root)
    for tag in ("v0.1.0", "view-of-2026"):
        release.git(root, "tag", tag)
    return root


def commit(root: Path) -> None:
    release.git(root, "add", ".")
    release.git(root, "commit", "--quiet", "--message", "all")


def refusal(root: Path, capsys: pytest.CaptureFixture[str], version: str = "0.2.0") -> str:
    """What is said where no tag may be made."""
    tags = release.git(root, "tag")
    assert release.main([version], root, PASSING) == 1
    assert release.git(root, "tag") == tags
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_a_tag_is_made_with_the_notes_in_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["0.2.0"], root, PASSING) == 0
    assert "git push origin v0.2.0" in capsys.readouterr().out
    assert release.git(root, "cat-file", "-t", "v0.2.0") == "tag"
    message = release.git(root, "tag", "--list", "v0.2.0", "--format=%(contents)")
    assert message == "cadl_desktop 0.2.0\n\n**New.** It is new.\n\n# not a heading of git's"


def test_uncommitted_changes_are_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "new.py").touch()
    assert "aren't committed" in refusal(root, capsys)


def test_another_version_than_the_programs_is_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "says version 0.2.0, not 0.3.0" in refusal(root, capsys, "0.3.0")


def test_a_tag_is_made_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release.git(root, "tag", "v0.2.0")
    assert "v0.2.0 exists" in refusal(root, capsys)


def test_versions_are_compared_as_numbers(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release.git(root, "tag", "v0.10.0")
    assert "isn't newer than v0.10.0" in refusal(root, capsys)


@pytest.mark.parametrize("heading", ["## 0.2.0 — unreleased", "## 0.2.0", "## 0.2.0 — soon"])
def test_a_section_without_a_day_is_refused(
    root: Path, capsys: pytest.CaptureFixture[str], heading: str
) -> None:
    changed = CHANGELOG.replace("## 0.2.0 — 2026-12-01", heading)
    (root / "CHANGELOG.md").write_text(changed, encoding="utf-8")
    commit(root)
    assert "## 0.2.0 — YYYY-MM-DD" in refusal(root, capsys)


def test_failing_checks_are_refused(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["0.2.0"], root, FAILING) == 1
    assert "failed" in capsys.readouterr().err
    assert release.git(root, "tag").split() == ["v0.1.0", "view-of-2026"]


def test_notes_are_the_section_of_the_version(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["--notes", "0.1.0"], root) == 0
    assert capsys.readouterr().out == "Old.\n"


def test_this_version_has_notes_and_stands_in_one_place() -> None:
    told = subprocess.run(
        [sys.executable, ROOT / "packaging" / "release.py", "--notes"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert told.stdout.strip()
    places = [ROOT / "README.md", ROOT / "pyproject.toml", *(ROOT / ".github").rglob("*.*")]
    places += [*(ROOT / "packaging").rglob("*.[!l]*"), *(ROOT / "resources" / "manual").glob("*.md")]
    texts = {path.name: path.read_text(encoding="utf-8") for path in places if path.suffix != ".pyc"}
    assert [name for name, text in texts.items() if __version__ in text] == []


def test_where_git_refuses_the_tag_a_sentence_says_so_before_the_checks(
    root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    release.git(root, "config", "user.useConfigOnly", "true")
    for name in ("NAME", "EMAIL"):
        monkeypatch.delenv(f"GIT_COMMITTER_{name}")
    assert release.main(["0.2.0"], root, FAILING) == 1
    assert capfd.readouterr().err.endswith("No release: 'git var' failed.\n")
