// openapi.yaml as a sound OpenAPI 3.1 document: Redocly's rules, every warning an error.
//
// The linter is the one that openapi-typescript brings to nginx/client; nothing is fetched.
import { createRequire } from "node:module";

const client = createRequire(new URL("../../nginx/client/package.json", import.meta.url));
const { createConfig, lintDocument, makeDocumentFromString, BaseResolver } = client("@redocly/openapi-core");

// Each of these is off for the reason beside it.
const rules = {
  "info-license": "off", // the document is not published apart from the product
  "operation-4xx-response": "off", // every operation has `default`, the problem, which is stricter
};

/** The problems of a document's text, a line each. */
export async function lint(text) {
  const config = await createConfig({ extends: ["recommended-strict"], rules });
  const document = makeDocumentFromString(text, "openapi.yaml");
  const problems = await lintDocument({ document, externalRefResolver: new BaseResolver(), config: config.styleguide });
  return problems.map((problem) => `${problem.location[0]?.pointer}: ${problem.message} (${problem.ruleId})`);
}
