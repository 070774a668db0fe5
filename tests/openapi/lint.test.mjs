import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { lint } from "./lint.mjs";

const document = await readFile(new URL("../../openapi.yaml", import.meta.url), "utf8");

test("openapi.yaml is a sound OpenAPI 3.1 document", async () => {
  assert.match(document, /^openapi: 3\.1\./);
  assert.deepEqual(await lint(document), []);
});

// What the linter must find, or it lints nothing: a defect put into the document, and the rule that names it.
const defects = {
  "a reference to nothing": ['"#/components/schemas/MessagePage"', '"#/components/schemas/Mesage"', "no-unresolved-refs"],
  "two operations of one name": ["operationId: markUnread", "operationId: markRead", "operation-operationId-unique"],
  "a path parameter nobody describes": ["/api/auth/sessions/{id}:", "/api/auth/sessions/{other}:", "path-parameters-defined"],
  "a key that OpenAPI does not have": ["operationId: me\n", "operationId: me\n      colour: red\n", "struct"],
  "an operation without summary": [/ {6}summary: Sign in.*\n/, "", "operation-summary"],
  "a schema that nobody uses": ["    ReadState:\n", "    Unused: {type: string}\n    ReadState:\n", "no-unused-components"],
};
for (const [what, [from, to, rule]] of Object.entries(defects)) {
  test(`the linter finds ${what}`, async () => {
    const broken = document.replace(from, to);
    assert.notEqual(broken, document, "the defect found no place in the document");
    const found = await lint(broken);
    assert.ok(found.some((line) => line.endsWith(`(${rule})`)), `want ${rule}, got ${JSON.stringify(found)}`);
  });
}
