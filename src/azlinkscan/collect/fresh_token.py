"""After a 401, a token that is newer than the refused one.

azure-core drops a refused token and asks the credential for another; the credential has a cache of its own and gives
the same one again for as long as its own clock calls it valid. A slow clock or a revoked session would so cost
everything that is still to be read. Asked for a claim, a credential passes its cache by; ``nbf`` is the claim that
Microsoft Entra itself demands in such a case: https://learn.microsoft.com/entra/identity-platform/claims-challenge
"""

from __future__ import annotations

import json
import threading
import time
from typing import Any

from azure.core.credentials import AccessToken, AccessTokenInfo
from azure.core.exceptions import AzureError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy

_HELPED_FOR = 60.0
"""Seconds: a token that is refused sooner after it was renewed is not what is wrong."""
_SKEW = 300


class FreshTokenPolicy(ARMChallengeAuthenticationPolicy):
    """Signs in again on a 401, once for all the threads that were refused together."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._renewing = threading.Lock()
        self._renewed: AccessToken | AccessTokenInfo | None = None
        self._renewed_at = 0.0

    def on_challenge(
        self,
        request: PipelineRequest[HttpRequest],
        response: PipelineResponse[HttpRequest, HttpResponse],
    ) -> bool:
        """Whether the request carries another token now and is to be sent again."""
        headers = request.http_request.headers
        refused = headers.get("Authorization")
        if super().on_challenge(request, response):
            return True
        with self._renewing:
            if self._renewed is None or refused == f"Bearer {self._renewed.token}":
                if self._renewed and time.monotonic() - self._renewed_at < _HELPED_FOR:
                    return False
                try:
                    self._request_token(*self._scopes, claims=_newer_than(int(time.time()) - _SKEW))
                except AzureError:
                    return False  # a way to sign in that knows no claims, such as the Azure CLI's
                self._renewed, self._renewed_at = self._token, time.monotonic()
            self._token = self._renewed
        if self._token is None:
            return False
        self._update_headers(headers, self._token.token)
        return True


def _newer_than(moment: int) -> str:
    return json.dumps({"access_token": {"nbf": {"essential": True, "value": str(moment)}}})
