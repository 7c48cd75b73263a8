"""A small Azure Resource Manager on loopback: worlds of resources served over real TLS.

From a test::

    def test_something(arm_server, kakuu_city):
        arm = arm_server(kakuu_city, page_size=3)
        arm.fault("microsoft.sql/servers/firewallrules", faults.refused)
        ...                      # arm.url, arm.cloud_file (for --cloud), arm.ca_file, arm.environment
        assert arm.writes == []

From a shell: ``python -m tests.arm.serve kakuu_city`` prints the variables to set and the file for ``--cloud``.
"""
