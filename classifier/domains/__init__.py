"""The classifier: score, calibrate, decide, explain, verify a claim."""
