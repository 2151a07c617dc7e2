"""Drawing on screens of any pixel density, in processes of their own: sharp, and not cut off."""

import os
import subprocess
import sys

import pytest

LOOK = """
import sys, time
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton
from cadl_desktop.ui.theme.theme_switch import set_theme
from cadl_desktop.ui.window.application import make_window
from tests.ui.driving import cut_texts

app = QApplication(sys.argv[:1])
window = make_window("lecture-tanh")
set_theme("light")
window.resize(1100, 700)
window.show()
while not window.isVisible() or not window.features.views.output.isVisible():
    app.processEvents()
app.processEvents()
ratio = window.devicePixelRatioF()
buttons = [button for button in window.toolbar.findChildren(QToolButton) if not button.icon().isNull()]
sizes = [(button.icon(), button.iconSize()) for button in buttons]
pixels = {icon.pixmap(size, ratio).width() / size.width() for icon, size in sizes}
print(ratio, *sorted(pixels), window.grab().devicePixelRatio())
print(*cut_texts(window), sep="; ")
window.close_without_asking()
"""


@pytest.mark.parametrize("factor", ["1", "1.5", "2"])
def test_nothing_is_blurred_or_cut(factor: str) -> None:
    environment = os.environ | {"QT_SCALE_FACTOR": factor, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", LOOK]
    output = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=120, env=environment
    ).stdout
    fine, cut = output.splitlines()[:2]
    assert {float(number) for number in fine.split()} == {float(factor)}
    assert cut == ""
