"""Tests of ``classifier.batch``."""
