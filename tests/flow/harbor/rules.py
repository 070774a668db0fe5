"""The rules of messaging as simply as they can be said: everything in dictionaries, nothing shared with the product.

`Model` has what each person sees, each count, and each tenant's log (type, message, audience). An act returns what the
server shall answer: its status, and the codes of its refusal.
"""

from dataclasses import dataclass, field


@dataclass
class Place:
    """What a message is to one person; `deleted` is by oneself."""
    read: bool = False
    read_before: bool = False  # by reading, not by a recall
    archived: bool = False
    saved: bool = False
    deleted: bool = False


@dataclass
class Message:
    id: int
    tenant: str
    sender: str
    subject: str
    body: str
    thread: int
    parent: int | None
    seq: int
    places: dict
    own: Place = field(default_factory=Place)
    deleted: bool = False
    recalled: bool = False


@dataclass
class Event:
    type: str
    message: int
    audience: set | None  # None is everyone


@dataclass
class Counts:
    unread: int = 0
    unseen: int = 0
    version: int = 0
    seen: int = 0


class Refused(Exception):
    def __init__(self, status, *codes):
        self.status, self.codes = status, list(codes)


class Tenant:
    def __init__(self, id_):
        self.id, self.members, self.admins, self.roles = id_, set(), set(), {}
        self.log, self.counts, self.bars, self.blocks = [], {}, {}, {}
        self.recall_after_read, self.most_recipients = None, 100  # None: nobody has set it, which is yes

    def counts_of(self, person):
        return self.counts.setdefault(person, Counts())

    @property
    def head(self):
        return len(self.log)


class Model:
    def __init__(self, known_roles):
        self.tenants, self.messages, self.global_admins = {}, {}, set()
        self.known_roles = known_roles

    # Who sees what ---------------------------------------------------------------------------------------------------

    def standing(self, person, tenant_id):
        """The tenant, where the person may see it at all; else the 404 of a tenant that does not exist."""
        tenant = self.tenants.get(tenant_id)
        if tenant is None or person not in tenant.members and person not in self.global_admins:
            raise Refused(404, "not_found")
        return tenant

    def membership(self, person, tenant_id):
        tenant = self.standing(person, tenant_id)
        if person not in tenant.members:
            raise Refused(403, "not_a_member")
        return tenant

    def administration(self, person, tenant_id):
        tenant = self.standing(person, tenant_id)
        if person not in tenant.admins and person not in self.global_admins:
            raise Refused(403, "not_allowed")
        return tenant

    def place(self, person, message):
        """The person's place of a message; None where it is not to be seen."""
        if message is None or message.deleted or person not in self.tenants[message.tenant].members:
            return None
        own = message.own if person == message.sender else message.places.get(person)
        return None if own is None or own.deleted else own

    def visible(self, person, message_id):
        message = self.messages.get(message_id)
        place = self.place(person, message)
        if place is None:
            raise Refused(404, "not_found")
        return message, place, self.tenants[message.tenant]

    @staticmethod
    def concerned(message):
        people = {person for person, place in message.places.items() if not place.deleted}
        return people if message.own.deleted else people | {message.sender}

    def folder(self, person, tenant, name):
        found = []
        for message in self.messages.values():
            place = self.place(person, message) if message.tenant == tenant.id else None
            if place is None:
                continue
            is_sent = message.sender == person
            if {"inbox": not is_sent and not place.archived, "sent": is_sent and not place.archived,
                    "archived": place.archived, "all": True}[name]:
                found.append(message)
        return sorted(found, key=lambda message: -message.id)

    def thread(self, person, message):
        return sorted((other.id for other in self.messages.values()
                       if other.thread == message.thread and self.place(person, other)), reverse=True)

    def directory(self, person, tenant):
        return sorted(tenant.members - {person} - {blocker for blocker, blocked in tenant.blocks if blocked == person})

    def events(self, person, tenant, after=0):
        return [(number, event.type, event.message) for number, event in enumerate(tenant.log, 1)
                if number > after and (event.audience is None or person in event.audience)]

    # Acts ------------------------------------------------------------------------------------------------------------

    def audience(self, sender, tenant, recipients, roles):
        """(people, errors)"""
        if sender in tenant.bars:
            raise Refused(403, "barred")
        people, errors = set(), []
        for person in recipients:
            if person not in tenant.members:
                errors.append("unknown_recipient")
            elif (person, sender) in tenant.blocks:
                errors.append("blocks_you")
            else:
                people.add(person)
        for role in roles:
            if role not in self.known_roles:
                errors.append("unknown_role")
            people |= {person for person in tenant.members if role in tenant.roles.get(person, ())
                       and (person, sender) not in tenant.blocks}
        people.discard(sender)
        if not people and not errors:
            errors.append("empty_audience")
        if len(people) > tenant.most_recipients:
            errors.append("too_many")
        return people, errors

    def resolve(self, sender, tenant_id, recipients, roles):
        tenant = self.membership(sender, tenant_id)
        people, errors = self.audience(sender, tenant, recipients, roles)
        if errors:
            raise Refused(422, *errors)
        return people

    def send(self, sender, tenant_id, subject, body, recipients, roles, parent=None):
        """Checks, and returns what makes the message once its id is known."""
        tenant = self.membership(sender, tenant_id)
        people, errors = self.audience(sender, tenant, recipients, roles)
        answered = None
        if parent is not None:
            answered = self.messages.get(parent)
            if self.place(sender, answered) is None or answered.tenant != tenant_id:
                errors.append("unknown_message")
        if errors:
            raise Refused(422, *errors)

        def store(message_id):
            seq = tenant.head + 1
            self.messages[message_id] = Message(
                message_id, tenant_id, sender, subject, body, answered.thread if answered else message_id, parent, seq,
                {person: Place() for person in people})
            for person in people:
                self._count(tenant, person, seq, unread=1, unseen=1)
            self._append(tenant, "message:new", message_id, people | {sender})

        return store

    def forward(self, sender, message_id, recipients, roles):
        message, _, tenant = self.visible(sender, message_id)
        if message.recalled:
            raise Refused(409, "already_recalled")
        subject = message.subject if message.subject.lower().startswith("fwd:") else "Fwd: " + message.subject
        return self.send(sender, tenant.id, subject, "forwarded", recipients, roles)

    def edit(self, person, message_id, subject, body):
        message, _, tenant = self.visible(person, message_id)
        if person != message.sender:
            raise Refused(403, "not_allowed")
        if person in tenant.bars:
            raise Refused(403, "barred")
        if message.recalled:
            raise Refused(409, "already_recalled")
        if (subject, body) == (message.subject, message.body):
            return
        message.subject, message.body = subject, body
        self._append(tenant, "message:update", message_id, self.concerned(message))

    def delete(self, person, message_id, scope):
        message, place, tenant = self.visible(person, message_id)
        scope = scope or ("all" if person == message.sender else "me")
        seq = tenant.head + 1
        if scope == "me":
            if person != message.sender and not place.read:
                self._take(tenant, person, message, seq)
            place.deleted = True
            self._append(tenant, "message:delete", message_id, {person})
            return
        if person != message.sender:
            raise Refused(403, "not_allowed")
        self._append(tenant, "message:delete", message_id, self._withdraw(tenant, message))
        message.deleted = True

    def recall(self, person, message_id):
        message, _, tenant = self.visible(person, message_id)
        if person != message.sender:
            raise Refused(403, "not_allowed")
        if message.recalled:
            raise Refused(409, "already_recalled")
        if tenant.recall_after_read is False and any(place.read_before for place in message.places.values()):
            raise Refused(409, "already_read")
        self._append(tenant, "message:recall", message_id, self._withdraw(tenant, message))
        for place in message.places.values():
            place.read = True
        message.recalled, message.subject, message.body = True, "", ""

    def flag(self, person, message_id, name, value):
        _, place, tenant = self.visible(person, message_id)
        if getattr(place, name) == value:
            return
        setattr(place, name, value)
        self._append(tenant, "message:archive", message_id, {person})

    def read(self, person, message_id, value):
        message, place, tenant = self.visible(person, message_id)
        if person == message.sender:
            raise Refused(403, "not_allowed")
        if not value and message.recalled:
            raise Refused(409, "already_recalled")
        if place.read == value:
            return
        seq = tenant.head + 1
        place.read = place.read_before = value
        if value:
            self._take(tenant, person, message, seq)
        else:
            self._count(tenant, person, seq, unread=1, unseen=int(message.seq > tenant.counts_of(person).seen))
        told = {person} if message.own.deleted else {person, message.sender}
        self._append(tenant, "message:read", message_id, told)

    def read_all(self, person, tenant_id, up_to):
        tenant = self.membership(person, tenant_id)
        if up_to is not None and self.visible(person, up_to)[0].tenant != tenant_id:
            raise Refused(404, "not_found")
        unread = [message for message in self._unread(person, tenant) if up_to is None or message.id <= up_to]
        if not unread:
            return
        seq = tenant.head + 1
        for message in unread:
            message.places[person].read = message.places[person].read_before = True
            self._take(tenant, person, message, seq)
        self._append(tenant, "message:read", 0, {person})

    def see(self, person, tenant_id, seq):
        tenant = self.membership(person, tenant_id)
        counts = tenant.counts_of(person)
        if seq <= counts.seen:
            return
        counts.seen = seq
        unseen = sum(message.seq > seq for message in self._unread(person, tenant))
        if unseen == counts.unseen:
            return
        self._count(tenant, person, tenant.head + 1, unseen=unseen - counts.unseen)
        self._append(tenant, "message:read", 0, {person})

    def block(self, person, tenant_id, whom, scope):
        """True where it is new."""
        tenant = self.standing(person, tenant_id)
        is_admin = person in tenant.admins or person in self.global_admins
        scope = scope or ("tenant" if is_admin else "me")
        if scope == "tenant" and not is_admin:
            raise Refused(403, "not_allowed")
        if scope == "me" and person not in tenant.members:
            raise Refused(403, "not_a_member")
        if whom not in tenant.members:
            raise Refused(422, "unknown_person")
        if whom == person:
            raise Refused(422, "yourself")
        if scope == "tenant" and (whom in tenant.admins or whom in self.global_admins):
            raise Refused(422, "is_admin")
        kept, key = (tenant.blocks, (person, whom)) if scope == "me" else (tenant.bars, whom)
        is_new = key not in kept
        kept.setdefault(key, None)  # its id is the server's to say
        return kept, key, is_new

    def unblock(self, person, block_id):
        for tenant in self.tenants.values():
            for key, known in list(tenant.blocks.items()):
                if known == block_id and key[0] == person:
                    del tenant.blocks[key]
                    return
            for key, known in list(tenant.bars.items()):
                if known == block_id and (person in tenant.admins or person in self.global_admins):
                    del tenant.bars[key]
                    return
        raise Refused(404, "not_found")

    def set_roles(self, person, tenant_id, whom, roles):
        tenant = self.administration(person, tenant_id)
        tenant.roles[whom] = set(roles)

    def set_recall_after_read(self, person, tenant_id, value):
        tenant = self.administration(person, tenant_id)
        if tenant.recall_after_read != value:
            tenant.recall_after_read = value
            self._append(tenant, "tenant:settings", 0, None)

    # What acts have in common ----------------------------------------------------------------------------------------

    def _unread(self, person, tenant):
        return [message for message in self.messages.values()
                if message.tenant == tenant.id and person != message.sender
                and (place := self.place(person, message)) is not None and not place.read]

    def _withdraw(self, tenant, message):
        """Takes the message from the counts of all who had it unread; who hears of it."""
        for person, place in message.places.items():
            if not place.deleted and not place.read:
                self._take(tenant, person, message, tenant.head + 1)
        return self.concerned(message)

    def _take(self, tenant, person, message, seq):
        self._count(tenant, person, seq, unread=-1, unseen=-int(message.seq > tenant.counts_of(person).seen))

    @staticmethod
    def _count(tenant, person, seq, unread=0, unseen=0):
        counts = tenant.counts_of(person)
        counts.unread += unread
        counts.unseen += unseen
        counts.version = seq

    @staticmethod
    def _append(tenant, type_, message_id, audience):
        tenant.log.append(Event(type_, message_id, audience))
