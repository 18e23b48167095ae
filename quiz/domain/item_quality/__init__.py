"""Item quality: whether an item gives its key away, costs readers needless effort, or leaves a gap."""
