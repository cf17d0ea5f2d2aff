"""What a task sets for its own sums is as before afterwards, whatever became of the task."""

import numpy as np
import pytest
import torch

from scapa.lab.arithmetic import arithmetic

SMALLEST = np.float64(5e-324)


@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_threads_and_denormals_are_as_before_afterwards(error):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with arithmetic(1):
            assert torch.get_num_threads() == 1
            assert float(torch.tensor(1e-40) * 1.0) == 0
            if error:
                raise error
    except KeyboardInterrupt:
        assert error
    finally:
        assert torch.get_num_threads() == 2
        torch.set_num_threads(before)
    assert SMALLEST * 1.0 > 0
    assert float(torch.tensor(1e-40) * 1.0) > 0
