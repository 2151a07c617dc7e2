"""What is asked of the painting between its pixels: the button beside the score, and the answer below."""

from PySide6.QtCore import QObject, Slot

from cadl_desktop.session.session import Session
from cadl_desktop.session.views.between_pixels import BetweenPixels
from cadl_desktop.ui.painting.between import between_texts
from cadl_desktop.ui.plots.output_view import OutputView


class BetweenViews(QObject):
    """Stands between the painting's view, which is made when it is first needed, and the session."""

    def __init__(self, between: BetweenPixels, session: Session, output: OutputView) -> None:
        super().__init__(output)
        self._between, self._output = between, output
        self._attached = False
        output.kind_shown.connect(self._attach)
        for news in (
            between.changed,
            session.updated,
            session.status_changed,
            session.samples_changed,
            session.document.changed,
            session.document.problems_changed,
        ):
            news.connect(self._show)
        self._attach()

    @Slot()
    def _attach(self) -> None:
        if self._output.is_painting and not self._attached:
            self._attached = True
            self._output.painting.head.between.clicked.connect(self._between.measure)
        self._show()

    @Slot()
    def _show(self) -> None:
        if self._output.is_painting:
            painting, between = self._output.painting, self._between
            painting.head.between.follow(between)
            painting.show_between(between_texts(between.found, between.busy))
