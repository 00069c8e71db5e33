"""Tests of ``classifier.domains``."""
