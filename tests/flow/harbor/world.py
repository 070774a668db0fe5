"""Tenants and people, made by harborctl as an operator would, and what a person does over HTTP."""

import itertools
import secrets
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

PASSWORD = "a long enough password"


class Person:
    def __init__(self, stack, email, name, password=PASSWORD):
        self.stack, self.email, self.name, self.password = stack, email, name, password
        self.client = stack.client()

    def login(self):
        """A further session; this person's own client uses it from now on."""
        self.client = self.another_session()
        return self

    def another_session(self):
        answer = self.stack.client().post("/api/auth/login",
                                          {"email": self.email, "password": self.password, "token": True})
        assert answer.status == 200, f"login of {self.email}: got {answer}, want 200"
        return self.stack.client(token=answer.json["token"])

    def seat(self):
        """This person with a session of their own, for tests that end one session and keep the other."""
        other = Person(self.stack, self.email, self.name, self.password)
        other.client = self.another_session()
        return other

    def try_send(self, tenant, recipients, subject="Hello", body="A body.", *, key=None, **more):
        return self.client.post("/api/messaging/send", letter(tenant, recipients, subject, body, **more), key=key)

    def send(self, tenant, recipients, subject="Hello", body="A body.", **more):
        answer = self.try_send(tenant, recipients, subject, body, **more)
        assert answer.status == 201, f"send by {self.email}: got {answer}, want 201"
        return answer.json

    def get(self, path, **query):
        answer = self.client.get(path + ("?" + urlencode(query) if query else ""))
        assert answer.status == 200, f"GET {path} {query} by {self.email}: got {answer}, want 200"
        return answer.json

    def post(self, path, json=None):
        answer = self.client.post(path, json)
        assert answer.status == 200, f"POST {path} by {self.email}: got {answer}, want 200"
        return answer.json

    def messages(self, tenant, **query):
        return self.get("/api/messaging/messages", tenantId=tenant.id, **query)

    def events(self, tenant, **query):
        return self.get("/api/messaging/events", tenantId=tenant.id, **query)

    def counts(self, tenant):
        """(unread, unseen)"""
        answer = self.get("/api/messaging/unread-count", tenantId=tenant.id)
        return answer["unread"], answer["unseen"]

    def __repr__(self):
        return f"<{self.email}>"


class Tenant:
    def __init__(self, stack, tenant_id):
        self.stack, self.id = stack, tenant_id

    def add(self, person, admin=False):
        self.stack.harborctl("member", "add", self.id, person.email, *(["--admin"] if admin else []))

    def remove(self, person):
        self.stack.harborctl("member", "remove", self.id, person.email)

    @property
    def head(self):
        epoch, head, _ = self.stack.database.head(self.id)
        return f"{epoch}.{head}"

    def __repr__(self):
        return f"<tenant {self.id}>"


class World:
    """Gives each test tenants of its own; people are shared by first name, to save logins."""

    def __init__(self, stack):
        self.stack = stack
        self._people = {}
        self._numbers = itertools.count(1)

    def new_person(self, name, email=None, *, login=True, global_admin=False):
        local = name.lower() if name.isascii() and name.isalnum() else "somebody"
        email = email or f"{local}-{secrets.token_hex(3)}@people.example"
        self.stack.harborctl("user", "add", email, "--name", name, *(["--global-admin"] if global_admin else []),
                             stdin=PASSWORD + "\n")
        person = Person(self.stack, email, name)
        return person.login() if login else person

    def person(self, name):
        if name not in self._people:
            self._people[name] = self.new_person(name)
        return self._people[name]

    def tenant(self, *people, prefix="t"):
        tenant = Tenant(self.stack, f"{prefix}{next(self._numbers)}-{secrets.token_hex(3)}")
        self.stack.harborctl("tenant", "add", tenant.id, "--name", f"Tenant {tenant.id}")
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(tenant.add, people))
        return tenant

    def team(self, *names):
        """A new tenant and its members: `tenant, anna, ben = world.team("anna", "ben")`."""
        with ThreadPoolExecutor(4) as pool:
            people = list(pool.map(self.person, names))
        return self.tenant(*people), *people


def letter(tenant, recipients, subject="Hello", body="A body.", **more):
    return {"tenantId": getattr(tenant, "id", tenant), "subject": subject, "body": body,
            "recipients": [getattr(recipient, "email", recipient) for recipient in recipients], **more}


def stream_path(tenant_id):
    return f"/api/messaging/stream/{quote(tenant_id)}"
