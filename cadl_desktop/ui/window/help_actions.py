"""Actions of the window itself: the Help menu, Quit, Reset layout, and going from panel to panel."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWhatsThis

from cadl_desktop.session.background import LatestOnly
from cadl_desktop.ui.controls.action import Action
from cadl_desktop.ui.frame.door import Door, MenuEntry
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.window.panel_focus import focus_panel


class HelpActions(QObject):
    """Offers the actions; each imports its dialog when it is triggered."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame.window)
        self._frame, self._window, self._session = frame, frame.window, frame.session
        self._newest = LatestOnly()  # dialogs that open once their content was collected
        text = "Closes the window; asks before anything is lost."
        close = Action("Quit", frame.window.close, "Ctrl+Q", text)
        text = "Puts every panel back where a first start has it."
        reset_layout = Action("Reset layout", frame.docks.reset, tip=text)
        text = "Goes to the next panel, to where the keyboard was in it last."
        onwards = Action("Next panel", self._go_on, "F6", text)
        text = "Goes to the panel before."
        back = Action("Previous panel", self._go_back, "Shift+F6", text)
        shortcuts = Action("Shortcuts", self._show_shortcuts, "Ctrl+/", "Lists every key.", "info")
        text = "Says what a part of the window shows: click on it."
        whats_this = Action("What is this?", QWhatsThis.enterWhatsThisMode, "Shift+F1", text, "info")
        text = "Shows what a report would contain, to be saved as a file; nothing is sent."
        report = Action("Report a problem…", self._show_report, tip=text)
        about = Action("About", self._show_about, tip="Version and licences.")
        self.door = Door(
            entries=(
                MenuEntry("close", close, "file", 4, anywhere=True),
                MenuEntry("reset_layout", reset_layout, "view", 2, order=-1),
                MenuEntry("next_panel", onwards, "view", 2, order=2, anywhere=True),
                MenuEntry("previous_panel", back, "view", 2, order=2, anywhere=True),
                MenuEntry("whats_this", whats_this, "help", 1, anywhere=True),
                MenuEntry("shortcuts", shortcuts, "help", 1, anywhere=True),
                MenuEntry("report", report, "help", 1, anywhere=True),
                MenuEntry("about", about, "help", 1, anywhere=True),
            )
        )

    @Slot()
    def _go_on(self) -> None:
        focus_panel(self._frame, 1)

    @Slot()
    def _go_back(self) -> None:
        focus_panel(self._frame, -1)

    @Slot()
    def _show_shortcuts(self) -> None:
        from cadl_desktop.ui.window.shortcuts_dialog import shortcuts_dialog

        shortcuts_dialog(list(self._frame.actions), self._window).open()

    @Slot()
    def _show_report(self) -> None:
        from cadl_desktop.ui.window.diagnostics.report_dialog import open_report

        open_report(self._window, self._session, self._newest)

    @Slot()
    def _show_about(self) -> None:
        from cadl_desktop.requirements import installed_libraries
        from cadl_desktop.ui.window.about_dialog import AboutDialog

        session = self._session
        session.background.do(
            installed_libraries,
            lambda libraries: AboutDialog(libraries, self._window).open(),
            session.report_error,
            self._newest,
        )
