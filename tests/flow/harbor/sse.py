"""The event stream format, read byte by byte as the WHATWG standard writes it (HTML, section 9.2.6).

What a browser would silently skip (an unknown field, broken UTF-8, an id without data) is kept in
`violations`: our server has no reason to write it.
"""

import re
from dataclasses import dataclass

LINE_END = re.compile(rb"[\r\n]")
KNOWN_FIELDS = ("event", "data", "id", "retry")


@dataclass(frozen=True)
class Event:
    """One dispatched event; `id` is that of its own block, `last_event_id` what a reconnect would send."""

    type: str
    data: str
    id: str | None
    last_event_id: str
    start: int
    end: int


class Parser:
    """Feed it bytes in any pieces; it returns the events that these bytes completed."""

    def __init__(self, last_event_id=""):
        self.last_event_id = last_event_id
        self.retry = None
        self.comments = 0
        self.violations = []
        self._pending_id = last_event_id
        self._line = bytearray()
        self._after_cr = False
        self._first_line = True
        self._offset = 0
        self._start_block(0)

    @property
    def block_is_open(self):
        """True while bytes of an unfinished block are held: a cut here loses that block."""
        return self._block_has_lines or bool(self._line)

    def feed(self, chunk):
        events, position = [], 0
        for match in LINE_END.finditer(chunk):
            self._line += chunk[position:match.start()]
            position = match.end()
            second_half_of_crlf = self._after_cr and match.group() == b"\n" and not self._line
            self._after_cr = match.group() == b"\r"
            if second_half_of_crlf:
                continue
            line, self._line = bytes(self._line), bytearray()
            event = self._end_of_line(line, self._offset + position)
            if event is not None:
                events.append(event)
        self._line += chunk[position:]
        self._after_cr = self._after_cr and not self._line
        self._offset += len(chunk)
        return events

    def _start_block(self, offset):
        self._block_start = offset
        self._block_has_lines = False
        self._type, self._data, self._block_id = "", [], None

    def _end_of_line(self, raw, offset):
        if self._first_line:
            self._first_line = False
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        if not raw:
            return self._end_of_block(offset)
        self._block_has_lines = True
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            self.violations.append(f"invalid UTF-8 in line {raw!r}")
            line = raw.decode("utf-8", "replace")
        if line.startswith(":"):
            self.comments += 1
            return None
        name, _, value = line.partition(":")
        self._field(name, value.removeprefix(" "))
        return None

    def _field(self, name, value):
        if name not in KNOWN_FIELDS:
            self.violations.append(f"unknown field {name!r}")
        elif name == "event":
            self._type = value
        elif name == "data":
            self._data.append(value)
        elif name == "id":
            if "\0" in value:
                self.violations.append("NUL in an id")
            else:
                self._pending_id = self._block_id = value
        elif value.isascii() and value.isdigit():
            self.retry = int(value)
        else:
            self.violations.append(f"retry is not digits: {value!r}")

    def _end_of_block(self, offset):
        start, had_data, block_id = self._block_start, bool(self._data), self._block_id
        type_, data = self._type or "message", "\n".join(self._data)
        if block_id is not None and not had_data:
            self.violations.append(f"id {block_id!r} without data")
        self.last_event_id = self._pending_id
        self._start_block(offset)
        if not had_data:
            return None
        return Event(type_, data, block_id, self.last_event_id, start, offset)
