"""Plays what a page of the documents shows: its files are written, its commands typed, and their answers compared.

    ```console
    $ softdock version
    softdock 0.1.0
    ```

Digits are compared as digits, not by their value; `...` alone stands for any lines, `…` for anything within one.  A
command without lines below it may say what it likes.  A comment above a block says what the reader does with it:

    <!-- file: softdock.yaml -->             writes it into a file
    <!-- background: SoftDock is ready -->   runs in another terminal; wait for these words
    <!-- exit: 1 -->                         the last command of the block is meant to end so
    <!-- not run: why -->                    is left to the reader

A line that begins with `#` is a command for root, and is never run.

As a program it plays one page in a network of its own, which has nothing but a loopback: ports are as the page
says, and nobody else's.  `python transcripts.py PAGE FOLDER`.
"""

import fcntl
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import NamedTuple

_BLOCK = re.compile(
    r"(?:^<!-- (?P<key>file|background|exit|not run): (?P<value>.+?) -->\n+)?"
    r"^```(?P<kind>[^\n]*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


class Step(NamedTuple):
    """One thing that a reader does."""

    does: str
    """`file`, `background`, or `run`."""
    what: str
    """The command, or the name of the file."""
    shown: tuple[str, ...] = ()
    """The lines that are shown below a command, or of the file."""
    value: str = ""
    """Words to wait for, or an exit code."""


def steps(text):
    """What the page with `text` has its reader do, in order."""
    found = []
    for block in _BLOCK.finditer(text):
        key, value = block["key"], block["value"]
        if key == "file":
            found.append(Step("file", value, tuple(block["text"].splitlines())))
        elif block["kind"] == "console" and key != "not run":
            found += _commands(block["text"], key, value)
    return found


def _commands(text, key, value):
    commands = []
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(Step("run", line[2:]))
        elif line.startswith("# "):
            commands.append(None)
        elif commands and commands[-1] is not None:
            last = commands[-1]
            commands[-1] = last._replace(shown=(*last.shown, line))
    commands = [each for each in commands if each is not None]
    if key == "background":
        (only,) = commands
        return [only._replace(does="background", value=value)]
    if key == "exit":
        commands[-1] = commands[-1]._replace(value=value)
    return commands


def agrees(shown, said):
    """Whether the lines that a page shows are what was said."""
    pattern = "".join(r"(?:[^\n]*\n)*?" if line.strip() == "..." else f"{_line(line)}\n" for line in shown)
    lines = "".join(f"{_digits(line.rstrip())}\n" for line in said.splitlines())
    return re.fullmatch(pattern, lines) is not None


def _digits(line):
    return re.sub(r"\d+", "0", line)


def _line(line):
    return "[^\n]*".join(re.escape(part) for part in _digits(line.rstrip()).split("…"))


class Terminal:
    """A shell that is told one command after the other, and the programs that run beside it."""

    def __init__(self, folder, environment):
        self.folder = folder
        self._beside = []
        self._shell = subprocess.Popen(
            ["/bin/bash", "--norc"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env=environment, cwd=folder, text=True,
        )  # fmt: skip
        self.run("shopt -s expand_aliases")

    def run(self, command):
        """The exit code of `command`, and what it said."""
        self._shell.stdin.write(f'{command}\necho "$? end of $((20 + 3))"\n')
        self._shell.stdin.flush()
        said = ""
        for line in self._shell.stdout:
            if found := re.fullmatch(r"(.*?)(\d+) end of 23\n", line, re.DOTALL):
                return int(found[2]), said + (f"{found[1]}\n" if found[1] else "")
            said += line
        raise AssertionError(f"the shell has ended:\n{said}")

    def run_beside(self, command, awaited):
        """Start `command` in a terminal of its own and wait until it says `awaited`."""
        pipe = self.folder / f".beside-{len(self._beside)}"
        os.mkfifo(pipe)
        _, said = self.run(f"setsid bash -c {_quoted(command)} > {pipe} 2>&1 & echo $!")
        self._beside.append(int(said.split()[-1]))
        stream = pipe.open(encoding="utf-8")
        said = ""
        for line in stream:
            said += line
            if awaited in line:
                reader = Thread(target=_read_on, args=(stream,), daemon=True)
                reader.start()
                return
        stream.close()
        raise AssertionError(f"{command} ended without {awaited!r}:\n{said}")

    def close(self):
        """End everything that was started."""
        for each in self._beside:
            with suppress(ProcessLookupError):
                os.killpg(each, signal.SIGTERM)
        self._shell.communicate(timeout=60)


def _read_on(stream):
    with stream:
        for _ in stream:
            pass


def _quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def play(text, terminal):
    """Do what the page with `text` says.  Fails at the first thing that is not as shown."""
    done = steps(text)
    assert done, "there is nothing to play"
    for step in done:
        if step.does == "file":
            folder = Path(terminal.run("pwd")[1].strip())
            (folder / step.what).write_text("".join(f"{line}\n" for line in step.shown), encoding="utf-8")
        elif step.does == "background":
            terminal.run_beside(step.what, step.value)
        else:
            code, said = terminal.run(step.what)
            assert code == int(step.value or 0), f"$ {step.what}\nended with {code}:\n{said}"
            if step.shown:
                shown = "\n".join(step.shown)
                assert agrees(step.shown, said), f"$ {step.what}\nshould say\n{shown}\nbut says\n{said}"


def raise_loopback():
    """Bring up the one interface of a network that was just made."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(any_socket, 0x8914, request)  # SIOCSIFFLAGS


def own_network():
    """What to put in front of a command so that it runs in a network of its own; None where that is not allowed."""
    command = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    try:
        allowed = subprocess.run([*command, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        allowed = False
    return command if allowed else None


def main(page, folder):
    """Play `page` from within `folder`, which stands for the reader's home and for all that is temporary."""
    root = Path(__file__).resolve().parent.parent
    home = Path(folder)
    raise_loopback()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "CHECKOUT": str(root),
    }
    terminal = Terminal(home, environment)
    try:
        play(Path(page).read_text(encoding="utf-8"), terminal)
    except AssertionError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    finally:
        terminal.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
