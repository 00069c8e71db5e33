"""Reviews: the queue of claims, verdicts on them, agreement and labels."""
