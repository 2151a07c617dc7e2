"""The list of the window's features, and the connections between them."""

from cadl_desktop.session.views.followed_point import PointProbe
from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.session.views.probed_neurons import Neurons
from cadl_desktop.session.views.roaming import Roaming
from cadl_desktop.session.views.time_machine import TimeMachine
from cadl_desktop.ui.bytes.bytes_door import Bytes
from cadl_desktop.ui.comparing.comparing_door import Comparing
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.designer.designer_door import designer_door
from cadl_desktop.ui.diagnosis.diagnosis_door import diagnosis_door
from cadl_desktop.ui.export.export_menu import Exports
from cadl_desktop.ui.frame.door import Door
from cadl_desktop.ui.frame.frame import Frame
from cadl_desktop.ui.intake.file_menu import FileMenu
from cadl_desktop.ui.intake.intake import Intake
from cadl_desktop.ui.landscape.landscape_door import landscape_door
from cadl_desktop.ui.lessons.lessons_door import Lessons
from cadl_desktop.ui.manual.manual_door import ManualHelp
from cadl_desktop.ui.masking.masking import Masking
from cadl_desktop.ui.network.point_drawing import PointDrawing
from cadl_desktop.ui.painters.painters_door import Painters
from cadl_desktop.ui.panels.panels_door import Settings
from cadl_desktop.ui.preferences.preferences_door import Preferences
from cadl_desktop.ui.presentation import Presentation
from cadl_desktop.ui.start.start_door import Start
from cadl_desktop.ui.sweeps.sweeps_door import Sweeps
from cadl_desktop.ui.timeline.moment_marks import MomentBadge
from cadl_desktop.ui.timeline.timeline_door import Timeline
from cadl_desktop.ui.window.help_actions import HelpActions
from cadl_desktop.ui.window.notices import AfterTraining, EditNotices, FileAndFailureNotices
from cadl_desktop.ui.window.studio_switch import StudioSwitch
from cadl_desktop.ui.window.training_actions import TrainingActions
from cadl_desktop.ui.window.views.live_views import LiveViews
from cadl_desktop.ui.window.views.view_bindings import PointBinding, RoamingBinding, RunBinding
from cadl_desktop.ui.window.views.views_door import ViewsDoor


class Features:
    """Creates the features of a window and connects those that depend on one another.

    `doors` lists what they offer; its order is that of entries within a group of a menu.
    """

    def __init__(self, frame: Frame) -> None:
        session = frame.session
        self.intake = Intake(frame.window, session)
        self._make_views(frame)
        output, cost = self.views.output, self.views.cost
        self.start, self.lessons = Start(frame, self.intake), Lessons(frame)
        self.manual = ManualHelp(frame)
        self.presentation = Presentation(frame, self.lessons, self.designer, output)
        self.exports = Exports(frame, self.neuron_gains, self.machine, self.views.looked_at)
        self.comparing = Comparing(frame)
        self.bytes = Bytes(frame, self.machine, output.switches.bytes)
        self.masking = Masking(frame, output)
        self.painters = Painters(frame, self.intake)
        settings = Settings(frame, self.intake, self.painters.action)
        self.training = TrainingActions(frame)
        self.side = settings.side
        self.sweeps = Sweeps(frame, self.comparing, self.side, self.designer.beside)
        self.file_menu = FileMenu(frame, self.intake)
        timeline = Timeline(self.machine)
        self.timeline = timeline.bar
        self.preferences = Preferences(
            frame, self.neurons, (cost, output), lambda: self.comparing.trains_beside
        )
        self.studio_switch = StudioSwitch(frame, self.side)
        self._connect(frame)
        self.doors: tuple[Door, ...] = (
            self.start.door,
            self.file_menu.door,
            self.exports.door,
            self.training.door,
            self.painters.door,
            settings.door,
            self.lessons.door,
            self.manual.door,
            self.sweeps.door,
            designer_door(self.designer, self.neuron_gains),
            ViewsDoor(frame, self.views, self.point).door,
            self.bytes.door,
            self.comparing.door,
            diagnosis_door(session),
            landscape_door(self.machine),
            timeline.door,
            self.masking.door,
            self.presentation.door,
            self.preferences.door,
            self.studio_switch.door,
            HelpActions(frame).door,
        )
        self.after_training = AfterTraining(frame)
        FileAndFailureNotices(frame)
        EditNotices(frame)

    def _make_views(self, frame: Frame) -> None:
        """Creates the views of the network and its output."""
        session = frame.session
        self.neurons = Neurons(session)
        self.neuron_gains = NeuronGains(self.neurons)
        self.designer = Designer(session.document, self.neurons, self.neuron_gains, frame.work)
        self.machine = TimeMachine(self.neurons)
        self.designer.add_header_widget(MomentBadge(self.machine))
        self.views = LiveViews(session, self.neuron_gains, self.machine, frame.work)
        output = self.views.output
        self.roaming = RoamingBinding(Roaming(session, self.neuron_gains), self.machine, output)
        self.point = PointProbe(self.neuron_gains)
        PointDrawing(self.point, session, self.designer.canvas.view)
        PointBinding(self.point, output)

    def _connect(self, frame: Frame) -> None:
        """Connects signals of one feature to slots of another."""
        RunBinding(frame.session, self.comparing.pane, self.views.cost, self.views.output)
        self.start.lessons_wanted.connect(self.lessons.page.show)
        self.intake.projects.brush_wanted.connect(self.masking.take_brush)
        self.training.trained.connect(self.masking.show_painting)
        # Qt raises a dock above the card that lies over the window.
        frame.window.tabifiedDockWidgetActivated.connect(self.designer.beside.close_card)
