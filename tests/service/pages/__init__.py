"""Tests of the workbench's pages."""
