"""Door of the diagnosis: docks for histograms and operations."""

from PySide6.QtWidgets import QWidget

from cadl_desktop.session.session import Session
from cadl_desktop.ui.frame.door import Dock, Door


def diagnosis_door(session: Session) -> Door:
    def histograms(within: QWidget) -> QWidget:
        from cadl_desktop.ui.diagnosis.histograms_panel import HistogramsPanel

        return HistogramsPanel(session, within)

    def operations(within: QWidget) -> QWidget:
        from cadl_desktop.ui.diagnosis.operations_panel import OperationsPanel

        return OperationsPanel(session, within)

    return Door(
        docks=(
            Dock("histograms", "Histograms", histograms, scrolls=True, manual="doctor.md#histograms"),
            Dock("operations", "Operations", operations, manual="doctor.md#operations"),
        )
    )
