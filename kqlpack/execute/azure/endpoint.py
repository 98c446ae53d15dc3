"""Where a request goes. In: an address as people write it. Out: one for the client, and whom the token is for."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from kqlpack.errors import LiveError

DEFAULT_ENDPOINT: Final = "https://api.loganalytics.azure.com"

# The audience of tokens for the public cloud, whatever the address. Source: the Azure Monitor documentation's page
# "Access the Azure Monitor Log Analytics API".
_PUBLIC_AUDIENCE: Final = "https://api.loganalytics.io"
# In the other clouds audience and address are the same (azure-monitor-query's documentation, "Configure client for
# Azure sovereign cloud").
_OWN_AUDIENCE: Final = frozenset({"api.loganalytics.us", "api.loganalytics.azure.cn"})

# Narrower than what URLs allow: libraries disagree about odd ones (`http://a\@127.0.0.1`), and a token goes there.
_ADDRESS: Final = re.compile(
    r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[A-Za-z0-9._~-]*)*)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address without `/v1`; `is_plain`: http, which only loopback addresses may be."""

    url: str
    host: str
    audience: str
    is_plain: bool = False


def parse_endpoint(text: str | None) -> Endpoint:
    """Read an address; None is the public cloud's. Raises LiveError for http to anywhere but this machine."""
    match = _ADDRESS.fullmatch((DEFAULT_ENDPOINT if text is None else text).strip())
    if match is None or int(match["port"] or 0) > 65535:
        raise LiveError(
            f"`{text}` is not an address of a query API: write it like `{DEFAULT_ENDPOINT}`.", "InvalidEndpoint"
        )
    scheme, host = (match["scheme"] or "https").lower(), match["host"].lower()
    if scheme not in {"http", "https"}:
        raise LiveError(f"`{text}` has the scheme `{scheme}`: write `https://` instead.", "InvalidEndpoint")
    if scheme == "http" and not _is_loopback(host):
        raise LiveError(
            f"`{text}` would send the access token unencrypted, so nothing was sent: write `https://`. "
            "Plain http is for addresses of this machine (`127.0.0.1`, `[::1]`, `localhost`).",
            "InvalidEndpoint",
        )
    path = match["path"].rstrip("/").removesuffix("/v1").rstrip("/")
    port = f":{match['port']}" if match["port"] else ""
    return Endpoint(
        url=f"{scheme}://{host}{port}{path}",
        host=f"{host}{port}",
        audience=f"https://{host}" if host in _OWN_AUDIENCE else _PUBLIC_AUDIENCE,
        is_plain=scheme == "http",
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
