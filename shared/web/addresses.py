"""Which addresses that an outsider named may be called: https on the open Internet, nothing near ourselves.

Checked twice: the words when they are given, every resolved address when a connection is made.
"""

import ipaddress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network
from urllib.parse import urlsplit

LONGEST_URL = 500
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""Everything else of IPv6 is local, embeds an IPv4 address, or is not assigned (RFC 4291)."""
_SPECIAL = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
"""Of IANA's special-purpose registries, what Python's own lists lack or let through."""


class ForbiddenAddress(Exception):
    """Nothing of ours may call this; the words are for whoever named it."""

    def __init__(self, reason: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.reason, self.reason_en = reason, reason_en


def checked_url(url: str, *, loopback: bool = False) -> str:
    """The same address if its form allows calling it. Raises ForbiddenAddress. Looks nothing up.

    ``loopback``: development, where http and this machine are allowed too.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _malformed() from error
    if len(url) > LONGEST_URL or not host or port == 0 or not url.isascii() or any(c <= " " for c in url):
        raise _malformed()
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise ForbiddenAddress(
            "Alamat harus dimulai dengan https://.", "The address must begin with https://."
        )
    if "@" in parts.netloc or parts.fragment:
        raise ForbiddenAddress(
            "Alamat tidak boleh memuat nama pengguna, sandi, atau #.",
            "The address must hold no user name, password or #.",
        )
    return url


def may_be_called(address: str, *, loopback: bool = False) -> bool:
    """Whether a resolved address is on the open Internet; or, in development, this machine's own."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return loopback
    return _is_public(ip)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if not ip.is_global or ip.is_multicast or ip.is_reserved or any(ip in net for net in _SPECIAL):
        return False
    if isinstance(ip, IPv4Address):
        return True
    # 6to4 and Teredo carry an IPv4 address that a gateway near us might unpack.
    return ip in _GLOBAL_UNICAST and ip.sixtofour is None and ip.teredo is None


def _malformed() -> ForbiddenAddress:
    return ForbiddenAddress("Alamat belum benar.", "The address is malformed.")
