"""Tests of ``classifier.text``."""
