"""Drift in the service: its own recent texts and verdicts against the model's training."""
