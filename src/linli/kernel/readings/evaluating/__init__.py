"""The evaluator: what was acknowledged becomes readings, present states, warnings, in one transaction a round."""
