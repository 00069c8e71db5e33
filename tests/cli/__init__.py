"""Tests of ``classifier.cli``."""
