"""What recruiters come for: who stands where, and what an attempt says of a candidate."""
