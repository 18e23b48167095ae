"""From banks to candidates: loading banks, publishing assessments, inviting people."""
