"""What the tests of a candidate's attempt share."""

import pytest

from tests.factories import NOW, Candidate, World


@pytest.fixture
def candidate(world: World) -> Candidate:
    """A candidate whose clock was started at NOW, with twenty minutes."""
    made = world.candidate(now=NOW)
    world.start(made, NOW)
    return made
