"""Bar at the bottom of the window with all moments of the run, and its actions: go to, replay, branch."""

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolBar, QToolButton, QWidget

from cadl_desktop.experiment.catalog import entry
from cadl_desktop.session.run_commands import branch
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.controls.action import Action, bind_button, button_for
from cadl_desktop.ui.controls.fields import Chooser, describe
from cadl_desktop.ui.controls.layouts import in_row, wide
from cadl_desktop.ui.controls.looks import FittingLabel, label
from cadl_desktop.ui.controls.number_text import NO_VALUE, cost_text, user_locale
from cadl_desktop.ui.theme.icons import set_icon
from cadl_desktop.ui.theme.theme import GRID
from cadl_desktop.ui.timeline.moment_slider import MomentSlider


class TimelineActions(QObject):
    """Actions on the moments of a run, for bar, menu and keys."""

    def __init__(self, machine: TimeMachine) -> None:
        super().__init__(machine)
        self.machine = machine
        text = "Shows the moment before (Ctrl+Alt+Left)."
        self.earlier = Action(
            "Earlier moment", machine.go_to_earlier, "Ctrl+Alt+Left", text, "earlier", self._has_moments
        )
        text = "Shows the moment after (Ctrl+Alt+Right)."
        self.later = Action(
            "Later moment", machine.go_to_later, "Ctrl+Alt+Right", text, "later", self.has_later
        )
        title, text = _NOW
        self.now = Action(title, machine.go_to_now, "Ctrl+Alt+End", text, possible=self._is_earlier_shown)
        text = "Shows the newest weights, with which training goes on, in place of the best epoch's."
        self.final = Action("Final", machine.go_to_final, tip=text, possible=self._can_show_final)
        text = "Goes through the moments up to now, as a film."
        self.replay = Action("Replay", self._toggle_replay, "Ctrl+Alt+P", text, "play", self._has_moments)
        text = "Starts a new run with the weights and settings of this moment; this run stays in the list."
        self.branch = Action(
            "Branch from here", self._branch, "Ctrl+B", text, "branch", self._is_earlier_shown
        )

    def _has_moments(self) -> bool:
        """Whether there are moments besides the start of the run."""
        return len(self.machine.snapshots.states) > 1

    def _is_earlier_shown(self) -> bool:
        return self.machine.moment is not None

    def has_later(self) -> bool:
        """Whether a moment follows the shown one; all do that follow the best epoch."""
        return self.machine.moment is not self.machine.final

    def _can_show_final(self) -> bool:
        return self.machine.final is not None and self.has_later()

    def _toggle_replay(self) -> None:
        if self.machine.replaying:
            self.machine.stop_replay()
        else:
            self.machine.replay()

    def _branch(self) -> None:
        if self.machine.moment is not None:
            branch(self.machine.session, self.machine.moment)


REDRAW_INTERVAL_MS = 250
"""Shortest interval between drawings of new moments."""
_NOW = "Now", "Leads back to what the network makes now (Ctrl+Alt+End)."
_BEST = "Best", "Shows the best epoch, which is the run's result (Ctrl+Alt+End)."
SPEEDS = ("0.25", "0.5", "1", "2", "4")
_WIDEST = "step 0,000,000 · epoch 00,000 · cost 0,000.0 · 0,000.0 s", "epoch 00,000 · cost 0,000.0"
_LEAST_SLIDER = 30 * GRID


class TimelineBar(QToolBar):
    """Tool bar for a time machine's moments; shows a hint until there are any."""

    def __init__(self, machine: TimeMachine, actions: TimelineActions) -> None:
        super().__init__()
        self._machine, self._actions = machine, actions
        self.setObjectName("timeline")
        self.setWindowTitle("Timeline")
        self.setAccessibleName("Timeline")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.earlier, self.play, self.later = QToolButton(), QToolButton(), QToolButton()
        self.slider, self.label = MomentSlider(), FittingLabel()
        self.speed = Chooser([(speed, f"{speed}×", "") for speed in SPEEDS])
        self.branch, self.now = button_for(actions.branch), button_for(actions.now)
        self.final = button_for(actions.final)
        self.empty = label("Train to record moments: to look back at, to replay, to branch from.", "muted")
        self._redraw_timer = QTimer(self, singleShot=True, interval=REDRAW_INTERVAL_MS)
        self._describe()
        self._lay_out()
        self._connect()
        self._show_moments()
        self._show_moment()

    def _describe(self) -> None:
        bind_button(self.earlier, self._actions.earlier)
        bind_button(self.later, self._actions.later)
        text = "Each moment of the run: arrow keys go from one to the next, End leads back to now."
        describe(self.slider, "Moment", text)
        describe(self.speed, "Speed of the replay", "How fast moments are replayed; 1× takes 10 s.")
        self.label.setAccessibleName("The moment that is shown")
        self.speed.set_name("1")

    def _lay_out(self) -> None:
        content = QWidget()
        content.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.speed.setFixedWidth(9 * GRID)
        buttons = (self.earlier, self.play, self.later)
        self._controls = (*buttons, self.speed, self.slider, self.label, self.branch, self.now, self.final)
        parts = [wide(part) if part is self.slider else part for part in self._controls]
        in_row(wide(self.empty), *parts, on=content, margins=(GRID // 2, 0, GRID // 2, 0))
        content.setFixedHeight(30)
        for button in buttons:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.addWidget(content)
        for extension in self.findChildren(QToolButton, "qt_toolbar_ext_button"):
            describe(extension, "More", "Shows what has no room in the timeline.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Shortens the label, and shows only the branch button's icon, before the slider becomes too short to
        use."""
        fitted = (self.slider, self.label, self.branch, *([self.final] if self.final.isHidden() else []))
        others = [part for part in self._controls if part not in fitted]
        room = self.width() - sum(part.sizeHint().width() for part in others) - _LEAST_SLIDER
        for widest, title in zip(_WIDEST, ("Branch", ""), strict=True):
            width = self.label.fontMetrics().horizontalAdvance(widest)
            self.label.setFixedWidth(width)
            self.branch.setText(title)
            if width + self.branch.sizeHint().width() + len(self._controls) * GRID <= room:
                break

    def _connect(self) -> None:
        machine = self._machine
        self.play.clicked.connect(self._actions.replay.calls)
        self.speed.chosen.connect(self._set_speed)
        self.slider.step_wanted.connect(machine.go_to_step)
        self.slider.moved_by.connect(machine.go_by)
        self.slider.now_wanted.connect(machine.go_to_now)
        self._redraw_timer.timeout.connect(self._show_moments)
        machine.recorded.connect(self._schedule_redraw)
        machine.changed.connect(self._show_moment)
        machine.session.status_changed.connect(self._show_moments)

    @Slot(str)
    def _set_speed(self, name: str) -> None:
        self._machine.speed = float(name)

    @Slot()
    def _schedule_redraw(self) -> None:
        if not self._machine.snapshots.states:
            self._show_moments()  # the run that they belonged to was replaced
        elif not self._redraw_timer.isActive():
            self._redraw_timer.start()

    @Slot()
    def _show_moments(self) -> None:
        # In a training moments follow: nothing comes and goes until they do.
        session = self._machine.session
        visible = self._machine.has_moments or session.going or session.status.live
        has_final = self._machine.final is not None
        self.empty.setVisible(not visible)
        for control in self._controls:
            # *Final* isn't shown only to be hidden again: that moves its neighbours until the next layout.
            control.setVisible(visible and (control is not self.final or has_final))
        self._fit()
        title, text = _BEST if has_final else _NOW
        if title != self.now.text():
            self.now.setText(title)
            describe(self.now, title, text)
        self._show_moment()

    def _show_slider(self) -> None:
        states, moment = self._machine.snapshots.states, self._machine.moment
        result = self._machine.session.result
        newest = max(states[-1].step, result.step) if states else 0
        if self._machine.final and result.state:
            newest = result.state.step
        self.slider.show_moments(
            [state.step for state in states],
            moment.step if moment else newest,
            past=moment is not None,
            goes_on=self._machine.session.going,
        )

    @Slot()
    def _show_moment(self) -> None:
        machine = self._machine
        past = machine.moment is not None
        replay = self._actions.replay
        title = "Hold" if machine.replaying else replay.title
        if title != self.play.accessibleName():
            text = "Holds the replay here." if machine.replaying else replay.tip
            describe(self.play, title, text)
            set_icon(self.play, "pause" if machine.replaying else replay.icon)
        self.later.setEnabled(self._actions.has_later())
        self.now.setEnabled(past)
        self.final.setEnabled(machine.final is not machine.moment)
        self.branch.setEnabled(past)
        self._show_slider()
        self._show_label()

    def _show_label(self) -> None:
        moment, locale = self._machine.moment, user_locale()
        if moment is None:
            count = len(self._machine.snapshots.states)
            words = "1 moment" if count == 1 else f"{locale.toString(count)} moments"
            best = self._machine.session.result.state if self._machine.final else None
            if best is not None:
                name = f"best: epoch {locale.toString(best.epoch)}"
                self.label.show_texts((f"{name} · {words}", name))
            else:
                self.label.show_texts((words,))
            return
        cost = self._machine.cost
        epoch = f"epoch {locale.toString(moment.epoch)}"
        shorter = f"{epoch} · cost {NO_VALUE if cost is None else cost_text(cost)}"
        step, seconds = locale.toString(moment.step), locale.toString(moment.seconds, "f", 1)
        texts: tuple[str, ...] = (f"step {step} · {shorter} · {seconds} s", shorter, epoch)
        if moment.lacks_memories:
            title = entry("optimizer", moment.settings.optimizer.kind).title
            texts = tuple(f"{text} · {title} begins anew" for text in texts)
        self.label.show_texts(texts)
