"""What this project exists for, in plain Python: no web, no database, no clock, no global randomness."""
