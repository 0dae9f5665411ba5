import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sparse

from mattingapp.matting.solvers.cpu.factors import Factors


def grid(side: int) -> sparse.csc_array:
    """Return a positive definite matrix: the Laplacian of a grid, and a little more on its diagonal."""
    diagonals, offsets = [-1, -1, 4.1, -1, -1], [-side, -1, 0, 1, side]
    return sparse.diags_array(diagonals, offsets=offsets, shape=(side**2, side**2)).tocsc()


def test_the_factors_solve_the_system():
    matrix, x = grid(30), np.random.default_rng(0).random(900)
    np.testing.assert_allclose(Factors(matrix).solve(matrix @ x), x, rtol=0, atol=1e-12)


def test_factors_made_in_one_thread_and_let_go_in_another_take_no_memory():
    pytest.importorskip("resource")
    program = (
        "import resource, threading\n"
        "from mattingapp.matting.solvers.cpu.factors import Factors\n"
        "from tests.matting.test_factors import grid\n"
        "matrix, made, most = grid(110), [], []\n"
        "for _ in range(45):\n"
        "    thread = threading.Thread(target=lambda: made.append(Factors(matrix)))\n"
        "    thread.start(), thread.join(), made.clear()\n"
        "    most.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        "print(most[-1] - most[4])\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(ended.stdout) < 20_000  # kB; each takes five megabytes
