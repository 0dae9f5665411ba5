"""The solvers' inner loops as machine code for the CPU, compiled by numba at first use and kept on disk."""
