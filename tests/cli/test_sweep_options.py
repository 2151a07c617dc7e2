"""Options of `sweep` and `worker`: the sweeps that they describe, and refusals."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from cadl_desktop.cli.arguments import UsageError, repeat_option_names
from cadl_desktop.cli.sweeping import requested_sweep, sweep_options
from cadl_desktop.cli.sweeping.requested_sweep import status_in, sweep_folder_of, within_memory
from cadl_desktop.cli.sweeping.sweep_options import cluster_of, sweep_parser, worker_parser
from cadl_desktop.experiment import preset
from cadl_desktop.project import save_project
from cadl_desktop.sweeps import Choices, Halving, Length, Limit, Objective, Range, Sweep, Varied
from cadl_desktop.sweeps.plan.sweep_check import MissingPackagesError, trial_bytes
from cadl_desktop.sweeps.records.sweep_folder import SweepFolder
from cadl_desktop.sweeps.records.sweep_log import LogWriter, TrialEnded, TrialStarted
from cadl_desktop.sweeps.records.sweep_status import SweepStatus
from cadl_desktop.sweeps.workers.cluster_options import ClusterOptions
from tests.project.test_project import trained

RATE = ("lecture-tanh", "--vary", "optimizer.rate=0.1..1")
WORDS = (*RATE, "--trials", "2")


def begun(folder: Path, *words: object) -> Sweep:
    """Sweep in the folder after a command with these arguments."""
    options = sweep_parser().parse_args(repeat_option_names([*map(str, words), "--out", str(folder)]))
    return sweep_folder_of(options).sweep()


def test_options_become_a_sweep(tmp_path: Path) -> None:
    sweep = begun(
        tmp_path / "out",
        *("--vary", "optimizer.rate=0.001..0.1,log", "layers.0.activation=relu|tanh", "lecture-tanh"),
        *("--set", "batch_size=7", "--seconds", "2", "--trials", "9", "--seconds-together", "60"),
        *("--strategy", "tpe", "--seeds", "3", "--objective", "validation_cost:0.5", "--prune", "5:4"),
        *("--seed", "11", "--set", "validation=20%"),
    )
    base = preset("lecture-tanh")
    stop = replace(base.stop, epochs=None, seconds=2.0)
    assert sweep == Sweep(
        base=replace(base, batch_size=7, seed=11, validation=0.2, stop=stop),
        varied=(
            Varied("optimizer.rate", Range(0.001, 0.1, logarithmic=True)),
            Varied("layers.0.activation", Choices(("relu", "tanh"))),
        ),
        seeds=3,
        strategy="tpe",
        seed=11,
        limit=Limit(trials=9, seconds_each=2.0, seconds_together=60.0),
        objective=Objective(measure="validation_cost", reaches=0.5),
        pruning=Halving(least=5, factor=4),
    )


@pytest.mark.parametrize(
    ("option", "length"),
    [("--steps=70", Length(70, "steps")), ("--processor-seconds=2.5", Length(2.5, "processor_seconds"))],
)
def test_trials_are_as_long_as_an_option_says_that_no_clock_decides(
    tmp_path: Path, option: str, length: Length
) -> None:
    sweep = begun(tmp_path / "out", *WORDS, option)
    assert sweep.base == preset("lecture-tanh")
    assert sweep.limit.length == length


def test_a_trained_project_is_trained_from_its_seed(tmp_path: Path) -> None:
    save_project(tmp_path / "run.cadl", trained(preset("lecture-tanh")))
    assert begun(tmp_path / "out", tmp_path / "run.cadl", *WORDS[1:]) == begun(tmp_path / "other", *WORDS)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("lecture-tanh", "--trials", "2"),
            "--vary: Nothing varies; name a setting, or train with several seeds.",
        ),
        ((*RATE,), "--trials: Nothing ends the sweep"),
        ((*RATE, "--trials", "0"), "--trials: 0 is not possible"),
        ((*RATE, "--trials", "two"), "--trials: 'two' is not a whole number"),
        ((*WORDS, "--steps", "0"), "--steps: '0' is not"),
        (
            (*WORDS, "--steps", "9", "--seconds", "1"),
            "--steps: is the length of each trial, and so is --seconds",
        ),
        ((*WORDS, "--seconds-together", "-1"), "--seconds-together: -1.0 is no time"),
        ((*WORDS, "--seeds", "0"), "--seeds: 0 is not possible"),
        ((*WORDS, "--strategy", "genetic"), "--strategy"),
        ((*WORDS, "--strategy", "cmaes"), "--strategy: CMA-ES needs two ranges"),
        ((*WORDS, "--objective", "psnr"), "--objective: 'psnr' is no measure; choose one of cost,"),
        ((*WORDS, "--objective", "seen_psnr:30"), "--objective: A curve has no PSNR"),
        ((*WORDS, "--objective", "cost:nan"), "--objective: 'nan' is not a number"),
        ((*WORDS, "--prune", "5:1"), "--prune: 1 is not possible"),
        (("lecture-tanh", "--seeds", "3", "--prune", "5"), "--prune: Only the seed varies"),
        ((*WORDS, "--vary", "stuff"), "--vary: 'stuff' is not of the form"),
        ((*WORDS, "--vary", "layers.0.units=16..8"), "layers.0.units: 16 to 8 is no range"),
        ((*WORDS, "--vary", "optimiser.rate=1..2"), "optimiser.rate: there is no setting of this name"),
        ((*WORDS, "--vary", "layers.0.activation=relu|tan"), "layers.0.activation: 'tan' is not known"),
        ((*WORDS, "--vary", "preset=lecture-tanh|lecture-line", "--epochs", "3"), "--epochs: each preset"),
        (("lecture-tan", *WORDS[1:]), "did you mean 'lecture-tanh'?"),
        ((*WORDS, "--set", "layers.0.units=0"), "layers.0.units: 0 is too small"),
        ((*WORDS, "--weights", "w.npz"), "--weights"),
        ((), "EXPERIMENT: nothing is named"),
        (("--resume",), "--resume: there is no sweep in"),
        (("--resume", "--trials", "3"), "--trials: the sweep in"),
    ],
)
def test_errors_name_the_option_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError) as refusal:
        begun(tmp_path / "out", *words)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not (tmp_path / "out").exists()


def test_a_sweep_is_resumed_only_on_request_and_with_the_same_options(tmp_path: Path) -> None:
    out = tmp_path / "out"
    sweep = begun(out, *WORDS, "--resume")  # starts a new one if there is none
    assert begun(out, "--resume") == begun(out, *WORDS, "--resume") == sweep
    with pytest.raises(UsageError, match="there is a sweep in"):
        begun(out, *WORDS)
    with pytest.raises(UsageError, match="leave EXPERIMENT out, or give all options as before"):
        begun(out, "lecture-tanh", "--resume")
    with pytest.raises(UsageError, match="holds another sweep"):
        begun(out, *RATE, "--trials", "3", "--resume")
    assert begun(out, "--resume") == sweep
    (out / "sweep.zip").write_bytes(b"no sweep")
    with pytest.raises(UsageError, match=r"--resume: .*sweep\.zip"):
        begun(out, "--resume")


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match="is not empty; choose another folder"):
        begun(tmp_path, *WORDS)
    with pytest.raises(UsageError, match="is a file"):
        begun(tmp_path / "mine", *WORDS)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["mine"]


def test_as_many_trials_train_at_once_as_memory_is_free_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (*RATE, "--trials", "9", "--vary", "layers.0.units=8..4096")
    sweep = begun(tmp_path / "out", *words)
    needed = trial_bytes(sweep)
    monkeypatch.setattr(requested_sweep, "free_memory", lambda: 3 * needed)
    assert within_memory(ClusterOptions(workers=3), sweep, SweepStatus()).workers == 3
    assert capsys.readouterr().err == ""
    assert within_memory(ClusterOptions(workers=8), sweep, SweepStatus()).workers == 3
    assert capsys.readouterr().err == "Memory is free for 3 trials at once, not for 8.\n"
    monkeypatch.setattr(requested_sweep, "free_memory", lambda: 100 * needed)
    assert within_memory(ClusterOptions(workers=50), sweep, SweepStatus()).workers == 9
    assert capsys.readouterr().err == ""
    elsewhere = ClusterOptions(scheduler="tcp://10.0.0.1:8786")
    assert within_memory(elsewhere, sweep, SweepStatus()) == elsewhere
    monkeypatch.setattr(requested_sweep, "free_memory", lambda: needed - 1)
    with pytest.raises(UsageError, match="A trial needs up to"):
        begun(tmp_path / "another", *words)


@pytest.mark.parametrize("ends", [("--trials", "2"), ("--trials", "9", "--seconds-together", "3")])
def test_a_sweep_that_is_over_asks_for_no_memory(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ends: tuple[str, ...],
) -> None:
    out = tmp_path / "out"
    sweep = begun(out, *RATE, *ends)
    monkeypatch.setattr(requested_sweep, "free_memory", lambda: 1)
    with pytest.raises(UsageError, match="A trial needs up to"):
        begun(out, "--resume")
    log = LogWriter(SweepFolder(out).log)
    for number in (1, 2):
        log.add(TrialStarted(0.0, number, 7, (("optimizer.rate", 0.2),)))
        log.add(TrialEnded(1.0, number, "epochs", 0.5, seconds=2.0))
    log.close()
    assert begun(out, "--resume") == sweep
    within_memory(ClusterOptions(workers=8), sweep, status_in(SweepFolder(out), sweep))
    assert capsys.readouterr().err == ""


def reach(*words: str) -> ClusterOptions:
    options = worker_parser().parse_args(words)
    return cluster_of(options, scheduler="ADDRESS", workers=None)


TLS = ("tls://10.0.0.1:8786",)
FILES = ("--tls-ca", "ca.pem", "--tls-cert", "cert.pem", "--tls-key", "key.pem")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("10.0.0.1:8786",), "ADDRESS: '10.0.0.1:8786' is no address like tls://10.0.0.1:8786."),
        (("tcp://10.0.0.1",), "ADDRESS: 'tcp://10.0.0.1' is no address"),
        (("tcp://[::1",), "ADDRESS: 'tcp://[::1' is no address"),
        (("http://10.0.0.1:80",), "ADDRESS: 'http://10.0.0.1:80' is no address"),
        (
            ("tcp://127.0.0.1:8786",),
            "ADDRESS: Whoever reaches 'tcp://127.0.0.1:8786', other accounts of this",
        ),
        (TLS, "--tls: A tls:// address needs certificates"),
        ((*TLS, "--tls", "keys", *FILES), "--tls: holds all three files"),
        ((*TLS, "--tls", "keys"), "--tls: 'keys/ca.pem' can't be read (no such file or directory)."),
        ((*TLS, "--tls-ca", "ca.pem"), "--tls-cert: is missing"),
        ((*TLS, *FILES), "--tls-ca: 'ca.pem' can't be read (no such file or directory)."),
        (("tcp://10.0.0.1:8786", "--insecure", *FILES), "--tls: Only a tls:// address has certificates"),
        ((*TLS, "--workers", "1001"), "--workers: '1001' is not a whole number from 0 to 1000"),
        ((), "ADDRESS"),
    ],
)
def test_impossible_addresses_are_refused(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError) as refusal:
        reach(*words)
    assert message in str(refusal.value)


def test_files_that_are_no_certificates_are_refused(tmp_path: Path) -> None:
    for name in FILES[1::2]:
        (tmp_path / name).write_text("no certificate")
    files = [str(tmp_path / word) if word.endswith(".pem") else word for word in FILES]
    (tmp_path / "key.pem").chmod(0o600)
    with pytest.raises(UsageError, match=r"--tls-ca: '.*ca.pem' is no certificate"):
        reach(*TLS, *files)


def test_what_is_not_safe_has_to_be_asked_for() -> None:
    assert reach("tcp://127.0.0.1:8786", "--insecure").insecure


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise MissingPackagesError("Sweeps need packages.")

    monkeypatch.setattr(sweep_options, "require_extra", missing)
    with pytest.raises(UsageError, match=r"^Sweeps need packages\.$"):
        reach("tcp://127.0.0.1:8786")
