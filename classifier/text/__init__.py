"""Text: normalise, strip boilerplate, segment into words, extract features."""
