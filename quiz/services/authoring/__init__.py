"""What authors come for: checking, inspecting and proving banks, as their files stand."""
