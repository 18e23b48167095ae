"""Who is there: accounts, sessions, tokens, and limits on guessing."""
