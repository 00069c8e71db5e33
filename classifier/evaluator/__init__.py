"""The evaluator of the four tiers (梯度培育): profile, rules as dated data, engine, trace, gaps."""
