"""The solvers' inner loops as machine code for the CPU, compiled by numba at first use and kept on disk."""

from mattingapp.matting.solvers.cpu.kept import choose_folder

choose_folder()  # before the first of them is declared
