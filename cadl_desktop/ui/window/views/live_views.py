"""Views that change while a network trains: cost plot, curve, painting."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from cadl_desktop.data.curves.curve_datasets import curve_positions, distance_to_truth
from cadl_desktop.data.samples import Samples
from cadl_desktop.data.scores import curve_scores
from cadl_desktop.data.subsets import split
from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.part import Value
from cadl_desktop.experiment.run_time import steps_per_epoch
from cadl_desktop.experiment.shapes import is_painting
from cadl_desktop.runs.events import Prediction, Progressed
from cadl_desktop.runs.history import History
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status
from cadl_desktop.session.views.missing_pictures import InitialPrediction
from cadl_desktop.session.views.morphing import Morphing
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.scoring import Scoring
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.speech import announce
from cadl_desktop.ui.painting.morph_pane import MorphPane
from cadl_desktop.ui.plots.cost_plot import CostPlot, Newest
from cadl_desktop.ui.plots.output_view import OutputView
from cadl_desktop.ui.plots.point_editor import PointEditing
from cadl_desktop.ui.timeline.moment_marks import CostCursor, MomentBadge

Pixels = NDArray[np.uint8]


class LiveViews(QObject):
    """Passes the session's newest arrays to the plots, once per iteration of the event loop for all signals.
    Never within the signal: an edit that ends a run takes long enough."""

    def __init__(
        self,
        session: Session,
        neuron_gains: NeuronGains,
        machine: TimeMachine,
        output_on: QWidget | None = None,
    ) -> None:
        super().__init__(session)
        self._session, self._neuron_gains, self._machine = session, neuron_gains, machine
        self.cost = CostPlot()
        self.output = OutputView(lambda: MomentBadge(machine), output_on)
        self._shown: Prediction | None = None
        self._target: Pixels | None = None
        self._marked: NDArray[np.int32] | None = None
        self._measured: tuple[History, Progressed] | None = None
        """The newest progress whose cost is known, and the history of its run."""
        self._first_picture = InitialPrediction(session)
        self._scoring = Scoring(session)
        self._scoring.changed.connect(self._show_scores)
        self._morph_pane: MorphPane | None = None
        self.editing: PointEditing | None = None
        self._was_going = False
        self._draw_timer = QTimer(self, singleShot=True, interval=0)
        self._draw_timer.timeout.connect(self.draw)
        for news in (
            session.updated,
            session.status_changed,
            neuron_gains.changed,
            machine.changed,
            self._first_picture.changed,
        ):
            news.connect(self._draw_timer.start)
        CostCursor(self.cost, machine)
        session.samples_changed.connect(self._show_samples)
        session.status_changed.connect(self._show_hint)
        session.document.problems_changed.connect(self._show_hint)
        session.document.changed.connect(self._show_hint)
        self._drawn_by: tuple[float, int] | None = None
        session.document.changed.connect(self._show_held_out)
        self._method = session.document.opened, session.document.experiment.method
        session.document.changed.connect(self._look_at_method)
        self._show_hint()
        if session.samples is not None:
            self._show_samples()

    @Slot()
    def draw(self) -> None:
        """Draws whatever has changed since the last call."""
        self.cost.show_history(self._session.result.history, newest=self._newest_point())
        self._tell_end()
        prediction, *_ = self._made()
        if prediction is not self._shown:
            self._show_prediction()
        self._show_batch()

    def _newest_point(self) -> Newest | None:
        """The point that a watched training has come to within an epoch."""
        result, experiment = self._session.result, self._session.document.experiment
        progress, history = result.progress, result.history
        if progress is None or not (progress.slowed and self._session.status.live):
            return None
        if progress.cost is not None:
            self._measured = history, progress
        of, newest = self._measured or (None, progress)
        steps, epochs = history.column("step"), history.column("epoch")
        if of is not history or newest.cost is None or not len(steps) or newest.step <= steps[-1]:
            return None
        since = (newest.step - steps[-1]) / steps_per_epoch(experiment)
        epoch = np.clip(epochs[-1] + since, newest.epoch, newest.epoch + 1)
        return Newest(float(epoch), newest.cost, np.nan if newest.psnr is None else newest.psnr)

    def _tell_end(self) -> None:
        """Has a screen reader say how the cost went when a training has ended."""
        was_going, self._was_going = self._was_going, self._session.going
        if was_going and self._session.status is Status.RESULT and not self._session.going:
            announce(self.cost.canvas, self.cost.summary_words())

    def _show_batch(self) -> None:
        """Marks the samples of the newest step, which slow motion tells."""
        status, progress, samples = self._session.status, self._session.result.progress, self._session.samples
        is_now = self._machine.moment is None and status in (Status.TRAINING, Status.PAUSED)
        batch = progress.batch if is_now and progress is not None else None
        if samples is None or batch is self._marked:
            return
        self._marked = batch
        if samples.picture_shape is None:
            self.output.curve.show_batch(batch)
        elif batch is None:
            self.output.painting.show_batch(None)
        else:
            pixels = batch if samples.places is None else samples.places[batch]
            width = _own_shape(samples, samples.picture_shape)[1]
            self.output.painting.show_batch(np.stack(np.divmod(pixels, width), axis=1))

    def _is_coming(self) -> bool:
        """Whether training restarts with the same picture. The last painting then stays until the next comes,
        so that nothing flickers while a mask is drawn."""
        return self._session.going and not self._session.document.problems

    def _made(self) -> tuple[Prediction | None, float | None, Prediction | None]:
        """Output of the network now, or at the moment on display, with the current gains of its neurons; a
        painting's PSNR, and a curve's outputs at its samples."""
        made = self._neuron_gains.rendered or self._machine.shown or self._session.result
        if made.prediction is None:
            return self._first_picture.prediction, None, self._first_picture.fitted
        return made.prediction, made.psnr, made.fitted

    @Slot()
    def _show_hint(self) -> None:
        self.cost.set_hint(self._hint())
        if not is_painting(self._session.document.experiment):
            self.cost.show_psnr.setChecked(False)
            self.cost.offer_psnr(False)

    def _hint(self) -> str:
        """Text for an empty cost plot: what has to be done for a cost to appear."""
        status = self._session.status
        waits = "Not measured yet."
        if status in (Status.PREPARING, Status.TRAINING):
            return waits
        if self._session.document.problems:
            return "Nothing can be trained yet: the warning sign beside a setting says why."
        if status is Status.PAUSED:
            return waits
        if status is Status.RESULT:
            return "Press Continue to see the cost fall."
        return "Press Train to see the cost fall."

    @Slot()
    def reset_zoom(self) -> None:
        self.cost.reset_zoom()
        self.output.reset_zoom()
        if self._morph_pane is not None:
            self._morph_pane.view.reset()

    @Slot(object)
    def _look_at_method(self, experiment: Experiment) -> None:
        """Shows the whole output where another experiment was opened or another method chosen."""
        method = self._session.document.opened, experiment.method
        if method != self._method:
            self._method = method
            self.reset_zoom()

    def looked_at(self) -> dict[str, Value]:
        """The picture on display, as options of an export."""
        return {"number": self._morph_pane.number} if self._morph_pane is not None else {}

    @Slot()
    def _show_samples(self) -> None:
        samples = self._session.samples
        if samples is None:
            return
        painting = samples.picture_shape is not None
        self.output.show_kind(painting)
        if painting:
            self._show_target(samples)
            self._show_morphing(samples.places is not None)
        else:
            experiment = self._session.document.experiment
            rows = split(experiment, samples)[1]
            self._drawn_by = experiment.validation, experiment.seed
            keep_view = self._make_editable().editor.keeps_view(samples)
            self.output.curve.show_samples(samples, rows, keep_view)
        self._show_prediction()

    @Slot(object)
    def _show_held_out(self, experiment: Experiment) -> None:
        """Updates the held-out points, which can change without the samples."""
        samples = self._session.samples
        drawn_by = experiment.validation, experiment.seed
        if drawn_by != self._drawn_by and samples is not None and samples.picture_shape is None:
            self._drawn_by = drawn_by
            self.output.curve.show_held_out(split(experiment, samples)[1])

    def _make_editable(self) -> PointEditing:
        if self.editing is None:
            self.editing = PointEditing(self._session, self.output.curve)
        return self.editing

    def _show_target(self, samples: Samples) -> None:
        """Shows the target if it is another picture, and not if only other pixels are hidden."""
        target = samples.as_picture(samples.targets).astype(np.uint8)
        if self._target is None or not np.array_equal(self._target, target):
            self._target = target
            own = _own_shape(samples, target.shape[:2])
            self.output.painting.show_target(target, own, samples.places is not None)

    def _show_morphing(self, wanted: bool) -> None:
        if self._morph_pane is None and wanted:
            self._morph_pane = MorphPane(Morphing(self._session, self._neuron_gains))
        if self._morph_pane is not None:
            self.output.painting.show_beside(self._morph_pane, wanted)

    def _show_prediction(self) -> None:
        (prediction, psnr, fitted), samples = self._made(), self._session.samples
        if samples is None:
            return
        if prediction is None and samples.picture_shape is not None and self._is_coming():
            self._scoring.forget()
            return
        self._shown = prediction
        if samples.picture_shape is None:
            self._show_curve(samples, prediction, fitted)
        elif prediction is not None and prediction.shape[:-1] == samples.picture_shape:
            self.output.painting.show_painting(prediction, psnr)
            self._scoring.look_at(prediction, samples, psnr)
        else:
            self.output.painting.clear_painting(is_learned=self._session.result.state is not None)
            self._scoring.forget()

    @Slot()
    def _show_scores(self) -> None:
        self.output.painting.show_scores(self._scoring.scores, self._scoring.psnr)

    def _show_curve(self, samples: Samples, prediction: Prediction | None, fitted: Prediction | None) -> None:
        curve = self.output.curve
        if prediction is None or prediction.ndim != 1:
            curve.clear_fit()
            self._show_errors(samples, None)
            return
        curve.show_earlier_fits([] if self._machine.shown else self._session.result.history.earlier_fits)
        curve.show_fit(curve_positions(samples), prediction, fitted)
        self._show_errors(samples, fitted)

    def _show_errors(self, samples: Samples, fitted: Prediction | None) -> None:
        """Shows how far a curve is from its points, if it is one of the same points."""
        self.output.residuals.show_residuals(samples, fitted)
        if fitted is None or len(fitted) != len(samples.targets):
            self.output.errors.show_errors(None)
        else:
            found = curve_scores(fitted, samples.targets)
            unit = samples.columns[1].unit
            self.output.errors.show_errors(found, distance_to_truth(fitted, samples), unit)


def _own_shape(samples: Samples, shown: tuple[int, int]) -> tuple[int, int]:
    """Height and width of the picture itself, which may have more pixels than are `shown`; of a montage those
    of the montage."""
    return shown if samples.places is not None else (int(samples.high[0]), int(samples.high[1]))
