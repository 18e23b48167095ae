"""One client's connection: what has arrived of its next request, and what is still to be sent of the last reply.

A connection belongs to one thread at a time. None of its methods waits for the client: where the next byte has to come
from there, or has to go there, they return and the connection waits by itself. Whoever looks at the time may call
`hang_up` from another thread; that only ends the transfer, and the thread that gets the connection next sees it.
"""

import contextlib
import math
import socket
import struct
import time
from enum import Enum

from quiz.serving.limits import Limits
from quiz.serving.replies import CONTINUE, Gateway, Reply, refusal
from quiz.serving.requests import Body, Head, Refused, take_head

_PIECE = 64 * 1024
_RESET = struct.pack("ii", 1, 0)


class Phase(Enum):
    """What a connection is about; all but `HANDLING` wait for the client."""

    IDLE = "nothing has arrived of a request"
    HEAD = "the head of a request is arriving"
    BODY = "the body of a request is arriving"
    HANDLING = "the application has the request"
    SENDING = "the reply is being sent"
    LEAVING = "the reply was the last one; what still arrives is thrown away"


class Gone(Exception):
    """The client is gone, or has been given up."""


class Connection:
    """One client's connection.

    `phase` says what it is about, and `since` since when, on the monotonic clock. `received` is what has arrived and is
    not taken yet; `pipelined` is whether that begins with another request, whose turn comes.
    """

    def __init__(self, client: socket.socket, peer: str, limits: Limits) -> None:
        self.socket, self.peer = client, peer
        self.received = bytearray()
        self.phase, self.since = Phase.IDLE, time.monotonic()
        self.given_up = self.pipelined = False
        self._limits = limits
        self._moved = 0
        self._head: Head | None = None
        self._body: Body | None = None
        self._reply: Reply | None = None
        self._unsent = memoryview(b"")

    def _begin(self, phase: Phase) -> None:
        self.phase, self.since, self._moved = phase, time.monotonic(), 0

    @property
    def held(self) -> int:
        """How many bytes are held of a request that is not complete yet."""
        body = self._body
        return len(self.received) + (body.held if body else 0)

    # Receiving

    def receive(self) -> None:
        """Take what has arrived. Raises Gone where nothing more can come, or Refused where it came too slowly."""
        try:
            data = self.socket.recv(_PIECE)
        except BlockingIOError:
            return
        except OSError as error:
            raise Gone from error
        if self.given_up and self.phase in (Phase.HEAD, Phase.BODY):
            raise Refused(408)
        if not data:
            raise Gone
        if self.phase is Phase.LEAVING:
            return
        if self.phase is Phase.IDLE:
            self._begin(Phase.HEAD)
        self._moved += len(data)
        self.received += data

    def next_request(self) -> tuple[Head, bytes] | None:
        """The next request that is there to its last byte; None where the client has to send more. Raises Refused."""
        if self.phase is Phase.LEAVING:
            return None
        if self._head is None:
            if self.phase is Phase.IDLE and self.received:
                self._begin(Phase.HEAD)
            self._head = take_head(self.received, self._limits)
            if self._head is None:
                return None
            self._body = Body(self._head.length, self._limits)
            self._begin(Phase.BODY)
        assert self._body is not None
        body = self._body.take(self.received)
        if body is None:
            self._ask_for_body()
            return None
        head, self._head, self._body = self._head, None, None
        return head, body

    def _ask_for_body(self) -> None:
        if self._head is not None and self._head.waits:
            self._head.waits = False
            with contextlib.suppress(OSError):
                self.socket.send(CONTINUE)

    # Replying

    def reply(self, gateway: Gateway, head: Head, body: bytes, keeps: bool) -> None:
        """Have a request answered."""
        self._begin(Phase.HANDLING)
        self._reply = gateway.reply(head, body, self.peer, keeps and head.keeps)
        self._begin(Phase.SENDING)

    def refuse(self, refused: Refused) -> None:
        """Answer with a refusal, which is the last reply of a connection."""
        self.received.clear()
        self._reply = refusal(refused)
        self._begin(Phase.SENDING)

    def send(self) -> bool:
        """Send what the client takes now of the reply; whether that was the rest. Raises Gone."""
        assert self._reply is not None
        while self._unsent or self._next_part():
            try:
                sent = self.socket.send(self._unsent)
            except BlockingIOError:
                return False
            except OSError as error:
                raise Gone from error
            self._moved += sent
            self._unsent = self._unsent[sent:]
        return True

    def _next_part(self) -> bool:
        assert self._reply is not None
        self._unsent = memoryview(next(self._reply.parts, b""))
        return len(self._unsent) > 0

    def end_reply(self) -> bool:
        """The reply was sent: whether the connection stays, for another request or because the client still sends."""
        assert self._reply is not None
        keeps, refused = self._reply.keeps, self._reply.refuses
        self._forget_reply()
        self._begin(Phase.IDLE)
        if refused and not self.given_up:
            self._leave()
            return True
        return keeps

    def _forget_reply(self) -> None:
        reply, self._reply = self._reply, None
        self._unsent = memoryview(b"")
        if reply is not None:
            reply.close()

    def _leave(self) -> None:
        """Say that nothing more will be sent. What a client still sends to a closed connection destroys the reply."""
        self._begin(Phase.LEAVING)
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    # The end

    def overdue(self, now: float) -> bool:
        """Whether the client has had its time, on the monotonic clock. A body or a reply that moves gets more of it."""
        if now - self.since <= self._allowed():
            return False
        enough = self._limits.patience * self._limits.bytes_per_second
        if self.phase in (Phase.BODY, Phase.SENDING) and self._moved >= enough:
            self.since, self._moved = now, 0
            return False
        return True

    def _allowed(self) -> float:
        match self.phase:
            case Phase.HANDLING:
                return math.inf
            case Phase.IDLE:
                return self._limits.idle_seconds
            case Phase.HEAD:
                return self._limits.head_seconds
            case Phase.LEAVING:
                return self._limits.farewell_seconds
            case Phase.BODY | Phase.SENDING:
                return self._limits.patience

    def hang_up(self) -> None:
        """Give the client up. Its connection then becomes ready, and whichever thread gets it ends it."""
        self.given_up = True
        with contextlib.suppress(OSError):  # A reply that is being made is still sent; one that is stuck is not.
            self.socket.shutdown(socket.SHUT_RDWR if self.phase is Phase.SENDING else socket.SHUT_RD)

    def close(self) -> None:
        """End the connection; nothing that is still unsent is kept for a client that was given up."""
        try:
            self._forget_reply()
        finally:
            with contextlib.suppress(OSError):
                if self.given_up and self.phase is not Phase.IDLE:
                    self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.socket.close()
