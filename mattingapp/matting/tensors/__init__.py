"""The solvers in torch, for a GPU: the same mathematics as in `compiled`, with nothing left to the CPU."""
