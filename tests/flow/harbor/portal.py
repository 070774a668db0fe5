"""A host application: it has a key, made by openssl, and signs tokens for its people."""

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import time
from pathlib import Path


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*words):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, timeout=60).stdout


class Portal:
    """`config` is its element of auth.issuers; `more` goes into it."""

    def __init__(self, folder, name, algorithm, **more):
        self.folder, self.issuer, self.algorithm = Path(folder), f"https://{name}.example", algorithm
        self.private, self.key_file = self.folder / f"{name}.private", self.folder / f"{name}.key"
        if algorithm == "HS256":
            self.secret = secrets.token_hex(32).encode()
            self.key_file.write_bytes(self.secret + b"\n")
        else:
            kind = ["-algorithm", "ed25519"] if algorithm == "EdDSA" else ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
            openssl("genpkey", *kind, "-out", self.private)
            openssl("pkey", "-in", self.private, "-pubout", "-out", self.key_file)
        self.key_file.chmod(0o600)  # a secret that others may read is refused
        self.config = {"issuer": self.issuer, "audience": "harbor", "algorithm": algorithm, "key_file": str(self.key_file), **more}

    def claims(self, person, **changes):
        """Good ones, but for `changes`; None takes a claim away."""
        claims = {"iss": self.issuer, "aud": "harbor", "exp": int(time.time()) + 120, "jti": secrets.token_hex(16),
                  "email": getattr(person, "email", person)}
        return {name: value for name, value in {**claims, **changes}.items() if value is not None}

    def token(self, person, **changes):
        return self.seal({"alg": self.algorithm, "typ": "JWT"}, self.claims(person, **changes))

    def seal(self, header, claims, sign=None):
        """Header and claims, whatever they say, signed by `sign(bytes)` or this portal's key."""
        text = ".".join(base64url(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in (header, claims))
        return f"{text}.{base64url((sign or self.sign)(text.encode()))}"

    def sign(self, text):
        if self.algorithm == "HS256":
            return hmac_sha256(self.secret, text)
        path = self.folder / f"text-{secrets.token_hex(8)}"
        path.write_bytes(text)
        try:
            if self.algorithm == "RS256":
                return openssl("dgst", "-sha256", "-sign", self.private, path)
            return openssl("pkeyutl", "-sign", "-rawin", "-inkey", self.private, "-in", path)
        finally:
            path.unlink()


def hmac_sha256(secret, text):
    return hmac.new(secret, text, hashlib.sha256).digest()
