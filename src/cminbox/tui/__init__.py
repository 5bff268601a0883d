"""The screen: the inbox in a terminal. It knows the use cases and draws what the store holds, nothing else."""
