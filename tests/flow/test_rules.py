"""Random acts of random people in three tenants, held to a simple model of the rules (harbor/rules.py): every answer's status and
refusal at once; every listing, count, thread, directory and event again and again; at the end what every stream brought.

A run that fails prints its seed; HARBOR_SEED=… repeats it, HARBOR_ACTS=… makes it longer or shorter.
"""

import os
import random

from harbor.rules import Model, Refused, Tenant
from harbor.wait import wait_until

OVERLAY = {"limits": {"messages": "1000000/min"}, "jobs": {"interval": "1 h"}}
ACTS = int(os.environ.get("HARBOR_ACTS", "10000"))
COMPARED_EVERY = 500
MESSAGES, BLOCKS = "/api/messaging/messages", "/api/messaging/blocks"
ROLES = ["editor", "agent", "reviewer"]
# What is done how often.
WEIGHTS = {"send": 24, "reply": 10, "forward": 6, "edit": 8, "delete": 6, "recall": 4, "flag": 12, "read": 16, "read_all": 1,
           "see": 5, "block": 2, "unblock": 3, "set_roles": 1, "set_recall": 1, "look": 6, "resolve": 3}


class Play:
    """The people, their tenants, the model beside them, and what each act asks and expects."""

    def __init__(self, world, dice):
        self.stack, self.dice, self.number, self.block_ids = world.stack, dice, 0, []
        names = ("anna", "ben", "cleo", "dora", "eli", "fritz", "dana", "gerd")
        self.people = {person.email: person for person in map(world.new_person, names)}
        anna, ben, cleo, dora, eli, fritz, dana, gerd = self.people
        root = world.new_person("root", global_admin=True)
        self.people[root.email] = root
        self.model = Model(set(ROLES) | {"author", "subscriber", "publisher", "user"})
        self.model.global_admins = {root.email}
        self.tenants = {}
        for members, admins in (((anna, ben, cleo, dora, dana), {dana}), ((ben, dora, eli, fritz, gerd), {gerd}),
                                ((anna, ben, eli, gerd, dana), {anna})):
            made = world.tenant()
            for email in members:
                made.add(self.people[email], admin=email in admins)
            rules = self.model.tenants[made.id] = Tenant(made.id)
            rules.members, rules.admins = set(members), set(admins)
            self.tenants[made.id] = made
        self.epochs = {id_: tenant.head.split(".")[0] for id_, tenant in self.tenants.items()}

    # Drawing ---------------------------------------------------------------------------------------------------------

    def anyone(self):
        return self.dice.choice(list(self.people))

    def a_tenant(self, person):
        """Mostly one of the person's own."""
        own = [tenant.id for tenant in self.model.tenants.values() if person in tenant.members]
        return self.dice.choice(own) if own and self.dice.random() < 0.95 else self.dice.choice([*self.tenants, "no-such-tenant"])

    def a_message(self, person):
        """Mostly a newer one that the person sees; also others' and such as there never were."""
        recent = list(self.model.messages)[-60:]
        seen = [id_ for id_ in recent if self.model.place(person, self.model.messages[id_])]
        if seen and self.dice.random() < 0.9:
            return self.dice.choice(seen)
        return self.dice.choice(recent) if recent and self.dice.random() < 0.9 else 10**9

    def addresses(self, tenant_id):
        """Recipients and roles: mostly members, now and then somebody unknown, foreign, or oneself."""
        members = sorted(self.model.tenants[tenant_id].members) if tenant_id in self.model.tenants else list(self.people)
        people = self.dice.sample(members, self.dice.randint(0 if self.dice.random() < 0.1 else 1, 3))
        if self.dice.random() < 0.06:
            people.append(self.dice.choice([*self.people, "nobody@people.example"]))
        roles = self.dice.sample(ROLES, 1) if self.dice.random() < 0.15 else []
        if self.dice.random() < 0.02:
            roles.append("king")
        return people, roles

    def words(self):
        self.number += 1
        return f"Number {self.number}", f"What number {self.number} says."

    # Acting ----------------------------------------------------------------------------------------------------------

    def act(self):
        name = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        return getattr(self, name)(self.anyone())

    def expect(self, answer, asked, act):
        """`act` is the model's, called now: its refusal must be the answer's."""
        self.last = f"{asked}: {answer}"
        try:
            outcome = act()
        except Refused as refused:
            problem = answer.json
            codes = [error["code"] for error in problem.get("errors", [])] or [problem.get("code")]
            assert (answer.status, codes) == (refused.status, refused.codes), \
                f"{asked}: got {answer}, want {refused.status} {refused.codes}"
            return None
        assert answer.status < 300, f"{asked}: got {answer}, want success"
        return (outcome,)

    def ask(self, person, method, path, body=None):
        return self.people[person].client.request(method, path, body)

    def try_to_send(self, person, parent=None):
        tenant_id = self.a_tenant(person)
        if parent is not None and self.dice.random() < 0.9 and parent in self.model.messages:
            tenant_id = self.model.messages[parent].tenant
        (people, roles), (subject, body) = self.addresses(tenant_id), self.words()
        draft = {"tenantId": tenant_id, "subject": subject, "body": body, "recipients": people, "roles": roles}
        if parent is not None:
            draft["replyToMessageId"] = parent
        answer = self.ask(person, "POST", "/api/messaging/send", draft)
        sent = self.expect(answer, f"{person} sends {draft}",
                           lambda: self.model.send(person, tenant_id, subject, body, people, roles, parent))
        if sent:
            sent[0](answer.json["id"])

    def send(self, person):
        self.try_to_send(person)

    def reply(self, person):
        self.try_to_send(person, self.a_message(person))

    def forward(self, person):
        message = self.a_message(person)
        known = self.model.messages.get(message)
        people, roles = self.addresses(known.tenant if known else "")
        answer = self.ask(person, "POST", f"{MESSAGES}/{message}/forward", {"recipients": people, "roles": roles})
        sent = self.expect(answer, f"{person} forwards {message} to {people} {roles}",
                           lambda: self.model.forward(person, message, people, roles))
        if sent:
            sent[0](answer.json["id"])
            self.model.messages[answer.json["id"]].body = answer.json["body"]

    def edit(self, person):
        message = self.a_message(person)
        known = self.model.messages.get(message)
        changed = known is None or self.dice.random() < 0.9
        subject, body = self.words() if changed else (known.subject or "x", known.body)
        answer = self.ask(person, "PATCH", f"{MESSAGES}/{message}", {"subject": subject, "body": body})
        self.expect(answer, f"{person} edits {message}", lambda: self.model.edit(person, message, subject, body))

    def delete(self, person):
        message, scope = self.a_message(person), self.dice.choice([None, "me", "all"])
        answer = self.ask(person, "DELETE", f"{MESSAGES}/{message}" + (f"?scope={scope}" if scope else ""))
        self.expect(answer, f"{person} deletes {message} {scope}", lambda: self.model.delete(person, message, scope))

    def recall(self, person):
        message = self.a_message(person)
        answer = self.ask(person, "POST", f"{MESSAGES}/{message}/recall", {"reason": "a mistake"})
        self.expect(answer, f"{person} recalls {message}", lambda: self.model.recall(person, message))

    def flag(self, person):
        message, (name, word), value = self.a_message(person), self.dice.choice([("archived", "archive"), ("saved", "save")]), \
            self.dice.random() < 0.6
        answer = self.ask(person, "POST", f"{MESSAGES}/{message}/{'' if value else 'un'}{word}")
        self.expect(answer, f"{person}: {message} {name}={value}", lambda: self.model.flag(person, message, name, value))

    def read(self, person):
        message, value = self.a_message(person), self.dice.random() < 0.7
        answer = self.ask(person, "POST", f"{MESSAGES}/{message}/{'read' if value else 'unread'}")
        self.expect(answer, f"{person}: {message} read={value}", lambda: self.model.read(person, message, value))

    def read_all(self, person):
        tenant_id, up_to = self.a_tenant(person), self.a_message(person) if self.dice.random() < 0.5 else None
        body = {"tenantId": tenant_id} | ({"upToMessageId": up_to} if up_to else {})
        answer = self.ask(person, "POST", f"{MESSAGES}/read-all", body)
        self.expect(answer, f"{person} reads all {body}", lambda: self.model.read_all(person, tenant_id, up_to))

    def see(self, person):
        tenant_id = self.a_tenant(person)
        if tenant_id not in self.tenants:
            return
        head = self.model.tenants[tenant_id].head
        seq = head if self.dice.random() < 0.7 else self.dice.randint(0, head)
        answer = self.ask(person, "POST", "/api/messaging/seen", {"tenantId": tenant_id, "cursor": f"{self.epochs[tenant_id]}.{seq}"})
        self.expect(answer, f"{person} has seen {tenant_id} up to {seq}", lambda: self.model.see(person, tenant_id, seq))

    def block(self, person):
        tenant_id, whom, scope = self.a_tenant(person), self.anyone(), self.dice.choice([None, "me", "tenant"])
        body = {"tenantId": tenant_id, "email": whom} | ({"scope": scope} if scope else {})
        answer = self.ask(person, "POST", BLOCKS, body)
        done = self.expect(answer, f"{person} blocks {body}", lambda: self.model.block(person, tenant_id, whom, scope))
        if done:
            kept, key, is_new = done[0]
            assert answer.status == (201 if is_new else 200), f"{person} blocks {body}: got {answer}, new: {is_new}"
            assert is_new or kept[key] == answer.json["id"], answer
            kept[key] = answer.json["id"]
            self.block_ids.append(answer.json["id"])

    def unblock(self, person):
        known = [(key[0], id_) for tenant in self.model.tenants.values() for key, id_ in tenant.blocks.items()]
        known += [(self.dice.choice(sorted(tenant.admins)), id_) for tenant in self.model.tenants.values()
                  for id_ in tenant.bars.values()]
        if known and self.dice.random() < 0.8:
            person, id_ = self.dice.choice(known)
        else:
            id_ = self.dice.choice(self.block_ids or [10**9])
        answer = self.ask(person, "DELETE", f"{BLOCKS}/{id_}")
        self.expect(answer, f"{person} takes block {id_} back", lambda: self.model.unblock(person, id_))

    def set_roles(self, person):
        tenant_id = self.a_tenant(person)
        if tenant_id not in self.model.tenants:
            return
        tenant = self.model.tenants[tenant_id]
        person = self.dice.choice([person, *sorted(tenant.admins)])
        whom, roles = self.dice.choice(sorted(tenant.members)), self.dice.sample(ROLES, self.dice.randint(0, 2))
        body = {"tenantId": tenant_id, "email": whom, "roles": roles, "isAdmin": whom in tenant.admins}
        answer = self.ask(person, "POST", "/api/admin/members", body)
        self.expect(answer, f"{person} sets {body}", lambda: self.model.set_roles(person, tenant_id, whom, roles))

    def set_recall(self, person):
        tenant_id, value = self.a_tenant(person), self.dice.random() < 0.5
        answer = self.ask(person, "PUT", f"/api/messaging/settings?tenantId={tenant_id}",
                          {"settings": {"limits.recall_after_read": value}})
        self.expect(answer, f"{person} sets recall_after_read={value} in {tenant_id}",
                    lambda: self.model.set_recall_after_read(person, tenant_id, value))

    def resolve(self, person):
        tenant_id = self.a_tenant(person)
        people, roles = self.addresses(tenant_id)
        answer = self.ask(person, "POST", "/api/messaging/recipients/resolve",
                          {"tenantId": tenant_id, "recipients": people, "roles": roles})
        found = self.expect(answer, f"{person} resolves {people} {roles} in {tenant_id}",
                            lambda: self.model.resolve(person, tenant_id, people, roles))
        if found:
            assert {item["email"] for item in answer.json["recipients"]} == found[0], answer

    def look(self, person):
        message = self.a_message(person)
        answer = self.ask(person, "GET", f"{MESSAGES}/{message}")
        found = self.expect(answer, f"{person} looks at {message}", lambda: self.model.visible(person, message))
        if found:
            known, place, _ = found[0]
            self.compare_item(answer.json, known, place, person)
            assert answer.json["body"] == known.body, answer
            thread = self.people[person].get(f"{MESSAGES}/{message}/thread", limit=200)
            assert [item["id"] for item in thread["items"]] == self.model.thread(person, known)[:200], thread

    # Comparing -------------------------------------------------------------------------------------------------------

    @staticmethod
    def compare_item(item, known, place, person):
        want = {"subject": known.subject, "senderEmail": known.sender, "threadId": known.thread, "inReplyTo": known.parent,
                "recipientCount": len(known.places), "isRecalled": known.recalled, "isArchived": place.archived,
                "isSaved": place.saved, "isRead": person == known.sender or place.read}
        got = {key: item[key] for key in want}
        assert got == want, f"message {known.id} for {person}: got {got}, want {want}"

    def compare_heads(self):
        heads = dict(self.stack.database.rows("SELECT TenantId, Head FROM EventHeads"))
        for tenant_id, tenant in self.model.tenants.items():
            head = heads[tenant_id]
            assert head == tenant.head, f"{tenant_id} has {head} events, want {tenant.head}, after {self.last}"

    def compare(self):
        for tenant_id, tenant in self.model.tenants.items():
            for email in sorted(tenant.members):
                self.compare_counts(email, tenant)
                for folder in ("inbox", "sent", "archived", "all"):
                    self.compare_folder(email, tenant, folder)
                listed = self.people[email].get("/api/messaging/recipients", tenantId=tenant_id)["items"]
                assert [item["email"] for item in listed] == self.model.directory(email, tenant), (email, listed)

    def compare_counts(self, email, tenant):
        got = self.people[email].get("/api/messaging/unread-count", tenantId=tenant.id)
        want = tenant.counts_of(email)
        assert (got["unread"], got["unseen"], got["version"]) == (want.unread, want.unseen, want.version), \
            f"{email} in {tenant.id}: got {got}, want {want}"
        newest = [message.id for message in self.model.folder(email, tenant, "inbox")[:3]]
        assert [item["id"] for item in got["recent"]] == newest, got

    def compare_folder(self, email, tenant, folder):
        """The newest two pages, and that they join."""
        whole, before = self.model.folder(email, tenant, folder), {}
        for page in (whole[:20], whole[20:40]):
            got = self.people[email].get(MESSAGES, tenantId=tenant.id, folder=folder, limit=20, **before)
            assert [item["id"] for item in got["items"]] == [message.id for message in page], \
                f"{folder} of {email} in {tenant.id}: got {got['items']}, want {page}"
            for item, message in zip(got["items"], page):
                self.compare_item(item, message, self.model.place(email, message), email)
            if not page or page[-1] is whole[-1]:
                assert got["nextCursor"] is None, got
                return
            before = {"before": got["nextCursor"]}

    def compare_log(self, email, tenant):
        """The whole log as GET /events gives it."""
        cursor, found, more = self.epochs[tenant.id] + ".0", [], True
        while more:
            page = self.people[email].events(self.tenants[tenant.id], cursor=cursor)
            found += [(int(item["id"].split(".")[1]), item["type"], item["data"]["messageId"]) for item in page["items"]]
            cursor, more = page["cursor"], page["more"]
        assert found == self.model.events(email, tenant), f"the log of {tenant.id} for {email}"


def test_random_acts_of_random_people_follow_the_rules(stack, world, streams):
    seed = int(os.environ.get("HARBOR_SEED") or random.SystemRandom().randrange(10**9))
    print(f"HARBOR_SEED={seed} HARBOR_ACTS={ACTS}")
    play = Play(world, random.Random(seed))
    opened = {(email, tenant): streams.open(play.people[email], tenant).wait_hello()
              for tenant, rules in play.model.tenants.items() for email in sorted(rules.members)}
    for number in range(1, ACTS + 1):
        play.act()
        play.compare_heads()
        if number % COMPARED_EVERY == 0 or number == ACTS:
            play.compare()
    for (email, tenant_id), stream in opened.items():
        tenant = play.model.tenants[tenant_id]
        play.compare_log(email, tenant)
        want = play.model.events(email, tenant)
        wait_until(lambda: len(stream.news) >= len(want), 30, lambda: f"{len(want)} events on {stream!r}")
        got = [(item.seq, item.type, item.data["data"]["messageId"]) for item in stream.news]
        assert got == want, f"{stream!r}"
        counted = [item.data for item in stream.of_type("unread:count")]
        last = tenant.counts_of(email)
        assert not counted or (counted[-1]["unread"], counted[-1]["unseen"], counted[-1]["version"]) == \
            (last.unread, last.unseen, last.version), f"{stream!r}: got {counted[-1]}, want {last}"
    kinds = {event.type for tenant in play.model.tenants.values() for event in tenant.log}
    assert kinds >= {"message:new", "message:update", "message:read", "message:delete", "message:recall", "message:archive"}, kinds
