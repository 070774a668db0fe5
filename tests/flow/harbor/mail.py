"""The real mail of ../shared/data/mail.jsonl as letters between members of one tenant (CONTRACTS, «Import»)."""

import json
import re
from dataclasses import dataclass

MESSAGE_ID = re.compile(r"<[^<>\s]+>")


@dataclass(frozen=True)
class Letter:
    external_id: str
    parent: str | None
    sender: str
    recipients: tuple
    subject: str
    body: str

    @property
    def stored_subject(self):
        """Control characters in a subject become one space."""
        return re.sub(r"[\x00-\x1f\x7f]+", " ", self.subject).strip()

    @property
    def readers(self):
        return {self.sender, *self.recipients}


def load(folder):
    """Letters in the file's order, a reply always after its parent, and {address: name} of those who send."""
    records = [json.loads(line) for line in (folder / "mail.jsonl").read_text().splitlines()]
    names = {record["from"]: record["fromName"] for record in records}
    letters = {}
    for record in records:
        parent = MESSAGE_ID.search(record["inReplyTo"] or "")
        parent = parent.group() if parent and parent.group() in letters else None
        letters[record["messageId"]] = Letter(record["messageId"], parent, record["from"],
                                              audience(record, names), record["subject"], record["body"])
    assert len(letters) == len(records) == 52, f"{len(letters)} letters of {len(records)} records, want 52"
    for letter in letters.values():
        parent = letters.get(letter.parent)
        assert parent is None or letter.sender in parent.readers, f"{letter.sender} cannot see {letter.parent}"
    return list(letters.values()), names


def audience(record, senders):
    """An address that never sends (the list) stands for all other senders, as does an empty audience."""
    everyone_else = [address for address in senders if address != record["from"]]
    known = [address for address in record["to"] if address in senders and address != record["from"]]
    to_the_list = any(address not in senders for address in record["to"])
    return tuple(everyone_else if to_the_list or not known else known)
