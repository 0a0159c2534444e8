"""Who a client certificate says it is."""

from cryptography import x509
from OpenSSL.crypto import X509

_NAMED = (x509.DNSName, x509.RFC822Name, x509.UniformResourceIdentifier)


def names_in(certificate: X509 | None) -> tuple[str, ...]:
    """The common name, then the names of subjectAltName (RFC 5280, section 4.2.1.6); none without a certificate."""
    if certificate is None:
        return ()
    read = certificate.to_cryptography()
    names = [str(each.value) for each in read.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)]
    try:
        others = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return tuple(names)
    return (*names, *(str(each.value) for each in others if isinstance(each, _NAMED)))
