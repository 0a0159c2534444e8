"""How the connection to a system is encrypted, whatever is spoken on it: its certificate is always verified."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, model_validator
from twisted.internet.ssl import (
    Certificate,
    KeyPair,
    PrivateCertificate,
    optionsForClientTLS,
    trustRootFromCertificates,
)

from softdock.adapters.base import AdapterSettingsError
from softdock.adapters.kinds import FilePath
from softdock.mappings.written import line, mistake

_PEM_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\s*", re.DOTALL)

Read: TypeAlias = Callable[[Path], bytes]
"""Gives what is in a file.  Raises OSError."""


class ClientTls(BaseModel):
    """How the connection is encrypted.  The system's certificate is verified in any case."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    ca: FilePath | None = None
    """Certificates (PEM) to trust instead of those that this machine trusts."""
    certificate: FilePath | None = None
    """Our own certificate (PEM), with those above it, for a system which asks for one."""
    key: FilePath | None = None
    """The private key (PEM) of our own certificate."""
    name: Annotated[str, line(0)] = ""
    """The name that the system's certificate must bear, where it is not the host of `address`."""

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Self:
        if (self.certificate is None) != (self.key is None):
            raise mistake("A certificate and its key belong together.", "Name both, or neither.")
        return self


def verifier(tls: ClientTls, host: str, directory: Path, read: Read) -> Any:
    """Whom to believe, and as whom to come: what makes a TLS connection of one to `host`.

    Relative paths start at `directory`, `read` reads files.  Raises AdapterSettingsError for files that hold something else.
    """
    trust = own = None
    if tls.ca is not None:
        authorities = _certificates(directory / tls.ca, "tls.ca", read)
        trust = trustRootFromCertificates(authorities)  # type: ignore[no-untyped-call]
    if tls.certificate is not None and tls.key is not None:
        own = _own(directory / tls.certificate, directory / tls.key, read)
    name = tls.name or host
    try:
        return optionsForClientTLS(name, trustRoot=trust, clientCertificate=own)
    except ValueError:
        raise AdapterSettingsError([("tls.name", f"No certificate can bear the name {name}.")]) from None


def _certificates(path: Path, key: str, read: Read) -> list[Certificate]:
    try:
        found = [Certificate.loadPEM(each) for each in _PEM_CERTIFICATE.findall(read(path))]
    except OSError as error:
        raise AdapterSettingsError([(key, f"{path} cannot be read: {error.strerror}.")]) from None
    except Exception as error:  # pyOpenSSL's own kinds
        raise AdapterSettingsError([(key, f"{path} holds a certificate that cannot be read.")]) from error
    if not found:
        raise AdapterSettingsError([(key, f"{path} holds no certificate in PEM.")])
    return found


def _own(certificate: Path, key: Path, read: Read) -> PrivateCertificate:
    first = _certificates(certificate, "tls.certificate", read)[0]
    try:
        pair = KeyPair.load(read(key), 1)
    except OSError as error:
        raise AdapterSettingsError([("tls.key", f"{key} cannot be read: {error.strerror}.")]) from None
    except Exception as error:
        raise AdapterSettingsError([("tls.key", f"{key} holds no private key in PEM.")]) from error
    if pair.original is None:
        raise AdapterSettingsError([("tls.key", f"{key} holds no private key in PEM.")])
    own: PrivateCertificate = PrivateCertificate.fromCertificateAndKeyPair(  # type: ignore[no-untyped-call]
        first, pair
    )
    return own
