"""What is read from Azure Resource Manager: the one source table, its reader, and the walk over a subscription.

Only ``client`` imports azure; what plans a scan (``sources``, ``plan``) does not.
"""
