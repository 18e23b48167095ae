"""HTTP: one module per audience, and what they share. A view is a paragraph: guard, form, one service call, reply."""
