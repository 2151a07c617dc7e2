"""The network drawing: every neuron with what it computes, every line a weight."""
