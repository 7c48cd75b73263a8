"""Rights: the role that a choice of checks takes, and what the caller lacks of it."""
