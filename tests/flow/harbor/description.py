"""Holds every answer to openapi.yaml: status, headers, content type and body of each, and the events of streams.

An answer of 2xx also proves what was asked: its query and body must be described too. What the document does not
name is a fault of the document or of the server, and fails the test that saw it.
"""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import yaml
from jsonschema import Draft202012Validator, FormatChecker

DOCUMENT = Path(__file__).resolve().parents[3] / "openapi.yaml"
LIBRARY = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# What nginx and HTTP itself say on any answer.
EVERYWHERE = {"server", "date", "connection", "keep-alive", "transfer-encoding", "content-type", "content-length", "cache-control",
              "x-request-id", "x-content-type-options", "content-security-policy", "referrer-policy", "x-frame-options",
              "cross-origin-resource-policy", "cross-origin-opener-policy", "accept-ranges", "vary"}
RETRIED = (429, 503)
# The events of a stream that are not of the log.
STREAM_EVENTS = {"hello": "Hello", "heartbeat": "Heartbeat", "resync": "Resync", "bye": "Bye", "unread:count": "UnreadCount"}



def times(pattern):
    """What `format: date-time` means: jsonschema knows it only where a further library is there."""
    checker = FormatChecker(formats=())
    checker.checks("date-time")(lambda value: not isinstance(value, str) or re.fullmatch(pattern, value) is not None)
    return checker


ANSWERED = times(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ASKED = times(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class Undescribed(AssertionError):
    """The document and the server differ."""


class Description:
    """The document with its references resolved (it has no circles), a validator per schema."""

    def __init__(self, text):
        self._document = yaml.load(text, LIBRARY)
        self.paths = {path: self._resolved(item) for path, item in self._document["paths"].items()}
        self.schemas = self._resolved(self._document["components"]["schemas"])
        self._problem = self._resolved(self._document["components"]["responses"]["Problem"])
        patterns = sorted(self.paths, key=lambda path: path.count("{"))  # what is spelled out wins
        self._patterns = [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), path) for path in patterns]
        self._validators = {}

    def check(self, method, target, answer, body=None):
        """`target` is path and query as sent; `answer` has status, headers and body. Raises Undescribed."""
        path, _, query = target.partition("?")
        try:
            self._check(method, path, query, answer, body)
        except Undescribed as fault:
            raise Undescribed(f"{method} {target}: {fault}; openapi.yaml says otherwise of {answer}") from None

    def check_event(self, type_, data, cursor):
        """One event of a stream: its type, its data as text, its id."""
        try:
            value = json.loads(data)
            if type_ not in STREAM_EVENTS:
                self.check_value(self.schemas["Event"], {"id": cursor, **value}, "its data")
                if value["type"] != type_:
                    raise Undescribed(f"its data says {value['type']}")
            else:
                self.check_value(self.schemas[STREAM_EVENTS[type_]], value, "its data")
        except (Undescribed, ValueError, TypeError) as fault:
            raise Undescribed(f"event {type_}: {fault}; openapi.yaml says otherwise of {data[:600]}") from None

    def check_value(self, schema, value, what, formats=ANSWERED):
        """`schema` is one of the document's, resolved."""
        key = id(schema), id(formats)
        if key not in self._validators:
            self._validators[key] = Draft202012Validator(schema, format_checker=formats)
        fault = next(self._validators[key].iter_errors(value), None)
        if fault is not None:
            place = "/".join(str(part) for part in fault.absolute_path)
            raise Undescribed(f"{what}: {fault.message[:300]}" + (f" at {place}" if place else ""))

    def operation(self, method, path):
        """What the document says of it; None where it does not have it."""
        pattern = next((known for pattern, known in self._patterns if pattern.fullmatch(path)), None)
        return None if pattern is None else self.paths[pattern].get("get" if method == "HEAD" else method.lower())

    def _check(self, method, path, query, answer, body):
        operation = self.operation(method, path)
        if operation is None:
            if path.startswith("/api/") and path != "/api/openapi.yaml":
                self._check_refusal(method, answer)
            return
        described = operation["responses"].get(str(answer.status))
        if described is None and answer.status >= 400:
            described = operation["responses"].get("default")
        if described is None:
            raise Undescribed(f"status {answer.status} is not described")
        self._check_answer(method, answer, described)
        if answer.status < 300:
            self._check_request(operation, query, body)

    def _check_refusal(self, method, answer):
        """Of an address that the document does not have: a problem, as everywhere."""
        if answer.status < 400:
            raise Undescribed(f"status {answer.status} of an address that is not described")
        self._check_answer(method, answer, self._problem)

    def _check_answer(self, method, answer, described):
        self._check_headers(answer, described.get("headers", {}))
        content = described.get("content")
        if content is None:
            if answer.body:
                raise Undescribed(f"{len(answer.body)} bytes of body where none is described")
            return
        content_type = (answer.header("content-type") or "").split(";")[0]
        if content_type not in content:
            raise Undescribed(f"content type {content_type!r} is not described")
        if method != "HEAD" and content_type.endswith("json"):
            self.check_value(content[content_type]["schema"], json.loads(answer.body), "its body")

    def _check_headers(self, answer, described):
        given = {name.lower(): value for name, value in answer.headers}
        known = {name.lower(): header for name, header in described.items()}
        for name in given.keys() - EVERYWHERE - known.keys():
            raise Undescribed(f"header {name} is not described")
        for name, header in known.items():
            if name in given:
                self.check_value(header["schema"], value_of(given[name], header["schema"]), f"header {name}")
            elif header.get("required"):
                raise Undescribed(f"header {name} is missing")
        if answer.status in RETRIED and "retry-after" not in given:
            raise Undescribed("a refusal for now without Retry-After")

    def _check_request(self, operation, query, body):
        """What was taken must be described."""
        known = {each["name"]: each["schema"] for each in operation.get("parameters", []) if each["in"] == "query"}
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name not in known:
                raise Undescribed(f"query key {name} was taken and is not described")
            self.check_value(known[name], value_of(value, known[name]), f"query key {name}, which was taken,", ASKED)
        content = operation.get("requestBody", {}).get("content", {})
        if body and "application/json" in content:
            self.check_value(content["application/json"]["schema"], json.loads(body), "the body that was taken", ASKED)
        elif body and not content and json.loads(body) != {}:
            raise Undescribed("a body was taken and none is described")

    def _resolved(self, node):
        if isinstance(node, list):
            return [self._resolved(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            target = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[unquote(part).replace("~1", "/").replace("~0", "~")]
            return self._resolved(target)
        return {key: self._resolved(value) for key, value in node.items()}


def value_of(text, schema):
    """A parameter or header as what its schema says it stands for; as text where it does not."""
    types = schema.get("type", "string")
    types = types if isinstance(types, list) else [types]
    if "integer" in types and re.fullmatch(r"-?\d+", text):
        return int(text)
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return text


@cache
def description():
    return Description(DOCUMENT.read_text())
