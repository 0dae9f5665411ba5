"""What every method promises, whatever the photo, the trimap, their types and layout, and the settings."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.matting.problems import broken_promises, make_problem


@settings(max_examples=8, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1))
def test_every_method_keeps_what_it_promises(seed):
    problem = make_problem(seed, most=24)
    assert broken_promises(problem) == [], problem.name
