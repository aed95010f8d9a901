"""How a backtest is done: what is stored is asked for, played with two sets of numbers, and compared."""
