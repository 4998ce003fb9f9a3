"""Suites that a fake and the real thing both pass."""
