"""Results over time: where they are kept, what became otherwise between two, and what many show together."""
