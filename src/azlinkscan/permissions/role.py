"""A custom role with exactly the actions that a choice of checks takes, in the forms in which roles are made.

https://learn.microsoft.com/azure/role-based-access-control/custom-roles
https://learn.microsoft.com/azure/templates/microsoft.authorization/roledefinitions
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

NAME = "azlinkscan reader"
DESCRIPTION = "Reads the settings that the chosen checks of azlinkscan judge, and changes nothing."
FILE = "azlinkscan-role.json"
PLACEHOLDER = "SUBSCRIPTION-ID"
"""Stands in a scope where no subscription was named."""


@dataclass(frozen=True)
class Role:
    """A custom role."""

    actions: tuple[str, ...]
    """In order, each once, whatever its letter case."""
    scopes: tuple[str, ...]
    """Where it may be assigned: ids of subscriptions or a management group."""
    name: str = NAME
    description: str = DESCRIPTION


def role_of(rights: Iterable[str], scopes: Iterable[str] = ()) -> Role:
    """The role of these rights.

    >>> role_of(["Microsoft.Sql/servers/read", "Microsoft.Sql/Servers/Read"]).actions
    ('Microsoft.Sql/servers/read',)
    """
    once: dict[str, str] = {}
    for right in rights:
        once.setdefault(right.lower(), right)
    named = tuple(scopes) or (f"/subscriptions/{PLACEHOLDER}",)
    return Role(tuple(once[key] for key in sorted(once)), named)


def as_json(role: Role) -> str:
    """What ``az role definition create --role-definition`` and the portal take."""
    body = {
        "Name": role.name,
        "IsCustom": True,
        "Description": role.description,
        "Actions": list(role.actions),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": list(role.scopes),
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def as_bicep(role: Role) -> str:
    """A deployment at a subscription that makes the role and gives it to whoever scans."""
    actions = "\n".join(f"  '{action}'" for action in role.actions)
    return f"""\
targetScope = 'subscription'

@description('Object id, in Microsoft Entra, of the person or the identity that scans.')
param principalId string

@allowed(['ServicePrincipal', 'User', 'Group'])
param principalType string = 'ServicePrincipal'

var actions = [
{actions}
]

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {{
  name: guid(subscription().id, '{role.name}')
  properties: {{
    // a custom role's name is unique in its tenant
    roleName: '{role.name} (${{subscription().subscriptionId}})'
    description: '{role.description}'
    type: 'CustomRole'
    permissions: [
      {{
        actions: actions
        notActions: []
        dataActions: []
        notDataActions: []
      }}
    ]
    assignableScopes: [
      subscription().id
    ]
  }}
}}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{
  name: guid(subscription().id, principalId, role.id)
  properties: {{
    principalId: principalId
    principalType: principalType
    roleDefinitionId: role.id
  }}
}}
"""


def as_commands(role: Role) -> str:
    """``az`` commands that make the role and give it to whoever scans; for a POSIX shell."""
    assign = "".join(
        f'az role assignment create --assignee OBJECT-ID --role "{role.name}" --scope "{scope}"\n'
        for scope in role.scopes
    )
    return f"cat > {FILE} <<'ROLE'\n{as_json(role)}ROLE\naz role definition create --role-definition @{FILE}\n{assign}"
