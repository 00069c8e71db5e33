"""Tests of ``classifier.schemes``."""
