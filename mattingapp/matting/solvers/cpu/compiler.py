"""How the loops are compiled."""

import numba

# Sums may be reordered and products fused, but NaN and infinity keep their meaning.
compiled = numba.njit(nogil=True, cache=True, fastmath={"contract", "reassoc", "nsz", "arcp"})
inlined = numba.njit(inline="always")
