"""Certificates of a sweep's machines: made by one command, and refused where they protect nothing."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cadl_desktop.cli.arguments import UsageError
from cadl_desktop.cli.sweeping.sweep_options import cluster_of, worker_parser
from cadl_desktop.sweeps.workers.certificate_making import make_certificates
from tests.cli.commands import Result, assert_refused

ADDRESS = "tls://10.0.0.1:8786"


def refusal_of(*words: str | Path) -> str | None:
    """Sentence by which a worker refuses certificates; None if they are accepted."""
    try:
        options = worker_parser().parse_args([ADDRESS, *map(str, words)])
        cluster_of(options, scheduler="ADDRESS", workers=None)
    except UsageError as error:
        return str(error)
    return None


def test_machines_of_one_authority_trust_each_other(here: Callable[..., Result], tmp_path: Path) -> None:
    keys, one = tmp_path / "keys", tmp_path / "keys" / "one"
    made = here("certificates", keys, "--hosts", "desk,one", "--days", "30")
    assert made.returncode == 0
    assert str(one) in made.stdout
    assert here("certificates", keys, "--hosts", "two").returncode == 0, "the authority signs further ones"
    for host in ("desk", "one", "two"):
        assert refusal_of("--tls", keys / host) is None
    mixed = (
        "--tls-ca",
        one / "ca.pem",
        "--tls-cert",
        keys / "two/cert.pem",
        "--tls-key",
        keys / "two/key.pem",
    )
    assert refusal_of(*mixed) is None
    assert (keys / "desk/key.pem").read_bytes() != (one / "key.pem").read_bytes()
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in keys.rglob("*key.pem")} == {0o600}
    before = (one / "key.pem").read_bytes()
    assert_refused(here("certificates", keys, "--hosts", "three,one"), "one' is there already")
    assert (one / "key.pem").read_bytes() == before
    assert not (keys / "three").exists()


@pytest.mark.parametrize("name", ["", "../one", "one/two", "-", "é", "ca.pem"])
def test_names_that_are_no_folders_are_refused(
    name: str, here: Callable[..., Result], tmp_path: Path
) -> None:
    assert_refused(here("certificates", tmp_path / "keys", f"--hosts={name}"), "is no machine's name")
    assert not (tmp_path / "keys").exists()


def test_certificates_that_protect_nothing_are_refused(tmp_path: Path) -> None:
    for name, days in (("ours", 1), ("theirs", 1), ("old", 0)):
        make_certificates(tmp_path / name, ["desk"], days)
    ours, theirs, old = (tmp_path / name / "desk" for name in ("ours", "theirs", "old"))
    pair = ("--tls-cert", theirs / "cert.pem", "--tls-key", theirs / "key.pem")
    assert refusal_of("--tls", theirs) is None
    assert f"is not of the authority '{ours / 'ca.pem'}'" in str(
        refusal_of("--tls-ca", ours / "ca.pem", *pair)
    )
    assert "has expired" in str(refusal_of("--tls", old))
    if os.name == "posix":
        for mode in (0o640, 0o604, 0o620):
            (ours / "key.pem").chmod(mode)
            assert "--tls: Other accounts may read or change the key" in str(refusal_of("--tls", ours))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--workers", "0"), "--workers: none would train"),
        (("--dashboard",), "--dashboard: is the scheduler's"),
    ],
)
def test_what_belongs_to_a_scheduler_is_refused_without_one(
    words: tuple[str, ...], message: str, here: Callable[..., Result]
) -> None:
    assert_refused(here("worker", ADDRESS, *words), message)
