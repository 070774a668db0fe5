"""harborctl on the state's own configuration: migrations, and the demo on an empty database."""

import os
import subprocess

from . import configs
from .errors import StackError

_DEMO_PASSWORD = "harbor-demo"
_DEMO_TENANTS = {"acme": "Acme", "globex": "Globex"}
_DEMO_USERS = [  # address, name, tenant, further options
    ("alice@acme.example", "Alice", "acme", []),
    ("bob@acme.example", "Bob", "acme", []),
    ("dana@acme.example", "Dana", "acme", ["--admin"]),
    ("carol@globex.example", "Carol", "globex", []),
    ("admin@harbor.example", "Admin", None, ["--global-admin"]),
]
_SECONDS = 300


class Harborctl:
    def __init__(self, bin_folder, state):
        self._command = [os.path.join(bin_folder, "harborctl"), *state.config_options()]
        self._state = state
        self._unfinished = state.path / "demo.unfinished"

    def exec(self, words):
        """Becomes harborctl."""
        try:
            os.execv(self._command[0], [*self._command, *words, *self.places_of(words)])
        except OSError as error:
            raise StackError(f"{self._command[0]}: {error.strerror}", 69) from error

    def places_of(self, words):
        """Where doctor finds what an installed Harbor has in /etc and /usr/lib, as far as `words` do not say it."""
        if words[:1] != ["doctor"]:
            return []
        given = {word.split("=")[0] for word in words}
        places = configs.doctor_places(self._state)
        return [f"{option}={place}" for option, place in places.items() if option not in given]

    def migrate(self):
        self._run("migrate")

    def make_demo(self, say):
        """On a database without a tenant, or where an earlier start was interrupted in the middle of this."""
        if self._run("tenant", "list").strip() and not self._unfinished.exists():
            return
        self._unfinished.touch()
        for tenant, name in _DEMO_TENANTS.items():
            self._run("tenant", "add", tenant, "--name", name)
        for address, name, tenant, options in _DEMO_USERS:
            self._add_person(address, name, tenant, options)
        self._unfinished.unlink()
        people = ", ".join(address for address, *_ in _DEMO_USERS)
        say(f"made a demo: tenants {', '.join(_DEMO_TENANTS)}; {people}")
        say(f"each with the password {_DEMO_PASSWORD}. It is public: a demo only, never a service for others.")

    def _add_person(self, address, name, tenant, options):
        of_user = [option for option in options if option == "--global-admin"]
        of_member = [option for option in options if option == "--admin"]
        self._run("user", "add", address, "--name", name, *of_user, stdin=_DEMO_PASSWORD + "\n")
        if tenant is not None:
            self._run("member", "add", tenant, address, *of_member)

    def _run(self, *words, stdin=""):
        try:
            done = subprocess.run([*self._command, *words], input=stdin, capture_output=True, text=True,
                                  timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StackError(f"harborctl {' '.join(words)}: {error}", 69) from error
        if done.returncode != 0:
            raise StackError(f"harborctl {' '.join(words)}: {(done.stderr or done.stdout).strip()}", done.returncode)
        return done.stdout
