"""What every neuron computes now, whether or not a training is running to tell it."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from cadl_desktop.experiment import Experiment
from cadl_desktop.experiment.model import differ_only_in_hiding, structure_of
from cadl_desktop.runs.events import Floats, Probed
from cadl_desktop.runs.probed_columns import Column, columns_of, matches_network
from cadl_desktop.session.session import Session
from cadl_desktop.session.training.result import Status

ASK_MS = 250
"""How long an edit waits for the next before the neurons of the new network are asked."""


class Neurons(QObject):
    """`probed` is the newest answer that fits the document's network, None as long as there is none, and
    `columns` what it says of each column of the designer.

    A running training tells by itself. Otherwise the weights of the result are asked, or those that
    training would begin with. An earlier moment that is looked at stands in place of both; what a person
    plays with the neurons stands in place of all, and `plain` is the answer without that.
    """

    changed = Signal()
    heard = Signal()  # `plain` is another one

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._plain: Probed | None = None
        self._moment: Probed | None = None
        self._heard_of: Experiment | None = None
        self.probed: Probed | None = None
        self.columns: tuple[Column, ...] = ()
        self.session = session
        self.follow_training = True
        """Whether what a running training tells is shown; otherwise it is when training rests."""
        self._with_gains: Probed | None = None
        self._asked: object = None
        self._timer = QTimer(self, singleShot=True, interval=ASK_MS)
        self._timer.timeout.connect(self._ask)
        session.updated.connect(self._take)
        session.device_changed.connect(self._look)
        session.samples_changed.connect(self._look)
        session.status_changed.connect(self._take)
        session.document.changed.connect(self._look)

    def ask_importance(self, column: int, done: Callable[[Floats], None]) -> bool:
        """Calls `done` with how much the cost rises when each neuron of a layer is muted, (neurons,), unless
        another network has come in the meantime. Says whether `column`, counted as in `columns`, is a layer.
        """
        probed, experiment = self.probed, self.session.document.experiment
        layer = column - (len(self.columns) - len(experiment.layers) - 1)
        if probed is None or not 0 <= layer < len(experiment.layers):
            return False
        structure = structure_of(experiment)

        def told(rises: Floats) -> None:
            if structure_of(self.session.document.experiment) == structure:
                done(rises)

        self.session.ask("cadl_desktop.engine:importance", (experiment, probed.weights, layer), told)
        return True

    @property
    def plain(self) -> Probed | None:
        probed, experiment = self._moment or self._plain, self.session.document.experiment
        if probed is None or self._heard_of is None:
            return None
        # What is told while another document is opened may be of the one before.
        fits = structure_of(self._heard_of) == structure_of(experiment) and matches_network(
            experiment, probed
        )
        return probed if fits else None

    def show_moment(self, probed: Probed | None) -> None:
        """Shows an earlier moment of the document's network, or None: what there is now again."""
        if probed is self._moment:
            return
        self._moment = probed
        if probed is not None:
            self._heard_of = self.session.document.experiment
        if self._with_gains is None:
            self._show(self.plain)
        self.heard.emit()

    def show_with_gains(self, probed: Probed | None) -> None:
        """Shows this in place of the plain answers, or None: those again."""
        if probed is not self._with_gains:
            self._with_gains = probed
            self._show(probed or self._moment or self._plain)

    @Slot()
    def _take(self) -> None:
        probed = self.session.result.probed
        shown = self.follow_training or self.session.status is not Status.TRAINING
        of_another = self.session.carrying_over  # which still gives the news that nobody has heard
        if shown and not of_another and probed is not None and probed is not self._plain:
            self._hear(probed)
        self._look()

    def _hear(self, probed: Probed | None) -> None:
        self._plain, self._heard_of = probed, self.session.document.experiment
        if probed is None:
            self._with_gains = None
        if self._moment is not None:
            return  # what is looked at stays as it was
        if self._with_gains is None:
            self._show(probed)
        self.heard.emit()

    def _show(self, probed: Probed | None) -> None:
        self.probed = probed
        self.columns = columns_of(self.session.document.experiment, probed) if probed else ()
        self.changed.emit()

    @Slot()
    def _look(self) -> None:
        """Has the neurons asked when nobody else will: not in the middle of a training."""
        wanted = self._wanted()
        if wanted == self._asked:
            return
        self._asked = wanted
        nobody_told = self.session.result.probed is None and self.plain is None
        if nobody_told and self._plain is not None and not self._same_but_for_hiding():
            self._hear(None)
        # Other weights of the same network are wanted at once, and the pictures of before stay until then.
        self._timer.start(ASK_MS if self.plain is None else 0)

    def _same_but_for_hiding(self) -> bool:
        """Whether the pictures are of this network, which learned from other pixels of the same picture: they
        stay until there are newer ones, as nothing should blink at every stroke of a mask."""
        document, before = self.session.document, self._heard_of
        same = before is not None and differ_only_in_hiding(before, document.experiment)
        return same and not document.problems

    def _wanted(self) -> object:
        """What an answer depends on; states are compared by identity."""
        result = self.session.result
        return structure_of(self.session.document.experiment), result.state

    @Slot()
    def _ask(self) -> None:
        session, experiment = self.session, self.session.document.experiment
        ready = session.device and session.samples is not None and not session.document.problems
        told = session.result.probed is not None or session.carrying_over  # or about to be
        if session.status.live or told or not ready:
            self._asked = None
            return
        asked, state = self._asked, session.result.state

        def done(probed: Probed) -> None:
            # What a training has begun to tell in the meantime is newer.
            if asked == self._asked and session.result.probed is None:
                self._hear(probed)

        weights, step = (state.weights, state.step) if state else (None, 0)
        session.ask("cadl_desktop.engine:probe", (experiment, weights, step), done)
