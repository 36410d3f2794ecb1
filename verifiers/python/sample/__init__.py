"""The writer behind make_sample.py, from docs/FORMATS.md alone; shares no code with the verifiers."""
