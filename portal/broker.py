"""The folder that carries hints where there is no Redis: a file in it is whole, or it is not there.

kombu writes in place, so that a process killed meanwhile leaves half a file, and half a file stops every worker that
reads it afterwards. Here each file is written beside its place and moved in; what is damaged all the same counts as
absent, since a lost hint loses nothing: the sweep gives it again.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "folder"


def write_whole(file: Path, data: Any) -> None:
    """Write JSON so that nobody ever reads half of it. Raises :class:`ChannelError` where the disk refuses."""
    beside = file.with_name(f"{uuid.uuid4()}.part")
    try:
        beside.write_text(dumps(data), encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ChannelError(f"Cannot write {file}") from error


class Channel(filesystem.Channel):  # type: ignore[misc]  # kombu is untyped
    def get_table(self, exchange: str) -> list[Any]:
        try:
            return list(super().get_table(exchange))
        except ValueError:
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        file = self._exchange_file(exchange)
        self.control_folder.mkdir(exist_ok=True)
        wanted = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with (self.control_folder / "lock").open("w") as held:
            filesystem.lock(held, filesystem.LOCK_EX)
            known = self.get_table(exchange)
            if wanted not in known or not file.exists():
                write_whole(file, [wanted, *known])

    def _put(self, queue: str, payload: Any, **_options: Any) -> None:  # type: ignore[override]  # as its parent
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The next message. A damaged one was taken away by reading it; the one after it is next."""
        while True:
            try:
                return super()._get(queue)
            except ValueError:
                continue


class Transport(filesystem.Transport):  # type: ignore[misc]
    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
