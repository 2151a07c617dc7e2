"""Hangups in tests and soaks that were started by `nohup`, which ignores them."""

import signal


def let_children_hear_hangups() -> None:
    """Replaces an ignored SIGHUP by a handler that does nothing: a new process inherits what is ignored, and
    has the default where its parent has a handler."""
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: None)
