"""Where messages end in tests: a mail server and a provider of text messages of our own, on this machine."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every mail and keeps its ``Message-ID``, before it says that it was accepted."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.accepted: list[str] = []
        self.refused: dict[str, str] = {}
        self.silent_after_text = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: MailServer
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.say("220 sink")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                self.say("221 bye")
                return
            if verb == b"RCPT" and (
                answer := self.server.refused.get(line.partition(b"<")[2].decode().strip("<>\r\n"))
            ):
                self.say(answer)
            elif verb == b"DATA":
                self.say("354 go ahead")
                if not self.take():
                    return
            else:
                self.say("250 ok")

    def take(self) -> bool:
        text = b""
        while not text.endswith(b"\r\n.\r\n"):
            line = self.rfile.readline()
            if not line:
                return False
            text += line
        found = MESSAGE_ID.search(text)
        self.server.accepted.append(found[1].decode() if found else "")
        if self.server.silent_after_text:
            return False
        self.say(f"250 2.0.0 queued as {len(self.server.accepted)}")
        return True

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
