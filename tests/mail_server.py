"""A real mail server for tests: keeps what it took, by Message-ID, and takes its time."""

import email
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """How often each Message-ID and each address came."""

    def __init__(self, delay: float = 0.0) -> None:
        self.message_ids: Counter[str] = Counter()
        self.addresses: Counter[str] = Counter()
        self.delay = delay
        # Whether it ends the conversation when it is asked if it still listens.
        self.hangs_up = False
        self._peers: set[Any] = set()

    @property
    def conversations(self) -> int:
        """In how many connections letters came."""
        return len(self._peers)

    async def handle_NOOP(self, server: Any, session: Any, envelope: Any, arg: str) -> str:  # noqa: N802
        if self.hangs_up:
            server.transport.close()
        return "250 still here"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self._peers.add(session.peer)
        message = email.message_from_bytes(envelope.content)
        self.message_ids[message["Message-ID"].strip()] += 1
        self.addresses.update(envelope.rcpt_tos)
        # A worker may be killed after the letter was taken and before it could know.
        time.sleep(self.delay)
        return "250 taken"


@contextmanager
def listening(delay: float = 0.0) -> Iterator[tuple[Sink, int]]:
    """The server on a free port of this machine."""
    sink, port = Sink(delay), _free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
