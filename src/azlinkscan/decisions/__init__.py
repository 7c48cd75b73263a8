"""What people said: exceptions, baselines, attestations."""
