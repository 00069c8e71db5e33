"""From labelled examples and the lexicon to an artefact."""
