"""Diagnosis of the document's network, during training and without."""

from typing import Literal, cast

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.data.scaling import scaled_target_range
from cadl_desktop.experiment.model import Experiment, Stop
from cadl_desktop.experiment.part import Part
from cadl_desktop.runs.damage import better_moment
from cadl_desktop.runs.diagnosis.doctor import Doctor, Evidence, Finding
from cadl_desktop.runs.diagnosis.good_run import GoodRun, cost_of_constant, good_run
from cadl_desktop.runs.diagnosis.symptoms import LEAST_STEPS
from cadl_desktop.runs.events import Probed
from cadl_desktop.runs.layer_histograms import Histograms
from cadl_desktop.runs.probed_columns import matches_network
from cadl_desktop.session.session import Session

VISIT_MS = 500
"""Interval between two examinations: a text must stay long enough to be read."""

Verdict = Literal["unknown", "well", "ill", "diverged"]


def checkup_of(session: Session) -> "Checkup":
    """Returns the checkup that all views of a session share."""
    return session.findChild(Checkup) or Checkup(session)


class Checkup(QObject):
    """Current findings of the doctor.

    `examined`: this very experiment has been measured long enough for a verdict, and training neither failed
    nor stands still. `diverged`, `worse`: the last run diverged, or ended with a higher cost than it began
    with.
    """

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.findings: tuple[Finding, ...] = ()
        self.examined = False
        self.diverged = self.worse = False
        self._failed = False
        self._doctor = Doctor()
        self._examined_run: Histograms | None = None
        self._seen = -1
        self._edited_since = False
        self._measured: tuple[Probed, Experiment] | None = None
        self._targets: tuple[float, float] | None = None
        self._constant_cost: float | None = None
        self._scaled: tuple[Part, str, str] | None = None
        self._good: GoodRun | None = None
        self._timer = QTimer(self, singleShot=True, interval=VISIT_MS)
        self._timer.timeout.connect(self._schedule)
        # One examination for an edit and for the end of the run that it causes, after everything else that
        # follows from them: examining ten layers is noticeable.
        self._soon_timer = QTimer(self, singleShot=True, interval=0)
        self._soon_timer.timeout.connect(self._examine)
        session.updated.connect(self._schedule)
        session.status_changed.connect(self._soon_timer.start)
        session.stood_still.connect(self._soon_timer.start)
        session.failed.connect(self._on_failed)
        session.samples_changed.connect(self._on_samples)
        session.document.changed.connect(self._on_edited)
        self._on_samples()

    @property
    def verdict(self) -> Verdict:
        """Summary in one word."""
        if self.diverged or self.worse:
            return "diverged"
        return "ill" if self.findings else "well" if self.examined else "unknown"

    @property
    def _session(self) -> Session:
        # No attribute: a reference cycle of parent and child would be collected later, in any thread.
        return cast(Session, self.parent())

    @Slot()
    def _schedule(self) -> None:
        """Examines new measurements at most every VISIT_MS, and another run soon."""
        if self._session.result.histograms is not self._examined_run:
            self._soon_timer.start()
        elif self._seen != self._gradient_count() and not self._timer.isActive():
            self._timer.start()
            self._examine()

    def _gradient_count(self) -> int:
        return self._session.result.histograms["gradients"].count

    @Slot()
    def _on_failed(self) -> None:
        """Suppresses the verdict 'well' beside the message that training ended by an error."""
        self._failed = True
        self._soon_timer.start()

    @Slot()
    def _on_edited(self) -> None:
        """Examines soon after an edit, so that a cured finding doesn't stay."""
        if self._scaled and self._scaled[0] == self._session.document.experiment.data:
            self._measure_targets()
        else:
            self._targets = self._constant_cost = None  # until the new samples have been read
        self._edited_since = True
        self._soon_timer.start()

    @Slot()
    def _on_samples(self) -> None:
        samples = self._session.samples
        self._good = None if samples is None else good_run(samples)
        self._measure_targets()
        self._examine()

    def _measure_targets(self) -> None:
        """Finds the range of the scaled targets, and the cost of the best constant."""
        experiment, samples = self._session.document.experiment, self._session.samples
        if samples is None or self._session.document.problems:
            return
        if self._scaled != (experiment.data, experiment.target_scaling, experiment.cost):
            self._scaled = experiment.data, experiment.target_scaling, experiment.cost
            self._targets = scaled_target_range(experiment, samples)
            self._constant_cost = cost_of_constant(experiment, samples)

    @Slot()
    def _examine(self) -> None:
        self._soon_timer.stop()
        session, histograms = self._session, self._session.result.histograms
        if histograms is not self._examined_run:
            self._examined_run, self._doctor, self._failed = histograms, Doctor(), False
        self._failed = self._failed and not session.status.live
        self._seen, newest = self._gradient_count(), histograms.newest
        finished = None if session.status.live else session.result.finished
        diverged = finished is not None and finished.reason == "diverged"
        worse = finished is not None and finished.is_worse
        experiment = session.document.experiment
        evidence = Evidence(
            experiment=experiment,
            history=session.result.history,
            histograms=histograms,
            targets=self._targets,
            probed=newest if newest is not None and matches_network(experiment, newest) else None,
            diverged=diverged,
            worse=worse,
            better=better_moment(session.result.history, session.result.snapshots, diverged=diverged),
            shortfall=self._shortfall(),
            constant_cost=self._constant_cost,
            snapshots=session.result.snapshots,
            tried=session.result.tried,
        )
        sound = not session.document.problems
        final, self._edited_since = self._edited_since or not session.status.live, False
        findings = self._doctor.visit(evidence, final) if sound else ()
        examined = sound and self._is_measured(newest) and not (self._failed or session.stands_still)
        self._show(findings, examined, sound and diverged, sound and worse)

    def _shortfall(self) -> float | None:
        """Present error relative to that of a good run; None where either is unknown."""
        samples, result = self._session.samples, self._session.result
        if samples is None or self._good is None:
            return None
        if result.psnr is not None:
            return self._good.shortfall_of_painting(result.psnr)
        # Those of the data before an edit may be fewer or more.
        if result.fitted is None or len(result.fitted) != len(samples.targets):
            return None
        return self._good.shortfall_of_curve(result.fitted, samples.targets)

    def _is_measured(self, newest: Probed | None) -> bool:
        """Whether the last measurement is late enough to be meaningful, and of this experiment."""
        # Without the fields that don't affect a running training.
        trained = replace(self._session.document.experiment, name="", note="", stop=Stop())
        if newest is None:
            self._measured = None
        elif self._measured is None or newest is not self._measured[0]:
            self._measured = newest, trained
        return newest is not None and newest.step >= LEAST_STEPS and self._measured == (newest, trained)

    def _show(self, findings: tuple[Finding, ...], examined: bool, diverged: bool, worse: bool) -> None:
        before = self.findings, self.examined, self.diverged, self.worse
        if (findings, examined, diverged, worse) != before:
            self.findings, self.examined, self.diverged, self.worse = findings, examined, diverged, worse
            self.changed.emit()
