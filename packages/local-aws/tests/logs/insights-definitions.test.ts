import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { provisionQueryDefinition } from "../../src/services/logs/insights/provision.ts";
import { logsResourceTypes } from "../../src/services/logs/resources.ts";
import { insights, refusalOf } from "../support/insights.ts";

const test = suite("Logs Insights: query definitions");

const TYPE = "aws:cloudwatch/queryDefinition:QueryDefinition";
const PLACE = {
  account: "000000000000",
  region: "eu-central-1",
  awsEndpoint: "",
  apiEndpoint: "",
  secret: "",
};

interface Definitions {
  queryDefinitions: Record<string, unknown>[];
}

test("definitions are kept, listed by name, changed and deleted", async () => {
  const { call, clock } = insights();
  type Put = { queryDefinitionId: string };
  const put = (input: object) => call<Put>("PutQueryDefinition", input);
  const { queryDefinitionId } = await put({ name: "b", queryString: "not yet a query" });
  await put({ name: "a", queryString: "limit 1", logGroupNames: ["/g"] });
  await put({ queryDefinitionId, name: "b", queryString: "limit 2" });
  const list = async (input: object) => {
    type Answer = { queryDefinitions: { name: string; queryString: string }[] };
    return (await call<Answer>("DescribeQueryDefinitions", input)).queryDefinitions;
  };
  assert.equal(await list({ queryDefinitionNamePrefix: "b" }), [
    {
      queryLanguage: "CWLI",
      queryDefinitionId,
      name: "b",
      queryString: "limit 2",
      logGroupNames: [],
      lastModified: clock.now(),
    },
  ]);
  await call("DeleteQueryDefinition", { queryDefinitionId });
  assert.equal(
    (await list({})).map(({ name }) => name),
    ["a"],
  );
  for (const operation of ["DeleteQueryDefinition", "PutQueryDefinition"]) {
    const again = call(operation, { queryDefinitionId, name: "b", queryString: "limit 1" });
    assert.is((await refusalOf(again)).code, "ResourceNotFoundException");
  }
});

/** As evaluation records it. */
function declared(inputs: Record<string, unknown>): RecordedResource {
  const type = logsResourceTypes.find((each) => each.type === TYPE);
  if (!type) throw new Error(`${TYPE} is not known`);
  const { id, outputs } = type.compute(
    { name: "errors", inputs, generatedName: "errors-1234567" },
    PLACE,
  );
  return { urn: "", type: TYPE, name: "errors", id, inputs, outputs: { ...inputs, ...outputs } };
}

test("a declared definition is there, with the same id at each start", async () => {
  const { call, logs, clock } = insights();
  const inputs = { name: "shop/errors", logGroupNames: ["/g"], queryString: "limit 1" };
  const resource = declared(inputs);
  provisionQueryDefinition(logs, resource);
  const { id } = resource;
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.is(declared(inputs).id, id);
  assert.equal(resource.outputs, {
    ...inputs,
    queryDefinitionId: id,
    arn: `arn:aws:logs:eu-central-1:000000000000:query-definition:${id}`,
  });
  const { queryDefinitions } = await call<Definitions>("DescribeQueryDefinitions");
  assert.equal(queryDefinitions, [
    { queryLanguage: "CWLI", queryDefinitionId: id, ...inputs, lastModified: clock.now() },
  ]);
});

for (const [inputs, message] of [
  [
    { queryString: "fields a |\n filtre b" },
    /^errors: the query cannot be read: line 2, position 2: command `filtre` is not supported here/,
  ],
  [
    { queryString: "limit 1", logGroupNames: ["/g", "/no"] },
    /^errors: there is no log group \/no; AWS would take it, and the query would find nothing$/,
  ],
  [{ queryString: "" }, /^errors: the query must have 1 to 10000 characters, not 0$/],
  [{ queryString: "limit 1", name: "a:b" }, /^errors: the name a:b must have no : and \*/],
] as const) {
  test(`a declared definition of ${JSON.stringify(inputs)} is refused`, () => {
    const { logs } = insights();
    assert.throws(() => provisionQueryDefinition(logs, declared({ ...inputs })), message);
  });
}

test.run();
