"""Worker process that decodes one file after the other, within limits, until its parent ends."""

import faulthandler
import os
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from io import BytesIO
from typing import Any

from cadl_desktop.decoding.refusals import RefusedError, refusal_as_json
from cadl_desktop.system.channel import Array, Channel, ChannelError, PlainCodec
from cadl_desktop.system.child_side import ignore_signals, limit_memory, private_input, private_output

DECODERS: Mapping[str, str] = {
    "picture": "cadl_desktop.data.pictures.picture_decoding:decoded_picture",
    "squares": "cadl_desktop.data.pictures.picture_decoding:decoded_squares",
    "hdf5": "cadl_desktop.weights_in.hdf5_files:decoded_arrays",
}
"""Name of a decoder -> its 'module:function'; null else is ever called here. A decoder takes an open file
and further values, and yields names with arrays, or raises `RefusedError`."""
MOST_MEMORY = 2**30
_MOST_WORDS = 500

Decode = Callable[..., Iterator[tuple[str, Array]]]


def serve() -> int:
    """Serves the parent's requests until it ends; returns the exit code. `decoder.py` names this function."""
    channel = Channel(private_input(), private_output(), PlainCodec())
    ignore_signals()
    limit_memory(MOST_MEMORY)
    _decoder_of("picture")  # imports the decoder of most files
    null = open(os.devnull, "w")  # noqa: SIM115  # for as long as the process lives
    while True:
        try:
            request = channel.receive()
        except ChannelError:
            return 0
        decode = _decoder_of(request["decoder"])
        # Ends the process also when a decoder hangs, and when the parent no longer waits.
        faulthandler.dump_traceback_later(request["seconds"], exit=True, file=null)
        try:
            _respond(channel, decode, request)
        except ChannelError:
            return 1
        faulthandler.cancel_dump_traceback_later()


def _decoder_of(name: str) -> Decode:
    module, _, function = DECODERS[name].partition(":")
    found: Decode = getattr(import_module(module), function)
    return found


def _respond(channel: Channel, decode: Decode, request: dict[str, Any]) -> None:
    try:
        path = request["path"]
        with open(path, "rb") if path else BytesIO(request["content"]) as file:
            for name, array in decode(file, **request["values"]):
                channel.send({"name": name, "array": array})
        channel.send({"end": True})
    except RefusedError as refusal:
        channel.send({"refusal": refusal_as_json(refusal)})
    except MemoryError:
        channel.send({"memory": MOST_MEMORY})
    except ChannelError:
        raise
    except Exception as error:  # decoders raise nearly anything for damaged data
        channel.send({"failed": repr(error)[:_MOST_WORDS]})
