"""The one row about the library itself: whose books these are, policies, branches, the mark of the PINs' key."""

import json

import sqlalchemy as sa

from softdock.adapters.inhouse.import_format import Policy
from softdock.adapters.inhouse.import_records import terms_of, written_terms
from softdock.adapters.inhouse.policies import PolicyBook
from softdock.adapters.inhouse.sql import schema as t
from softdock.adapters.inhouse.sql.rows import to_json
from softdock.store.database import Statement

LIBRARY = Statement(
    sa.select(t.library.c.name, t.library.c.policies, t.library.c.branches, t.library.c.pin_key_mark)
)


def policies_of(stored: str) -> PolicyBook:
    """Policies as they are stored: as in an import file."""
    written = json.loads(stored)
    return PolicyBook({each: terms_of(Policy.model_validate(written[each])) for each in written})


def stored_policies(policies: PolicyBook) -> str:
    """The same the other way round."""
    terms = policies.terms
    return to_json({each: written_terms(terms[each]).model_dump(exclude_defaults=True) for each in terms})
