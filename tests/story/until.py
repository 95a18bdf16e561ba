"""Waiting in stories for what nobody tells us: look again until it holds."""
import select
import time


def until(holds, seconds=90, what="it"):
    """Calls until the answer is true, and gives it. Between two looks the processor is somebody else's."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"{what} did not come"
        select.select([], [], [], 0.005)
    return found
