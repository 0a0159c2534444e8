"""What the documents have a reader type works, and says what they show."""

import subprocess
import sys
from pathlib import Path

import pytest

import transcripts
from transcripts import Step, agrees, own_network, steps

DOCS = Path(__file__).parent.parent.parent / "docs"

PLAYED = [
    page.relative_to(DOCS / "en").as_posix()
    for page in sorted((DOCS / "en").rglob("*.md"))
    if steps(page.read_text(encoding="utf-8"))
]
"""Every page with something to do for others than root; the Chinese ones have the same."""


@pytest.mark.socket
@pytest.mark.needs("curl", "curl")
@pytest.mark.needs("openssl", "openssl")
@pytest.mark.skipif(own_network() is None, reason="this machine does not let us have a network of our own")
@pytest.mark.parametrize("page", PLAYED)
def test_a_reader_who_does_what_the_page_says_sees_what_it_shows(page, tmp_path):
    done = subprocess.run(
        [*own_network(), sys.executable, transcripts.__file__, DOCS / "en" / page, tmp_path],
        capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_tutorial_and_what_can_be_tried_at_home_are_played():
    tried = (
        "write-an-adapter",
        "tls",
        "reload",
        "backup",
        "sip2-system",
        "ncip-system",
        "move",
        "several-libraries",
        "settle",
        "workers",
    )
    assert {"tutorial.md", "tutorial-adapter.md", *(f"how-to/{each}.md" for each in tried)} <= set(PLAYED)


def test_a_page_is_read_as_a_reader_would():
    page = """\
<!-- file: a.txt -->
```text
one
```

```console
# apt install it
done
$ cat a.txt
one
$ false
```

<!-- background: ready -->
```console
$ serve
```

<!-- not run: it would take a day -->
```console
$ sleep 86400
```
"""
    assert steps(page) == [
        Step("file", "a.txt", ("one",)),
        Step("run", "cat a.txt", ("one",)),
        Step("run", "false"),
        Step("background", "serve", (), "ready"),
    ]


@pytest.mark.parametrize(
    ("shown", "said", "right"),
    [
        (["due 2026-12-21"], "due 2027-01-02\n", True),
        (["due 2026-12-21"], "due tomorrow\n", False),
        (["a", "...", "z"], "a\nb\nc\nz\n", True),
        (["a", "...", "z"], "a\nb\nc\n", False),
        (["a…z"], "a, b, c to z\n", True),
        (["a"], "a\nb\n", False),
        (["a", "b"], "a\n", False),
    ],
)
def test_digits_may_differ_and_nothing_else(shown, said, right):
    assert agrees(shown, said) is right


def test_a_page_that_is_not_true_is_found_out(tmp_path):
    """Otherwise the test above would hold nothing."""
    for block in ("$ echo yes\nno\n", "$ false\n", "$ softdock fly\n"):
        page = tmp_path / "page.md"
        page.write_text(f"```console\n{block}```\n")
        terminal = transcripts.Terminal(tmp_path, {"PATH": "/usr/bin:/bin"})
        try:
            with pytest.raises(AssertionError):
                transcripts.play(page.read_text(), terminal)
        finally:
            terminal.close()
