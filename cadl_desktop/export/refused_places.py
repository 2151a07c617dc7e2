"""What the system has told others of a place, which they pass on in words alone."""

import errno
import os

_TOLD = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOENT, errno.EACCES, errno.EROFS)


def raise_refusal(text: str) -> None:
    """Raises the OSError whose words are in the text; ffmpeg and TensorFlow have no other way to tell it."""
    for number in _TOLD:
        if os.strerror(number) in text:
            raise OSError(number, os.strerror(number))
