"""What is remembered: tables, and the named queries that belong to them."""
