"""The layer designer in the middle of the window, and what is done to all of its neurons at once."""

from cadl_desktop.session.views.neuron_gains import NeuronGains
from cadl_desktop.ui.designer.designer import Designer
from cadl_desktop.ui.designer.gains_bar import keep_gains, reset_gains
from cadl_desktop.ui.frame.door import Door, Entry


def designer_door(designer: Designer, neuron_gains: NeuronGains) -> Door:
    return Door(
        middle=(designer,),
        entries=(
            Entry("keep_gains", keep_gains(neuron_gains), "edit", 1),
            Entry("reset_gains", reset_gains(neuron_gains), "edit", 1),
        ),
        news=(neuron_gains.changed,),
    )
