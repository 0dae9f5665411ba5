"""What the methods solve with: on the CPU in compiled loops, on a GPU in tensors."""
