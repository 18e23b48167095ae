"""quiz: a self-hosted skills-assessment service."""

__version__ = "0.1.0"
