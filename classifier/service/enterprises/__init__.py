"""Enterprises: stored profiles, products and assessments."""
