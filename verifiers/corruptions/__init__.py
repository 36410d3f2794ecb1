"""What corrupt.py writes: one module for each kind of file."""
