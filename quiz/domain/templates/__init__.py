"""Templates: items with variables. One template stands for many variants that test the same thing."""
