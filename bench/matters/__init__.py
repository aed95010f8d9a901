"""Speed and size of matters: see bench/README.md."""
