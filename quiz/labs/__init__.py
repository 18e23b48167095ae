"""Labs: each runs code of one world and reports facts. What the facts prove is judged in the domain."""
