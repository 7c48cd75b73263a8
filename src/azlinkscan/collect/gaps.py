"""From a failed read to a gap: what is not known, why, and what would close it.

"Grant X" is said of AuthorizationFailed, and of the storage services' word for it, only; a firewall, a lock, a policy
or an unregistered provider each has another remedy.
https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

from __future__ import annotations

from azlinkscan.collect.answer import Answer, Broken, Cause
from azlinkscan.collect.error_body import Said, said
from azlinkscan.collect.redaction import redacted_text
from azlinkscan.collect.retry import Reply
from azlinkscan.model.facts import Gap, Reason, Remedy

_MISSING_RIGHT = (
    "authorizationfailed",
    # https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
    "authorizationpermissionmismatch",
)
_NETWORK_CODES = (
    "authorizationfailure",  # the storage services' word for their firewall
    "firewall",
    "network",  # RequestDeniedByNetwork…, PublicNetworkAccess…, NetworkSecurityPerimeter…
    "ipaddress",
    "privatelink",
    "privateendpoint",
    "nspaccess",
    "virtualnetwork",
)
_BY_CAUSE = {
    Cause.CONNECTION: (Reason.UNAVAILABLE, Remedy.NETWORK),
    Cause.CERTIFICATE: (Reason.UNAVAILABLE, Remedy.NETWORK),
    Cause.LATE: (Reason.UNAVAILABLE, Remedy.RETRY),
    Cause.CUT_OFF: (Reason.UNAVAILABLE, Remedy.RETRY),
    Cause.SIGN_IN: (Reason.REFUSED, Remedy.NONE),
    Cause.ENDED: (Reason.NOT_REACHED, Remedy.RETRY),
}


def code_of(reply: Reply) -> str | None:
    """Azure's error code, where the reply is an error that carries one."""
    return _said(reply).code


def _said(reply: Reply) -> Said:
    if isinstance(reply.outcome, Broken):
        return Said()
    return said(reply.body, reply.outcome.body)


def gap_of(kind: str, scope: str, right: str, reply: Reply, *, detail: str | None = None) -> Gap:
    """The gap that a reply leaves. ``detail`` says what is wrong with an answer that is no error in itself."""
    outcome = reply.outcome
    if isinstance(outcome, Broken):
        reason, remedy = _BY_CAUSE[outcome.cause]
        return Gap(scope, kind, reason, remedy=remedy, detail=f"{outcome.cause.value}: {outcome.detail}")
    told = _said(reply) if outcome.status >= 300 else Said()
    reason, remedy = _reason(outcome.status, told)
    return Gap(
        scope=scope,
        kind=kind,
        reason=reason,
        status=outcome.status,
        code=_shown(told.code),
        action=_shown(told.action or right) if remedy is Remedy.RIGHT else None,
        correlation_id=_shown(_correlation(outcome)),
        remedy=remedy,
        detail=detail or _hint(outcome.status),
    )


def _reason(status: int, told: Said) -> tuple[Reason, Remedy]:
    code = (told.code or "").lower()
    if "notregistered" in code or "subscriptionregistration" in code:
        return Reason.REFUSED, Remedy.REGISTRATION
    if status == 401:
        return Reason.REFUSED, Remedy.NONE
    if status == 423 or (status in (403, 409) and "lock" in code and "block" not in code):
        return Reason.REFUSED, Remedy.LOCK
    if status == 403:
        return Reason.REFUSED, _remedy_of_refusal(code)
    if status == 404:
        return Reason.MISSING, Remedy.RETRY
    if status in (408, 409, 410, 412, 429) or status >= 500 or status < 300:
        return Reason.UNAVAILABLE, Remedy.RETRY
    return Reason.UNAVAILABLE, Remedy.NONE


def _remedy_of_refusal(code: str) -> Remedy:
    if code in _MISSING_RIGHT:
        return Remedy.RIGHT
    if any(word in code for word in _NETWORK_CODES):
        return Remedy.NETWORK
    return Remedy.NONE


def _shown(text: str | None) -> str | None:
    """What Azure, or whatever answered in its place, wrote where a code or an id is due."""
    return None if text is None else redacted_text(text)


def _correlation(answer: Answer) -> str | None:
    return answer.headers.get("x-ms-correlation-request-id") or answer.headers.get("x-ms-request-id")


def _hint(status: int) -> str | None:
    if status == 401:
        return "sign-in: refused again with a fresh token"
    return "redirect: to another host" if 300 <= status < 400 else None
