"""Schemes, concepts, mappings and the lexicon: what the official documents say, as data."""
