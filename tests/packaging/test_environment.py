"""Repairs by the set-up, and its messages where it can't. Nothing is downloaded: interpreter and apt-get are
scripts that pretend to."""

import os
import signal
from pathlib import Path

import pytest

from tests.packaging.checkout import LOCK, ROOT, Checkout, sentences

ABSENT = {"libcadl-absent.so.9": "libcadl-absent"}
INSTALLING = "Installing 2 packages in .venv, about 600 MB to download; this happens once."
READY = "The environment is ready."
FOLLOWING = "Bringing the environment in .venv up to date with the lock."
BROKEN = "The environment in .venv is incomplete or broken; it is made anew."
FAILED = "The set-up failed for the reason above; the same command starts it again."


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def assert_started(checkout: Checkout, *said: str, **variables: str) -> None:
    ended = checkout.run("run.py", "list", **variables)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "started -P -m cadl_desktop list\n"
    assert sentences(ended.stderr) == list(said)


def assert_ended(checkout: Checkout, code: int, *said: str, **variables: str) -> None:
    ended = checkout.run("run.py", "mine.cadl", **variables)
    assert (ended.returncode, ended.stdout) == (code, "")
    assert sentences(ended.stderr) == list(said)


def test_an_environment_is_made_once(checkout: Checkout) -> None:
    assert_started(checkout, INSTALLING, READY)
    assert_started(checkout)


def test_another_python_has_an_environment_beside_it(checkout: Checkout) -> None:
    assert_started(checkout, INSTALLING.replace(".venv", ".venv-3.12"), READY, CADL_ENVIRONMENT=".venv-3.12")
    assert (checkout.path / ".venv-3.12").exists()
    assert not checkout.environment.exists()


def test_the_program_is_compiled_before_a_full_disk_can_leave_half_of_it(checkout: Checkout) -> None:
    assert_started(checkout, INSTALLING, READY)
    assert (checkout.path / "cadl_desktop" / "compiled").exists()


def test_arguments_reach_the_tests_too(checkout: Checkout) -> None:
    assert checkout.run("test.py", "-k", "engine").stdout == "started -m pytest -n 2 -k engine\n"


def test_without_a_network_the_reason_is_pips_and_the_next_start_makes_it_anew(checkout: Checkout) -> None:
    assert_ended(checkout, 1, INSTALLING, FAILED, PIP="has no network")
    assert_started(checkout, BROKEN, INSTALLING, READY)


def test_an_interruption_is_told_and_the_next_start_makes_it_anew(checkout: Checkout) -> None:
    with checkout.start("run.py", "list", PIP="hangs") as setup:
        assert setup.stderr is not None
        while "pip hangs" not in (line := setup.stderr.readline()):
            assert line, "it ended before pip began"
        os.killpg(setup.pid, signal.SIGINT)  # as a terminal does
        output, errors = setup.communicate(timeout=60)
    assert (setup.returncode, output) == (130, "")
    assert sentences(errors) == ["The set-up was interrupted; the same command starts it again."]
    assert_started(checkout, BROKEN, INSTALLING, READY)


def test_an_environment_that_lost_files_is_made_anew(checkout: Checkout) -> None:
    assert_started(checkout, INSTALLING, READY)
    (checkout.environment / "lib/python3.11/site-packages/one/file.py").unlink()
    assert_started(checkout, BROKEN, INSTALLING, READY)


def test_an_environment_that_was_moved_here_is_made_anew(checkout: Checkout, tmp_path: Path) -> None:
    assert_started(checkout, INSTALLING, READY)
    checkout.path.rename(tmp_path / "elsewhere")
    checkout.path = tmp_path / "elsewhere"
    assert_started(checkout, BROKEN, INSTALLING, READY)


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    assert_started(checkout, INSTALLING, READY)
    (checkout.environment / "bin" / "python").unlink()
    assert_started(checkout, BROKEN, INSTALLING, READY)


@pytest.mark.parametrize("marker", ["{", "[]", "{}"])
def test_a_marker_that_says_nothing_is_half_an_environment(checkout: Checkout, marker: str) -> None:
    assert_started(checkout, INSTALLING, READY)
    (checkout.environment / "cadl-setup.json").write_text(marker)
    assert_started(checkout, BROKEN, INSTALLING, READY)


def test_a_new_lock_is_followed(checkout: Checkout) -> None:
    assert_started(checkout, INSTALLING, READY)
    (checkout.path / "packaging" / "requirements.lock").write_text(f"{LOCK}three==3.0\n")
    assert_started(checkout, FOLLOWING, READY)


def test_the_other_build_of_tensorflow_is_removed_before_its_folder_is_shared(checkout: Checkout) -> None:
    checkout.changes += ["sys.platform = 'linux'", "environment.platform.machine = lambda: 'x86_64'"]
    assert_started(checkout, INSTALLING, READY)
    packages = checkout.environment / "lib/python3.11/site-packages"
    for name in ("tensorflow", "tensorflow-2.21.0.dist-info"):
        (packages / name).mkdir()
    (checkout.path / "packaging" / "requirements.lock").write_text(f"{LOCK}three==3.0\n")
    assert_started(checkout, FOLLOWING, READY)
    assert not list(packages.glob("tensorflow*"))
    (packages / "tensorflow_cpu-2.21.0.dist-info").mkdir()
    (checkout.path / "packaging" / "requirements.lock").write_text(f"{LOCK}four==4.0\n")
    assert_started(checkout, FOLLOWING, READY)
    assert list(packages.glob("tensorflow*"))


def test_the_tests_add_their_tools_to_the_program_s_packages(checkout: Checkout) -> None:
    assert_started(checkout, INSTALLING, READY)
    tested = checkout.run("test.py")
    assert sentences(tested.stderr) == [FOLLOWING, READY]
    assert_started(checkout)


def test_the_program_s_packages_are_the_same_for_whoever_changes_it() -> None:
    program, development = (
        {line.rstrip(" \\") for line in (ROOT / "packaging" / name).read_text().splitlines() if "==" in line}
        for name in ("requirements.lock", "development.lock")
    )
    assert program < development
    assert not any(line.startswith(("pytest", "ruff", "mypy", "hypothesis")) for line in program)


def test_a_full_disk_is_told_before_anything_is_downloaded(checkout: Checkout) -> None:
    checkout.changes.append("environment.DISK_GB = 10**9")
    ended = checkout.run("run.py")
    assert ended.returncode == 1
    (said,) = sentences(ended.stderr)
    assert said.startswith("The packages need 1000000000 GB of disk, and ")
    assert not checkout.environment.exists()


def test_a_folder_that_can_not_be_written_is_told(checkout: Checkout) -> None:
    (checkout.path / ".venv.lock").mkdir()
    ended = checkout.run("run.py")
    assert ended.returncode == 1
    (said,) = sentences(ended.stderr)
    assert said.startswith("The set-up stopped: ")


def test_an_old_python_is_told_which_one_is_needed(checkout: Checkout) -> None:
    checkout.changes.append("sys.version_info = (3, 8, 18)")
    (checkout.commands / "python3.11").unlink()
    needed = "cadl_desktop needs Python 3.11, 3.12 or 3.13, and this is Python 3.8; "
    assert_ended(checkout, 2, f"{needed}install one of them, and the same command finds it.")
    checkout.command("uv", "#!/bin/sh\n")
    assert_ended(checkout, 2, f"{needed}run '{WITH_UV}'.")


def test_an_old_python_finds_a_newer_one(checkout: Checkout) -> None:
    checkout.changes.append("sys.version_info = (3, 8, 18)")
    checkout.command("python3.13", "#!/bin/sh\necho pyenv: no such version >&2\nexit 127\n")
    assert_started(checkout, INSTALLING, READY)


def pretend(checkout: Checkout, system: str, *changes: str) -> None:
    """Has the checks of other systems find one of them."""
    checkout.changes += ["import systems, types", f"systems.sys = types.SimpleNamespace(platform={system!r})"]
    checkout.changes += changes


AMD64 = "systems.sysconfig.get_platform = lambda: 'win-amd64'"
SHORT_PATHS = """
class winreg:
    HKEY_LOCAL_MACHINE = 0
    def OpenKey(self, *_): raise FileNotFoundError
sys.modules['winreg'] = winreg()
"""


@pytest.mark.parametrize(
    ("system", "changes", "said"),
    [
        ("darwin", ["systems.platform.machine = lambda: 'x86_64'"], "install Python for arm64"),
        (
            "win32",
            ["systems.sysconfig.get_platform = lambda: 'win-arm64'"],
            "this Python is another; install",
        ),
        ("win32", [AMD64, SHORT_PATHS, "systems.MOST_LETTERS = 190"], "move the checkout to a shorter one"),
    ],
)
def test_a_system_without_packages_is_told_before_pip_fails(
    checkout: Checkout, system: str, changes: list[str], said: str
) -> None:
    pretend(checkout, system, *changes)
    ended = checkout.run("run.py")
    assert (ended.returncode, ended.stdout) == (2, "")
    (sentence,) = sentences(ended.stderr)
    assert said in sentence
    assert not checkout.environment.exists()


def test_on_windows_the_launcher_finds_a_supported_python(checkout: Checkout) -> None:
    pretend(checkout, "win32", AMD64, "systems.has_long_paths = lambda: True")
    checkout.changes.append("sys.version_info = (3, 8, 18)")
    elsewhere = checkout.path.parent / "python.exe"
    (checkout.commands / "python3.11").rename(elsewhere)
    checkout.command("py", f'#!/bin/sh\n[ "$1" = -3.11 ] && echo {elsewhere}\n')
    assert_started(checkout, INSTALLING, READY)


def test_the_program_is_found_in_a_folder_of_any_letters(checkout: Checkout) -> None:
    assert_started(checkout, INSTALLING, READY)
    packages = checkout.environment / "lib/python3.11/site-packages"
    line = (packages / "cadl-desktop-checkout.pth").read_bytes().decode("ascii").strip()
    assert (packages / line).resolve() == checkout.path.resolve()


WITH_UV = "uv run --no-project --managed-python --python 3.13 packaging/run.py mine.cadl"
NEEDED = "Please install these system packages (Debian's names): {}."
FETCHING = "Installing system packages, which happens once: {}"


def test_without_apt_the_packages_are_named(checkout: Checkout) -> None:
    checkout.lacks.update(ABSENT)
    assert_ended(checkout, 2, NEEDED.format("libcadl-absent"))


def test_without_apt_the_package_that_makes_environments_is_named(checkout: Checkout) -> None:
    checkout.lacks.update(ABSENT)
    needed = NEEDED.format("python3.11-venv libcadl-absent")
    assert_ended(checkout, 2, needed, WITHOUT_VENV="yes")
    checkout.command("uv", "#!/bin/sh\n")
    assert_ended(checkout, 2, f"{needed.rstrip('.')}, or run '{WITH_UV}'.", WITHOUT_VENV="yes")


def test_apt_without_a_network_is_told_in_one_sentence(checkout: Checkout) -> None:
    checkout.lacks.update(ABSENT)
    checkout.has_apt("echo 'E: Unable to fetch some archives' >&2; exit 100")
    failed = "apt-get could not install these system packages: libcadl-absent."
    assert_ended(checkout, 2, FETCHING.format("libcadl-absent"), failed)
    works = f"{failed} This command works without them."
    assert_started(checkout, FETCHING.format("libcadl-absent"), works, INSTALLING, READY)


def test_what_is_missing_is_installed(checkout: Checkout) -> None:
    checkout.lacks.update(ABSENT)
    checkout.has_apt(f'echo "$@" >> {checkout.path}/apt.log')
    assert_started(checkout, FETCHING.format("libcadl-absent"), INSTALLING, READY)
    installed = (checkout.path / "apt.log").read_text().splitlines()[-1]
    assert installed.endswith("install --yes --no-install-recommends libcadl-absent")
