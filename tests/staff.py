"""Somebody at a screen: requests to the running platform with a token."""

from typing import Any

import requests

from deploy.cli.platform import Platform


class Staff:
    """One person of one municipality."""

    def __init__(self, platform: Platform, municipality: str, *roles: str, **who: Any) -> None:
        self.base = f"{platform.gateway_url}/{municipality}"
        self.session = requests.Session()
        if roles:
            token = platform.token(municipality=municipality, roles=list(roles), **who)
            self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """Any request; header names are written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(method, self.base + path, json=body, headers=named, timeout=30)

    def get(self, path: str) -> dict[str, Any]:
        """The body of a GET that must succeed."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        """The body of a POST that must succeed."""
        answer = self.ask("POST", path, {} if body is None else body, **headers)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())
