"""The process that decodes: one file after the other, within limits, until nobody is there to ask."""

import faulthandler
import os
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from io import BytesIO
from typing import Any

from cadl_desktop.decoding.refusals import RefusedError, plain_refusal
from cadl_desktop.system.channel import Array, Channel, ChannelError, PlainCodec
from cadl_desktop.system.parent_process import bound_memory, ignore_signals, private_input, private_output

DECODERS: Mapping[str, str] = {
    "picture": "cadl_desktop.data.pictures.picture_decoding:decoded_picture",
    "hdf5": "cadl_desktop.weights_in.hdf5_files:decoded_arrays",
}
"""By name, as 'module:function'; nothing else is ever called here. Each takes an open file and further
values, and gives arrays by name one by one, or raises `RefusedError`."""
MOST_MEMORY = 2**30
_MOST_WORDS = 500

Decode = Callable[..., Iterator[tuple[str, Array]]]


def serve() -> int:
    """Answers the parent's requests until it is gone; gives the exit code."""
    channel = Channel(private_input(), private_output(), PlainCodec())
    ignore_signals()
    bound_memory(MOST_MEMORY)
    _decode("picture")  # what most files are
    nothing = open(os.devnull, "w")  # noqa: SIM115  # for as long as the process lives
    while True:
        try:
            request = channel.receive()
        except ChannelError:
            return 0
        decode = _decode(request["decoder"])
        # Ends the process, also in a decoder that never comes back, and when nobody waits for it any more.
        faulthandler.dump_traceback_later(request["seconds"], exit=True, file=nothing)
        try:
            _answer(channel, decode, request)
        except ChannelError:
            return 1
        faulthandler.cancel_dump_traceback_later()


def _decode(name: str) -> Decode:
    module, _, function = DECODERS[name].partition(":")
    found: Decode = getattr(import_module(module), function)
    return found


def _answer(channel: Channel, decode: Decode, request: dict[str, Any]) -> None:
    try:
        path = request["path"]
        with open(path, "rb") if path else BytesIO(request["content"]) as file:
            for name, array in decode(file, **request["values"]):
                channel.send({"name": name, "array": array})
        channel.send({"end": True})
    except RefusedError as refusal:
        channel.send({"refusal": plain_refusal(refusal)})
    except MemoryError:
        channel.send({"memory": MOST_MEMORY})
    except ChannelError:
        raise
    except Exception as error:  # decoders raise nearly anything for damaged data
        channel.send({"failed": repr(error)[:_MOST_WORDS]})
