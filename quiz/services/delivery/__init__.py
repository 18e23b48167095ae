"""What candidates come for: opening an invitation, practising, answering, finishing."""
