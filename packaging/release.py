"""Makes the tag of a release, once all is ready for it: `python3 packaging/release.py VERSION`.

It pushes nothing. With --notes it only prints what the changelog says of the version, or of the present one;
.github/workflows/release.yml makes the text of the release from that.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from changelog import section
from environment import CHECKOUT

CHECKS = ("bash", ".ci/run")


class ReleaseError(Exception):
    """Reason why there is no release, as a sentence."""


def main(arguments: Sequence[str], root: Path = CHECKOUT, checks: Sequence[str] = CHECKS) -> int:
    parser = argparse.ArgumentParser(prog="release.py", description=__doc__.split("\n")[0])
    parser.add_argument("version", nargs="?", default=version_of(root), help="as in cadl_desktop/__init__.py")
    parser.add_argument("--notes", action="store_true", help="print the version's section of the changelog")
    asked = parser.parse_args(arguments)
    try:
        if asked.notes:
            print(section(root, asked.version)[1])
        else:
            make_tag(asked.version, root, checks)
    except (LookupError, ValueError, ReleaseError) as error:
        print(f"No release: {error.args[0]}", file=sys.stderr)
        return 1
    return 0


def make_tag(version: str, root: Path, checks: Sequence[str]) -> None:
    """Make the annotated tag of this version; ReleaseError if anything speaks against it."""
    git(root, "var", "GIT_COMMITTER_IDENT")  # a tag needs a name, and the checks take long
    if git(root, "status", "--porcelain"):
        raise ReleaseError("the checkout has changes that aren't committed.")
    if version != version_of(root):
        raise ReleaseError(f"cadl_desktop/__init__.py says version {version_of(root)}, not {version}.")
    tag, tags = f"v{version}", git(root, "tag", "--list", "v[0-9]*").split()
    if tag in tags:
        raise ReleaseError(f"the tag {tag} exists.")
    newest = max(tags, key=numbers, default="v0")
    if numbers(tag) <= numbers(newest):
        raise ReleaseError(f"{version} isn't newer than {newest}.")
    day, notes = section(root, version)
    if day is None:
        raise ReleaseError(f"the changelog has no day for {version}: '## {version} — YYYY-MM-DD'.")
    if subprocess.run(checks, cwd=root, check=False).returncode:
        raise ReleaseError(f"'{' '.join(checks)}' failed.")
    git(
        root,
        "tag",
        "--annotate",
        tag,
        "--cleanup=whitespace",
        "--message",
        f"cadl_desktop {version}\n\n{notes}",
    )
    print(f"{tag} is made. 'git push origin {tag}' releases it.")


def version_of(root: Path) -> str:
    text = (root / "cadl_desktop" / "__init__.py").read_text(encoding="utf-8")
    (version,) = re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    return str(version)


def numbers(tag: str) -> tuple[int, ...]:
    """Numbers by which versions are compared. ValueError if a tag is no version."""
    if not re.fullmatch(r"v\d+(\.\d+)*", tag):
        raise ValueError(f"{tag} isn't a version of numbers and points.")
    return tuple(int(number) for number in tag[1:].split("."))


def git(root: Path, *arguments: str) -> str:
    """Output of a git command. ReleaseError if it fails; git itself has said why."""
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise ReleaseError(f"'git {arguments[0]}' failed.")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
