import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import converter from "openapi-to-postmanv2";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { apiDocuments } from "../../../infra/api-documents.ts";

const test = suite("OpenAPI documents");
const DOCS = join(import.meta.dirname, "..", "..", "..", "docs");

for (const [file, document] of Object.entries(apiDocuments())) {
  const text = `${JSON.stringify(document, undefined, 2)}\n`;

  test(`docs/${file} is up to date; npm run openapi writes it`, () => {
    assert.is(readFileSync(join(DOCS, file), "utf8"), text);
  });

  test(`${file} is clean by Redocly's recommended rules`, async () => {
    const config = await createConfig({
      extends: ["recommended-strict"],
      // The stack of npm start is a server that a reader of the document really has.
      rules: { "no-server-example.com": "off" },
    });
    const problems = await lintFromString({ source: text, absoluteRef: file, config });
    assert.equal(
      problems.map(({ ruleId, message }) => `${ruleId}: ${message}`),
      [],
    );
  });

  test(`${file} imports into Postman with every operation`, async () => {
    const collection = await imported(text);
    const operations = Object.values(document["paths"] as Record<string, object>).flatMap((path) =>
      Object.keys(path).filter((key) => key !== "parameters"),
    );
    assert.is(requestsIn(collection), operations.length);
  });
}

interface PostmanItem {
  request?: object;
  item?: PostmanItem[];
}

function imported(data: string): Promise<PostmanItem> {
  return new Promise((resolve, reject) => {
    converter.convert({ type: "string", data }, {}, (error, result) => {
      const [output] = result?.output ?? [];
      if (error || !result?.result || !output) reject(error ?? new Error(result?.reason));
      else resolve(output.data as PostmanItem);
    });
  });
}

function requestsIn({ request, item = [] }: PostmanItem): number {
  return item.reduce((sum, inner) => sum + requestsIn(inner), request ? 1 : 0);
}

test.run();
