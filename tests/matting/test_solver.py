import math

import numpy as np
import pytest
import torch

from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.solvers.conjugate_gradients import conjugate_gradients
from mattingapp.matting.solvers.gpu.laplacian import UnknownSystem, matting_system
from mattingapp.matting.solvers.gpu.multilevel import TensorMultiLevel
from mattingapp.matting.solvers.gpu.photo import DevicePhoto
from mattingapp.matting.solvers.gpu.vectors import TensorVectors
from mattingapp.matting.stages import known_alpha
from tests.matting.scenes import soft_disc

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def system() -> UnknownSystem:
    photo, trimap, _ = soft_disc(64)
    return matting_system(DevicePhoto(photo, CPU), trimap == 128, known_alpha(trimap), 1e-7, Job())


def solve(system: UnknownSystem, precondition, **options):
    parameters = {"tolerance": 1e-9, "max_iterations": 5000, "job": Job(), **options}
    matrix = system.matrix()
    return conjugate_gradients(
        TensorVectors(),
        lambda x: matrix @ x,
        system.b,
        torch.zeros_like(system.b),
        precondition,
        **parameters,
    )


def test_it_solves_to_the_tolerance(system):
    x, _, converged = solve(system, lambda r: r)
    assert converged
    assert (system.b - system.matrix() @ x).norm() <= 2e-9 * system.b.norm()


def test_several_levels_take_a_fraction_of_the_steps(system):
    diagonal = system.stencil[:, 12]
    slow, jacobi_steps, _ = solve(system, lambda r: r / diagonal)
    fast, steps, _ = solve(system, TensorMultiLevel(system, Job()))
    assert steps < jacobi_steps / 4
    np.testing.assert_allclose(fast, slow, atol=1e-5)


def test_the_preconditioner_is_symmetric_and_positive(system):
    precondition = TensorMultiLevel(system, Job())
    random = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, len(system.b), generator=random, dtype=torch.float64)
    # To what float32 resolves, in which the finest level computes.
    assert float(a @ precondition(b)) == pytest.approx(float(b @ precondition(a)), rel=1e-3)
    assert float(a @ precondition(a)) > 0


def test_the_laplacian_is_symmetric_and_gives_constants_no_energy(system):
    matrix = system.matrix().to_dense()
    assert (matrix - matrix.T).abs().max() < 1e-7
    photo, trimap, _ = soft_disc(64)
    swapped = matting_system(DevicePhoto(photo, CPU), trimap == 128, 1 - known_alpha(trimap), 1e-7, Job())
    np.testing.assert_allclose(matrix.sum(1), system.b + swapped.b, atol=1e-6)


def test_a_solved_start_takes_no_step():
    b = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    x, steps, converged = conjugate_gradients(
        TensorVectors(), torch.clone, b, b, lambda r: r, 1e-9, 10, Job()
    )
    assert (steps, converged) == (0, True)
    assert torch.equal(x, b)


def test_cancel_ends_the_iteration(system):
    job = Job()
    job.cancel.set()
    with pytest.raises(Cancelled):
        solve(system, lambda r: r, job=job)


@pytest.mark.parametrize("spoiled", [math.nan, math.inf, -1.0, 0.0])
def test_a_preconditioner_that_is_not_positive_is_done_without(system, spoiled):
    x, _, converged = solve(system, lambda r: spoiled * r)
    without, _, _ = solve(system, lambda r: r)
    assert converged
    assert torch.equal(x, without)


def test_a_preconditioner_that_breaks_on_the_way_is_done_without(system):
    calls = iter(range(10_000))
    x, _, converged = solve(system, lambda r: r * (math.nan if next(calls) == 3 else 1.0))
    assert converged
    assert (system.b - system.matrix() @ x).norm() <= 2e-9 * system.b.norm()


@pytest.mark.parametrize("product", [math.nan, math.inf, -1.0])
def test_a_matrix_that_is_not_positive_gives_back_the_start_and_says_so(product):
    b = torch.ones(3, dtype=torch.float64)
    start = torch.full_like(b, 0.5)
    x, _, converged = conjugate_gradients(
        TensorVectors(), lambda x: product * x, b, start, lambda r: r, 1e-9, 10, Job()
    )
    assert not converged
    assert torch.equal(x, start)
