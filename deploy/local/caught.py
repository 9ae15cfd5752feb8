"""What the catcher caught, in order, one file a message so that a restart keeps it."""

import json
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass
class Message:
    """A mail or an SMS as it arrived."""

    kind: str
    to: list[str]
    text: str
    id: str | None = None
    sender: str | None = None
    subject: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    sequence: int = 0
    """Its place in the order of arrival, from 1."""
    received_at: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Box:
    """A folder of messages. Accepts a message only once it is on disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._lock = threading.Lock()
        self._messages = [Message(**json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]
        self._last = self._messages[-1].sequence if self._messages else 0

    def add(self, message: Message) -> Message:
        with self._lock:
            self._last += 1
            message.sequence = self._last
            message.received_at = datetime.now(UTC).isoformat()
            path = self._folder / f"{message.sequence:08d}.json"
            temporary = path.with_suffix(".new")
            temporary.write_text(json.dumps(message.as_json(), ensure_ascii=False))
            temporary.replace(path)
            self._messages.append(message)
        return message

    def messages(self) -> list[Message]:
        with self._lock:
            return list(self._messages)

    def clear(self) -> None:
        with self._lock:
            for path in self._folder.glob("*.json"):
                path.unlink()
            self._messages = []
