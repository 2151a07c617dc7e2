"""The workflows run what is there: scripts, commands of build.py, names of files."""

import fnmatch
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packaging.checkout import ROOT
from tests.packaging.scripts import scripts

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RELEASE = ROOT / ".github" / "workflows" / "release.yml"


def workflow(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in workflow(path)["jobs"].values() for step in job["steps"]]


def commands(path: Path) -> str:
    return "\n".join(step["run"] for step in steps(path) if "run" in step)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_script_exists(path: Path) -> None:
    named = re.findall(r"(?:packaging|\.ci)/[\w./]+", commands(path))
    assert named
    for name in named:
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_runs_for_ever_or_may_more_than_it_has_to(path: Path) -> None:
    described = workflow(path)
    assert described["permissions"] == {"contents": "read"}
    assert "concurrency" in described
    for job in described["jobs"].values():
        assert job["timeout-minutes"] <= 120
    for step in steps(path):
        if "uses" in step:
            assert re.fullmatch(r"actions/[\w-]+@(v\d+|[0-9a-f]{40})", step["uses"])
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


def test_the_release_is_built_by_build_py() -> None:
    with scripts("build") as (build,):
        built = re.findall(r"packaging/build\.py (\w+)", commands(RELEASE))
        assert {*built} == {*build.BUILDS}
    job = workflow(RELEASE)["jobs"]["build"]
    everywhere = [step["run"] for step in job["steps"] if "run" in step and "if" not in step]
    assert everywhere == ["python packaging/build.py app", "python packaging/application/smoke.py"]
    assert [name.partition("-")[0] for name in job["strategy"]["matrix"]["runner"]] == [
        "ubuntu",
        "windows",
        "macos",
    ]


def test_only_a_tag_s_run_attaches_files_and_only_that_job_may() -> None:
    attaching = [step for step in steps(RELEASE) if "gh release" in step.get("run", "")]
    assert [step["if"] for step in attaching] == ["github.event_name == 'push'"]
    more = {name: job.get("permissions") for name, job in workflow(RELEASE)["jobs"].items()}
    assert more == {"build": None, "attach": {"contents": "write"}}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("cadl-desktop_1.0.0_amd64.deb", True),
        ("cadl-desktop-1.0.0-linux-x86_64.tar.zst", True),
        ("cadl-desktop-1.0.0-windows-x86_64-setup.exe", True),
        ("cadl-desktop-1.0.0-macos-arm64.zip", True),
        ("cadl_desktop-1.0.0-py3-none-any.whl", True),
        ("cadl-desktop", False),
        ("cadl_desktop.app", False),
    ],
)
def test_archives_are_kept_and_folders_are_not(name: str, kept: bool) -> None:
    (patterns,) = (
        step["with"]["path"].split()
        for step in workflow(RELEASE)["jobs"]["build"]["steps"]
        if step.get("uses", "").startswith("actions/upload-artifact")
    )
    assert any(fnmatch.fnmatch(f"dist/{name}", pattern) for pattern in patterns) is kept
