"""openapi.yaml and what holds answers to it: a check that finds nothing must have looked."""

import json

import pytest
from harbor.client import Answer
from harbor.description import Description, Undescribed, description

DOCUMENT = """
openapi: 3.1.0
paths:
  /api/things:
    get:
      parameters: [{name: limit, in: query, schema: {type: integer, maximum: 9}}]
      responses: {"200": {$ref: "#/components/responses/Thing"}, default: {$ref: "#/components/responses/Problem"}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
      responses:
        "201": {description: made, headers: {Location: {required: true, schema: {type: string}}}}
        default: {$ref: "#/components/responses/Problem"}
  /api/things/{id}:
    get: {responses: {"200": {$ref: "#/components/responses/Thing"}}}
  /api/things/newest:
    delete: {responses: {"204": {description: gone}}}
components:
  responses:
    Thing: {description: one, content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}}
    Problem:
      description: refused
      headers: {Retry-After: {schema: {type: integer}}}
      content: {application/problem+json: {schema: {type: object, required: [code]}}}
  schemas:
    Thing:
      type: object
      additionalProperties: false
      required: [name]
      properties: {name: {type: string}, madeAt: {type: [string, "null"], format: date-time}}
    Event: {type: object}
"""
JSON, PROBLEM = "application/json", "application/problem+json"
THING, REFUSED = {"name": "a"}, {"code": "no"}


def answer(status, body=None, content_type=JSON, **headers):
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Answer(status, (("Content-Type", content_type), *named), b"" if body is None else json.dumps(body).encode())


@pytest.mark.parametrize("method, target, given, asked", [
    ("GET", "/api/things", answer(200, THING), None),
    ("GET", "/api/things?limit=9", answer(200, {"name": "a", "madeAt": "2026-11-22T10:00:00.123Z"}), None),
    ("HEAD", "/api/things", answer(200), None),
    ("GET", "/api/things/7", answer(200, THING), None),
    ("POST", "/api/things", answer(201, Location="/x"), b'{"name":"a","madeAt":"2026-11-22T12:00:00+02:00"}'),
    ("POST", "/api/things", answer(400, REFUSED, PROBLEM), b"no JSON at all"),
    ("GET", "/api/things", answer(503, REFUSED, PROBLEM, Retry_After="2"), None),
    ("PUT", "/api/things", answer(405, REFUSED, PROBLEM), None),
    ("GET", "/api/nothing", answer(404, REFUSED, PROBLEM), None),
    ("DELETE", "/api/things/newest", answer(204), None),
    ("GET", "/en/harbor/messaging", answer(200, content_type="text/html"), None)])
def test_what_is_described_passes(method, target, given, asked):
    Description(DOCUMENT).check(method, target, given, asked)


@pytest.mark.parametrize("method, target, given, asked, said", [
    ("GET", "/api/things", answer(204), None, "status 204"),
    ("GET", "/api/things", answer(200, {}), None, "'name' is a required property"),
    ("GET", "/api/things", answer(200, {"name": "a", "colour": 1}), None, "colour"),
    ("GET", "/api/things", answer(200, {"name": "a", "madeAt": "2026-11-22T10:00:00Z"}), None, "date-time"),
    ("GET", "/api/things", answer(200, {"name": 7}), None, "at name"),
    ("GET", "/api/things", answer(200, THING, "text/html"), None, "text/html"),
    ("GET", "/api/things", answer(200, THING, X_Colour="red"), None, "x-colour"),
    ("GET", "/api/things", answer(429, REFUSED, PROBLEM), None, "Retry-After"),
    ("GET", "/api/things", answer(429, REFUSED, PROBLEM, Retry_After="soon"), None, "retry-after"),
    ("GET", "/api/things", answer(404, {"error": "no"}, PROBLEM), None, "code"),
    ("GET", "/api/things?limit=10", answer(200, THING), None, "limit"),
    ("GET", "/api/things?size=1", answer(200, THING), None, "size was taken"),
    ("POST", "/api/things", answer(201), b'{"name":"a"}', "location is missing"),
    ("POST", "/api/things", answer(201, Location="/x"), b'{"name":"a","colour":1}', "colour"),
    ("GET", "/api/things/7", answer(404, REFUSED, PROBLEM), None, "status 404"),
    ("GET", "/api/things/newest", answer(200, THING), None, "status 200 of an address"),
    ("DELETE", "/api/things/newest", answer(204, THING), None, "body where none"),
    ("GET", "/api/nothing", answer(200, THING), None, "not described"),
    ("GET", "/api/nothing", answer(404, REFUSED), None, JSON)])
def test_what_is_not_described_is_said(method, target, given, asked, said):
    with pytest.raises(Undescribed, match=said):
        Description(DOCUMENT).check(method, target, given, asked)


COUNTS = {"unread": 1, "unseen": 1, "version": 3}
READ = {"messageId": 7, "tenantId": "t", "timestamp": "2026-11-22T10:00:00.123Z",
        "payload": {"readerEmail": "a@b.example", "isRead": True, "readAt": "2026-11-22T10:00:00.123Z"}}


def test_events_of_streams_are_held_to_the_document():
    good = [("unread:count", {"tenantId": "t", **COUNTS}, None), ("heartbeat", {"cursor": "abcd.1"}, "abcd.1"),
            ("bye", {"reason": "drain", "reconnectAfterMs": 1}, None),
            ("message:read", {"type": "message:read", "data": READ}, "abcd.1")]
    for type_, data, cursor in good:
        description().check_event(type_, json.dumps(data), cursor)
    bad = [("unread:count", COUNTS, None), ("heartbeat", {"cursor": "abcd.1", "at": 1}, "abcd.1"),
           ("bye", {"reason": "tired", "reconnectAfterMs": 1}, None), ("colour", {"type": "colour", "data": READ}, "abcd.1"),
           ("message:new", {"type": "message:read", "data": READ}, "abcd.1"), ("message:read", READ, "abcd.1"),
           ("message:read", {"type": "message:read", "data": READ}, None)]
    for type_, data, cursor in bad:
        with pytest.raises(Undescribed):
            description().check_event(type_, json.dumps(data), cursor)
