"""Files in LeCun's idx format, for the tests of pictures."""

import numpy as np


def idx(array):
    """Return the array as an idx file of unsigned bytes."""
    head = bytes([0, 0, 8, array.ndim]) + b"".join(int(length).to_bytes(4, "big") for length in array.shape)
    return head + array.astype(np.uint8).tobytes()
