import numpy as np
import pytest
import torch

from mattingapp.matting.job import Cancelled, Job
from mattingapp.matting.solver import TensorVectors, conjugate_gradients
from mattingapp.matting.stages import known_alpha
from mattingapp.matting.tensors.laplacian import matting_system
from mattingapp.matting.tensors.multilevel import TensorMultiLevel
from mattingapp.matting.tensors.sparse import to_scipy, to_torch
from tests.matting.scenes import soft_disc

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def system():
    photo, trimap, _ = soft_disc(64)
    return photo, matting_system(photo, trimap == 128, known_alpha(trimap), 1e-7, CPU, Job())


def solve(system, precondition, **options):
    parameters = {"tolerance": 1e-9, "max_iterations": 5000, "job": Job(), **options}
    return conjugate_gradients(
        TensorVectors(),
        lambda x: system.matrix @ x,
        system.b,
        torch.zeros_like(system.b),
        precondition,
        **parameters,
    )


def test_it_solves_to_the_tolerance(system):
    _, system = system
    x, _, converged = solve(system, lambda r: r)
    assert converged
    assert (system.b - system.matrix @ x).norm() <= 2e-9 * system.b.norm()


def test_several_levels_take_a_fraction_of_the_steps(system):
    photo, system = system
    diagonal = torch.from_numpy(to_scipy(system.matrix).diagonal())
    slow, jacobi_steps, _ = solve(system, lambda r: r / diagonal)
    fast, steps, _ = solve(system, TensorMultiLevel(system, photo, Job()))
    assert steps < jacobi_steps / 4
    np.testing.assert_allclose(fast, slow, atol=1e-5)


def test_the_preconditioner_is_symmetric_and_positive(system):
    photo, system = system
    precondition = TensorMultiLevel(system, photo, Job())
    random = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, len(system.b), generator=random, dtype=torch.float64)
    # To what float32 resolves, in which the finest level computes.
    assert float(a @ precondition(b)) == pytest.approx(float(b @ precondition(a)), rel=1e-4)
    assert float(a @ precondition(a)) > 0


def test_the_laplacian_is_symmetric_and_gives_constants_no_energy(system):
    _, system = system
    matrix = to_scipy(system.matrix)
    assert abs(matrix - matrix.T).max() < 1e-7
    photo, trimap, _ = soft_disc(64)
    swapped = matting_system(photo, trimap == 128, 1 - known_alpha(trimap), 1e-7, CPU, Job())
    np.testing.assert_allclose(matrix.sum(1), (system.b + swapped.b).numpy(), atol=1e-6)


def test_a_solved_start_takes_no_step():
    matrix = to_torch(to_scipy(torch.eye(3, dtype=torch.float64).to_sparse_csr()), CPU)
    b = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    x, steps, converged = conjugate_gradients(
        TensorVectors(), lambda x: matrix @ x, b, b, lambda r: r, 1e-9, 10, Job()
    )
    assert (steps, converged) == (0, True)
    assert torch.equal(x, b)


def test_cancel_ends_the_iteration(system):
    _, system = system
    job = Job()
    job.cancel.set()
    with pytest.raises(Cancelled):
        solve(system, lambda r: r, job=job)
