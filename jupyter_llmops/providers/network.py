"""Connect to an address that the policy has seen.

The name is resolved once, each address is checked, and the connection goes to a checked address, not
to the name again: a name server cannot show us one address and then give us another. TLS still
checks the certificate against the name.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from ipaddress import ip_address

from ..core.i18n import msg
from .policy import Address, EndpointPolicy, Origin
from .problems import ConnectTimeout, EndpointNotAllowed, TlsFailed, Unreachable

__all__ = ["Stream", "connect", "resolve", "tls_context"]

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]

_READ_LIMIT = 256 * 1024


def tls_context() -> ssl.SSLContext:
    """Return the context for all connections: the system's authorities, and certifi's where present."""
    context = ssl.create_default_context()
    try:
        import certifi
    except ImportError:
        return context
    context.load_verify_locations(certifi.where())
    return context


async def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a host without blocking the loop."""
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(entry[4][0]).partition("%")[0]) for entry in found))


async def connect(
    origin: Origin, policy: EndpointPolicy, seconds: float, tls: ssl.SSLContext | None = None
) -> Stream:
    """Return an open connection, or raise a problem that says why there is none."""
    host = origin.authority
    try:
        async with asyncio.timeout(seconds):
            addresses = await _allowed_addresses(origin, policy)
            return await _connect_first(origin, addresses, tls)
    except TimeoutError:
        raise ConnectTimeout(
            msg("No connection to {host} within {seconds} s."), host=host, seconds=seconds
        ) from None
    except socket.gaierror:
        raise Unreachable(msg("The host name {host} is not known."), host=origin.host) from None
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or (error.reason or "").replace("_", " ").lower()
        raise TlsFailed(msg("No secure connection to {host}: {reason}."), host=host, reason=reason) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise Unreachable(msg("Nothing answers at {host}: {reason}."), host=host, reason=reason) from None


async def _allowed_addresses(origin: Origin, policy: EndpointPolicy) -> list[Address]:
    """Return the addresses that may be connected to; raise when the host has none."""
    allowed: list[Address] = []
    refusal: EndpointNotAllowed | None = None
    for address in await resolve(origin.host, origin.port):
        try:
            policy.check_address(origin, address)
        except EndpointNotAllowed as problem:
            refusal = problem
        else:
            allowed.append(address)
    if not allowed and refusal is not None:
        raise refusal
    return allowed


async def _connect_first(origin: Origin, addresses: list[Address], tls: ssl.SSLContext | None) -> Stream:
    """Try one address after the other; raise what the last one said."""
    failure: OSError = OSError(0, "no address")
    for address in addresses:
        try:
            return await asyncio.open_connection(
                str(address),
                origin.port,
                limit=_READ_LIMIT,
                ssl=tls if origin.scheme == "https" else None,
                server_hostname=origin.host if origin.scheme == "https" else None,
            )
        except OSError as error:
            failure = error
    raise failure
