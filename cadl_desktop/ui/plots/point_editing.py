"""Ties the handles on the curve plot to the document: every action is one edit that can be undone."""

from typing import cast

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QToolButton

from cadl_desktop.data.curves.curve_datasets import decode_points, encode_points
from cadl_desktop.data.samples import DataError
from cadl_desktop.experiment import Part
from cadl_desktop.experiment.catalog import entry, part
from cadl_desktop.session.session import Session
from cadl_desktop.ui.controls.fields import describe
from cadl_desktop.ui.plots.curve_plot import CurvePlot
from cadl_desktop.ui.plots.point_editor import Doubles, PointEditor

KEYS = "Ctrl+Shift+E"
MOST_BY_HAND = 2000


class PointEditing(QObject):
    """The switch over the plot and what it switches. Other curves become own points by the first edit."""

    def __init__(self, session: Session, plot: CurvePlot) -> None:
        super().__init__(plot)
        self._session, self._document = session, session.document
        self.editor = PointEditor(plot)
        self._points: Doubles | None = None
        self._data: Part | None = None
        self._opened = self._document.opened
        self.button = self._make_button(plot)
        plot.header.addWidget(self.button)
        self.button.toggled.connect(self._switch)
        self.editor.edited.connect(self._edit)
        self.editor.left.connect(lambda: self.button.setChecked(False))
        self._document.changed.connect(self._document_changed)
        session.samples_changed.connect(self._samples_came)
        self._read()

    @property
    def plot(self) -> CurvePlot:
        return cast(CurvePlot, self.parent())

    def _make_button(self, plot: CurvePlot) -> QToolButton:
        button = QToolButton(plot)
        button.setText("Edit points")
        button.setCheckable(True)
        button.setProperty("toggle", True)
        button.setShortcut(QKeySequence(KEYS))
        return button

    @Slot()
    def _document_changed(self) -> None:
        if self._document.experiment.data != self._data or self._document.opened != self._opened:
            self._read()

    @Slot()
    def _samples_came(self) -> None:
        if self._document.experiment.data.kind != "points":
            self._read()

    def _read(self) -> None:
        """What can be edited of the document's dataset: own points at once, others when they are there."""
        data = self._document.experiment.data
        self._data, self._points = data, self._points_of(data)
        possible = self._points is not None and len(self._points) <= MOST_BY_HAND
        if self._document.opened != self._opened or not possible:
            self._opened = self._document.opened
            self.button.setChecked(False)
        self._describe(possible)
        if self._points is not None and possible:
            self.editor.show_points(self._points)
            if data.kind == "points" and not len(self._points):
                self._show_nothing()

    def _points_of(self, data: Part) -> Doubles | None:
        if entry("dataset", data.kind).columns != (1, 1):
            return None
        if data.kind == "points":
            try:
                return decode_points(data["points"])
            except DataError:
                return None
        samples = self._session.samples
        if samples is None or samples.inputs.shape[1] != 1:
            return self._points
        return np.column_stack([samples.inputs, samples.targets])

    def _show_nothing(self) -> None:
        """No samples are read of no points: the plot would go on showing those before."""
        self.plot.show_samples(None, keep_view=self.editor.active)
        self.editor.show_points(np.empty((0, 2)))

    def _describe(self, possible: bool) -> None:
        self.button.setEnabled(possible)
        text = (
            "Click to add a point, drag to move it, right click to remove it; by keyboard Tab, arrows, "
            f"Insert and Delete ({KEYS})."
        )
        if not possible:
            text = f"More than {MOST_BY_HAND:,} points can't be edited by hand."
        describe(self.button, "Edit points", text)

    @Slot(bool)
    def _switch(self, on: bool) -> None:
        self.editor.set_active(on)
        if on:
            self.plot.canvas.setFocus()
        else:
            self._show_again()

    def _show_again(self) -> None:
        """Everything there is, where nobody has zoomed."""
        if not self.plot.zoomed:
            self.plot.reset_zoom()
        if self._points is not None and not len(self._points):
            self._show_nothing()

    @Slot(str, object, object)
    def _edit(self, label: str, points: Doubles, merge_key: str | None) -> None:
        data = part("dataset", "points", points=encode_points(points))
        self._document.edit(label, replace(self._document.experiment, data=data), merge_key)
