"""Layer designer in the middle of the window, with the actions on all gains."""

from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.controls.topics import set_topic
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.designer.designer_header import keep_gains, reset_gains
from cadl_desktop.ui.frame.door import Door, Hideable, MenuEntry


def designer_door(designer: Designer, neuron_gains: NeuronGains) -> Door:
    set_topic(designer, "network.md")
    bar = designer.bar
    return Door(
        middle=(designer,),
        entries=(
            MenuEntry("keep_gains", keep_gains(neuron_gains), "edit", 1),
            MenuEntry("reset_gains", reset_gains(neuron_gains), "edit", 1),
        ),
        hideables=(
            Hideable("legend", lambda: [bar.legend]),
            Hideable("network-views", lambda: [bar.contrast, bar.importance, bar.readouts, bar.backwards]),
            Hideable("keep-learned", lambda: [designer.keep]),
            Hideable("automatic-layers", lambda: [designer.following], is_wanted=designer.can_follow),
        ),
        news=(neuron_gains.changed,),
    )
