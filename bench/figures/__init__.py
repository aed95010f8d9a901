"""How fast figures are: followed, recomputed and asked for, with a million matters of one year."""
