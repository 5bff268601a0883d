"""Whether another process of this machine still lives."""

from __future__ import annotations

import os


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number, whoever's it is."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
