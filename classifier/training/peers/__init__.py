"""Other ways to the same answers, taught on the same rows and measured beside the model."""
