"""What a bare ALEPH says by its X-Server, to a look at a card and to the question whether a PIN is right."""

from functools import lru_cache
from urllib.parse import parse_qsl

from softdock.benchmarks import people, traffic

_CARD = """<?xml version="1.0" encoding="UTF-8"?>
<{op}>
  <z303>
    <z303-id>{card}</z303-id>
    <z303-con-lng>CHI</z303-con-lng>
    <z303-name>{name}</z303-name>
    <z303-delinq-1>00</z303-delinq-1>
    <z303-delinq-2>00</z303-delinq-2>
    <z303-delinq-3>00</z303-delinq-3>
    <z303-home-library>MAIN</z303-home-library>
    <z303-birth-date>19900102</z303-birth-date>
  </z303>
  <z304>
    <z304-address-1>1 Sample Road</z304-address-1>
    <z304-email-address>sample@bench.test</z304-email-address>
  </z304>
  <z305>
    <z305-bor-status>01</z305-bor-status>
    <z305-expiry-date>20991231</z305-expiry-date>
    <z305-loan-permission>Y</z305-loan-permission>
    <z305-hold-permission>Y</z305-hold-permission>
    <z305-renew-permission>Y</z305-renew-permission>
    <z305-delinq-1>00</z305-delinq-1>
    <z305-delinq-2>00</z305-delinq-2>
    <z305-delinq-3>00</z305-delinq-3>
  </z305>
  <balance>0.00</balance>
  <sign>C</sign>
  <session-id>0A1B2C3D4E5F</session-id>
</{op}>
"""
_ERROR = '<?xml version="1.0" encoding="UTF-8"?>\n<{op}><error>{text}</error></{op}>\n'
_WITHOUT_PIN, _WITH_PIN = "bor-info", "bor-auth"


@lru_cache(maxsize=people.MOST_KEPT)
def answer(query: str) -> bytes:
    """The answer to a query."""
    given = dict(parse_qsl(query))
    op, card = given.get("op", ""), given.get("bor_id", "")
    if op not in (_WITHOUT_PIN, _WITH_PIN):
        said = _ERROR.format(op="login", text="Function not defined")
    elif op == _WITH_PIN and given.get("verification") != traffic.PIN.decode():
        said = _ERROR.format(op=op, text="Error in Verification")
    else:
        said = _CARD.format(op=op, card=card, name=people.name(card.encode()).decode())
    return said.encode()
