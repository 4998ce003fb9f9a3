"""Which hosts a configuration may point at. Pure: names and addresses in, a verdict out.

A server that calls any URL a user types in is a door into the network it stands in. So a host must
be a preset's or be listed by an administrator, and the address it resolves to must be public, unless
the listing itself says otherwise. `network.py` asks `check_address` for every address it is about to
connect to, and connects to exactly that one.

An entry of the list is one of
    host            exactly this name or address, on any port (a listed host may be private)
    host:port       this port only
    *.example.com   any name below, public addresses only
    10.0.0.0/8      addresses of this network
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from ..core.i18n import msg
from .problems import EndpointNotAllowed

__all__ = ["BadEntry", "EndpointPolicy", "Origin", "PolicyInForce", "parse_origin"]

Address = IPv4Address | IPv6Address
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*", re.ASCII)
# Addresses in dress: 2130706433, 0x7f000001, 0177.0.0.1, 127.1. Resolvers accept them all.
_DISGUISED = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?")
_LOCAL_NAMES = ("localhost", "localhost.localdomain")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of an endpoint, normalised; `path` is its path without the last slash."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def authority(self) -> str:
        """Host and port as the Host header shows them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


class BadEntry(ValueError):
    """An entry of the list that is none of the four forms."""


def parse_origin(url: str) -> Origin:
    """Return the parts of an endpoint, or raise `EndpointNotAllowed` that says what is wrong with it."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise EndpointNotAllowed(msg("The endpoint is not a valid address.")) from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise EndpointNotAllowed(msg("The endpoint must begin with http:// or https:// and a host name."))
    if parts.username is not None or parts.password is not None:
        raise EndpointNotAllowed(msg("The endpoint must not contain a user name or password."))
    if parts.query or parts.fragment:
        raise EndpointNotAllowed(msg("The endpoint must not contain “?” or “#”."))
    if re.search(r"[\s\\\x00-\x1f\x7f]", url.strip()):
        raise EndpointNotAllowed(msg("The endpoint is not a valid address."))
    return Origin(parts.scheme, _host(parts), port or _DEFAULT_PORTS[parts.scheme], parts.path.rstrip("/"))


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    if _DISGUISED.fullmatch(host):
        raise EndpointNotAllowed(
            msg("The address {host} is written in an unusual way. Write four decimal numbers."), host=host
        )
    try:
        host = host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError:
        host = ""
    if not _NAME.fullmatch(host):
        raise EndpointNotAllowed(msg("The endpoint is not a valid address."))
    return host


@dataclass(frozen=True)
class EndpointPolicy:
    """The hosts that may be called. Presets are always in; loopback where `loopback` says so."""

    hosts: tuple[str, ...] = ()
    preset_hosts: frozenset[str] = frozenset()
    loopback: bool = False

    def check_url(self, url: str) -> Origin:
        """Return the origin of an endpoint that may be tried, or raise `EndpointNotAllowed`."""
        origin = parse_origin(url)
        address = _as_address(origin.host)
        if address is not None:
            self.check_address(origin, address)
        elif not self._names(origin) and not any("/" in entry for entry in self.hosts):
            raise _not_listed(origin)
        return origin

    def check_address(self, origin: Origin, address: Address) -> None:
        """Raise `EndpointNotAllowed` unless this address may be connected to for this origin."""
        plain = _plain(address)
        if self._allows(origin, plain):
            return
        if _as_address(origin.host) is not None:
            raise _not_listed(origin)
        raise EndpointNotAllowed(
            msg("{host} leads to the address {address}, which is not allowed."),
            host=origin.host,
            address=plain,
        )

    def _allows(self, origin: Origin, address: Address) -> bool:
        literal = _as_address(origin.host) is not None
        if self._trusts(origin) or any(
            address in network for network in map(_as_network, self.hosts) if network
        ):
            return True
        if address.is_loopback:
            return self.loopback and (literal or _is_local_name(origin.host))
        return not literal and self._names(origin) and address.is_global and not address.is_multicast

    def _names(self, origin: Origin) -> bool:
        """Tell whether the list names the host, be it by a wildcard."""
        if origin.host in self.preset_hosts or (self.loopback and _is_local_name(origin.host)):
            return True
        return self._trusts(origin) or any(
            entry.startswith("*.") and origin.host.endswith(entry[1:]) for entry in self.hosts
        )

    def _trusts(self, origin: Origin) -> bool:
        """Tell whether the administrator wrote this very host (and port), so that it may be internal."""
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        return not {origin.host, f"{host}:{origin.port}"}.isdisjoint(self.hosts)

    @staticmethod
    def normalise(entries: Iterable[str]) -> tuple[str, ...]:
        """Return the entries in their one spelling, each once; raise `BadEntry` with the first bad one."""
        return tuple(dict.fromkeys(_normal_entry(entry) for entry in entries))


class PolicyInForce:
    """The policy now in force; replaced as a whole when an administrator changes the list."""

    def __init__(self, policy: EndpointPolicy) -> None:
        self.current = policy

    def __call__(self) -> EndpointPolicy:
        """Return the policy, for those who ask before each call."""
        return self.current


def _not_listed(origin: Origin) -> EndpointNotAllowed:
    return EndpointNotAllowed(msg("The host {host} is not among the allowed hosts."), host=origin.authority)


def _is_local_name(host: str) -> bool:
    return host in _LOCAL_NAMES or host.endswith(".localhost")


def _plain(address: Address) -> Address:
    """Return the IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), where that is what is meant."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


_NAT64 = IPv6Network("64:ff9b::/96")


def _as_address(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _as_network(entry: str) -> IPv4Network | IPv6Network | None:
    if "/" not in entry:
        return None
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None


def _normal_entry(entry: str) -> str:
    entry = entry.strip().lower()
    if "/" in entry:
        network = _as_network(entry)
        if network is None:
            raise BadEntry(entry)
        return str(network)
    wildcard = entry.startswith("*.")
    try:
        address = _as_address(entry)
        bare = f"[{entry}]" if isinstance(address, IPv6Address) else entry[2:] if wildcard else entry
        origin = parse_origin(f"http://{bare}")
        port = urlsplit(f"http://{bare}").port
    except (EndpointNotAllowed, ValueError):
        raise BadEntry(entry) from None
    if origin.path or (wildcard and (port or _as_address(origin.host))):
        raise BadEntry(entry)
    if port:
        return f"[{origin.host}]:{port}" if ":" in origin.host else f"{origin.host}:{port}"
    return f"*.{origin.host}" if wildcard else origin.host
