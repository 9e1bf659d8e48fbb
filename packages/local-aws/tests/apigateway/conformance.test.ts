import { suite } from "uvu";
import * as assert from "uvu/assert";
import { renderMappingTemplate } from "../../src/testing/mapping-template.ts";
import { ENDLESS, TEMPLATES } from "./conformance/templates.ts";

const test = suite("API Gateway's templates, as AWS renders them");
const request = (body: string) => ({ body, requestId: "id-1", now: 0 });

for (const { what, template, body = "{}", gives } of TEMPLATES) {
  test(what, async () => {
    assert.is((await renderMappingTemplate(template, request(body))).text, gives);
  });
}

for (const { what, template, body = "{}" } of ENDLESS) {
  test(what, async () => {
    try {
      await renderMappingTemplate(template, request(body));
      assert.unreachable();
    } catch (error) {
      assert.match(
        String((error as { reason?: unknown }).reason ?? error),
        /mapping template failed/,
      );
    }
  });
}

test("the template of the request may set the status of the response", async () => {
  const template = "#set($context.responseOverride.status = 418)";
  assert.is((await renderMappingTemplate(template, request("{}"))).status, 418);
});

test.run();
