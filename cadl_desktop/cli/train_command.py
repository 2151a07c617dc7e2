"""`cadl-desktop train`: checks everything, trains, writes the results and prints a summary."""

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cadl_desktop.cli.arguments import PROGRAM, UsageError, repeat_option_names, train_parser
from cadl_desktop.cli.byte_count import counted_bytes, in_words
from cadl_desktop.cli.checkpoints import (
    Checkpoints,
    is_finished,
    refuse_unfinished,
    resumed_task,
    save_after_error,
    write_results_or_checkpoint,
)
from cadl_desktop.cli.experiments import Task, task_of
from cadl_desktop.cli.output import Exit, clean_standard_output, print_result, progress_bar, write_once
from cadl_desktop.cli.results_folder import locked_folder, make_folder
from cadl_desktop.data.scores import finite
from cadl_desktop.experiment.shapes import parameter_count
from cadl_desktop.export.trained import Trained, measures_of, trained_of
from cadl_desktop.runs.evaluations import no_bytes
from cadl_desktop.runs.events import EpochEnded, Finished, RunState, Snapshot, Started
from cadl_desktop.runs.run_snapshots import growth_in_words
from cadl_desktop.sentences import SentenceError, counted, sentence_of, shown
from cadl_desktop.system.machine import free_memory
from cadl_desktop.system.signals import interrupted_by

if TYPE_CHECKING:
    from tqdm import tqdm

    from cadl_desktop.engine import Control


def run_training(arguments: list[str]) -> int:
    """Trains and returns the exit code. Raises UsageError before anything is written.

    Named in `commands.py`.
    """
    options = train_parser().parse_args(repeat_option_names(arguments))
    task = task_of(options)
    if options.bytes and (obstacle := no_bytes(task.experiment)):
        raise UsageError("--bytes: {obstacle}", obstacle=obstacle)
    task = replace(task, keeps_moments=not options.no_moments)
    if options.resume:
        if is_finished(task, options.out):
            sys.stderr.write(f"{_finished_sentence(options.out)}\n")
            return Exit.DONE
        task = resumed_task(task, options.out)
    elif not options.overwrite:
        refuse_unfinished(options.out)
    interruption, failure, rounded = _Interruption(), None, None
    with interrupted_by(interruption.on_signal):
        folder = make_folder(options.out, options.overwrite or options.resume)
        with locked_folder(folder) as mark, clean_standard_output():
            with Checkpoints(mark, task, resumes=options.resume) as checkpoints:
                try:
                    finished = _train(task, interruption, checkpoints)
                except Exception as error:
                    return save_after_error(error, mark, task, checkpoints)
            trained = trained_of(task.experiment, finished, task.history, task.saved_snapshots)
            try:
                write_results_or_checkpoint(mark, trained, checkpoints, finished.reason)
                if options.bytes:
                    rounded = counted_bytes(trained, lambda: not interruption.happened)
            except SentenceError as error:
                failure = sentence_of(error)
            summary = _summary(task, finished, trained, folder)
            if options.bytes:
                counted = asdict(rounded) if rounded else {}
                summary["rounded"] = {name: finite(value) for name, value in counted.items()} or None
        measured = [in_words(rounded)] if rounded else []
        print_result(json.dumps(summary) if options.json else _as_text(summary, finished, measured, failure))
    if failure:
        sys.stderr.write(f"{failure}\n")
        return Exit.FAILED
    if interruption.happened:
        return Exit.INTERRUPTED
    return Exit.DIVERGED if finished.reason == "diverged" else Exit.DONE


class _Interruption:
    """Handler of Ctrl-C and termination requests: training stops, and results are written.

    Later signals change nothing, as only a few files are left to be written, atomically. While TensorFlow
    loads there is no control to stop yet; training then ends before its first step.
    """

    def __init__(self) -> None:
        self.happened = False
        self._tell = write_once("Stopping: the results so far are being written.")
        self._control: Control | None = None

    def attach(self, control: "Control") -> None:
        """Sets the control that signals stop; stops it now if a signal came already."""
        self._control = control
        if self.happened:
            control.stop()

    def on_signal(self) -> None:
        self._tell()
        self.happened = True
        if self._control:
            self._control.stop()


def _train(task: Task, interruption: _Interruption, checkpoints: Checkpoints) -> Finished:
    from cadl_desktop.engine import Control, first_state, train  # brings TensorFlow along

    state = task.state
    last_step = state.step if state and task.ended else None
    control = Control(picture_seconds=None, snapshots=True, whole_painting=True, last_step=last_step)
    interruption.attach(control)
    if task.weights is not None:
        state = (state or first_state(task.experiment)).without_memories()
        state = replace(state, weights=task.weights, best=None)
    done = task.state.epoch if task.state else 0
    with progress_bar(
        total=task.experiment.stop.epochs, initial=done, unit="epoch", dynamic_ncols=True
    ) as bar:
        for event in train(task.experiment, control, state, task.for_cores):
            task.history.add(event)
            if isinstance(event, Snapshot):
                _remember(event.state, task)
                checkpoints.note(event.state)
            _show(bar, event)
            if isinstance(event, Finished):
                return event
    raise AssertionError("training ended without a last event")


def _finished_sentence(out: str) -> str:
    return f"This run has ended, with its results in '{shown(out)}'; '{PROGRAM} train' takes it further."


def _remember(state: RunState, task: Task) -> None:
    """Keeps a snapshot; the first is used to report how much memory all of them will need."""
    snapshots = task.snapshots
    if not task.keeps_moments:
        snapshots.states = [state]  # what is written after an error
        return
    is_first = snapshots.room is None
    if is_first:
        snapshots.room = free_memory()
    snapshots.add(state)
    if is_first and (sentence := growth_in_words(snapshots)):
        sys.stderr.write(f"{sentence}\n")


def _show(bar: "tqdm[None]", event: object) -> None:
    """Updates the bar; notes are written to standard error even without a bar."""
    match event:
        case Started(notes=notes):
            for note in notes:
                sys.stderr.write(f"{note}\n")
        case EpochEnded(epoch=epoch, cost=cost):
            bar.set_postfix_str(f"cost {cost:.4g}", refresh=False)
            bar.update(epoch - bar.n)


def _summary(task: Task, finished: Finished, trained: Trained, folder: Path) -> dict[str, Any]:
    state, before = finished.state.latest, task.state
    steps = state.step - (before.step if before else 0)
    seconds = state.seconds - (before.seconds if before else 0.0)
    return {
        "name": task.experiment.name,
        "parameters": parameter_count(task.experiment),
        "steps": state.step,
        "epochs": state.epoch,
        "seconds": state.seconds,
        "processor_seconds": finite(state.processor_seconds),
        "steps_per_second": steps / seconds if seconds > 0 else 0.0,
        **measures_of(trained, finished),
        "stopped_because": finished.reason,
        "best_epoch": finished.state.epoch if finished.state.newest else None,
        "out": str(folder),
    }


def _scores_as_text(summary: dict[str, Any]) -> str:
    """R² and RMS of a curve, or PSNR of seen, held-out and hidden pixels; '' where nothing is known."""
    known = (("R²", summary["r2"]), ("RMS", summary["rms"]))
    if summary["rms"] is not None:
        return "".join(f", {name} {value:.4g}" for name, value in known if value is not None)
    if summary["seen_psnr"] is None:
        return ""
    text = f", PSNR {summary['seen_psnr']:.2f} dB seen"
    if summary["held_out_psnr"] is not None:
        text += f", {summary['held_out_psnr']:.2f} held out"
    if summary["hidden_psnr"] is not None:
        text += f", {summary['hidden_psnr']:.2f} hidden"
    return text


def _as_text(summary: dict[str, Any], finished: Finished, measured: list[str], failure: str | None) -> str:
    epochs, steps = counted(summary["epochs"], "epoch"), counted(summary["steps"], "step")
    cost = "" if summary["cost"] is None else f", cost {summary['cost']:.6g}"
    pace = f"{summary['seconds']:.2f} s ({summary['steps_per_second']:,.0f} steps/s)"
    lines = [
        f"{shown(summary['name'])}: {finished.message}",
        f"{epochs}, {steps} in {pace}{cost}{_scores_as_text(summary)}",
        *measured,
        f"{'Not everything was written to' if failure else 'Written to'} {shown(summary['out'])}",
    ]
    return "\n".join(lines)
