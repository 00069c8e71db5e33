"""Tests of ``classifier.training``."""
