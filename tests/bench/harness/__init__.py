"""What bench.py is made of: the systems under test, the programs that load them, and what is said of the figures."""
