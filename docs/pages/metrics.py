"""The metrics, from the table that they are exported by."""

from softdock.docs.pages.text import Language, Words, code, listed, table
from softdock.ops.metric_table import METRICS
from softdock.ops.violations import SENTENCES

WORDS = Words("metrics")


def metrics(language: Language) -> str:
    """A row for each metric."""
    heads = language.choose("metric|type|labels|what it counts", "指标|类型|标签|含义").split("|")
    return table(
        heads,
        (
            [code(each.name), each.type.value, listed(each.labels), WORDS.say(each.name, language, each.help)]
            for each in METRICS
        ),
    )


def violations(language: Language) -> str:
    """A row for each kind of `softdock_violations_total`."""
    heads = language.choose("kind|what happened, and what to do", "kind|发生了什么，怎么办").split("|")
    return table(
        heads,
        ([code(kind), WORDS.say(f"violation {kind}", language, said)] for kind, said in SENTENCES.items()),
    )
