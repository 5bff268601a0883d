"""A town of simulated networks on which one community lives: for the demo, for training and for tests.

`simulated` is the town itself, `__main__` serves it as a process, `beside` starts and asks that process.
"""
