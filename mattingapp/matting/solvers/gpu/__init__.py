"""The solvers in torch, for a GPU: the same mathematics as in `solvers.cpu`, with nothing left to the CPU."""
