"""Reading with ``--data-plane``, against Azurite (Microsoft's emulator of Azure Storage) over TLS.

Azurite checks bearer tokens, but does not yet take one for Get Container ACL, as Azure does since 2025
(https://devblogs.microsoft.com/azure-sdk/azure-storage-apis-gain-entra-id-and-rbac-support/). So a gate stands before
it: it lets Azurite judge the token on an operation that it takes one for, and then asks for the ACL with the emulator's
key. Every answer that a test sees is Azurite's own.
"""
