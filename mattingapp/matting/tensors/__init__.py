"""The closed-form solver in torch, for a GPU: the same levels as in `compiled`, with block Jacobi for sweeps."""
