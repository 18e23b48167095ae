"""Proofs: what an author claims of a program, what a machine said of it, and whether the two agree."""
