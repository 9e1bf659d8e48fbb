import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { MemberRules } from "../../src/kernel/models/member-rules.ts";
import {
  modelledServices,
  modelOf,
  type Reference,
  type ServiceModel,
  shapeOf,
} from "../../src/kernel/models/service-model.ts";
import { ServiceError } from "../../src/kernel/service-error.ts";
import { awsEndpoint } from "../support/aws-endpoint.ts";

const test = suite("what is done with every member of every input");
const SERVICES = join(import.meta.dirname, "../../src/services");
const you = { kind: "administrator" } as const;
let endpoint: Awaited<ReturnType<typeof awsEndpoint>>;

test.before(async () => {
  endpoint = await awsEndpoint();
});
test.after(() => endpoint.stop());

/** The members that hold a value, by path; what a shape holds of its own kind is told by `.*`. */
function memberPaths(
  model: ServiceModel,
  reference: Reference,
  path = "",
  within = [""],
): string[] {
  const shape = shapeOf(model, reference);
  const name = typeof reference === "string" ? reference : reference.shape;
  if (shape.type === "list") return memberPaths(model, shape.member ?? "", path, within);
  if (shape.type === "map") return memberPaths(model, shape.value ?? "", path, within);
  if (shape.type !== "structure") return [path];
  if (within.includes(name)) return [`${path}.*`];
  return Object.entries(shape.members ?? {}).flatMap(([member, inner]) =>
    memberPaths(model, inner, path ? `${path}.${member}` : member, [...within, name]),
  );
}

/** Whether a declared path stands for a member's. */
const covers = (declared: string, path: string) =>
  declared === path || (declared.endsWith(".*") && path.startsWith(declared.slice(0, -1)));

const declaredBy = ({ honours, holds = {}, refuses = {} }: MemberRules) => [
  ...honours,
  ...Object.keys(holds),
  ...Object.keys(refuses),
];

/** The rules of a service: several parts may serve it. */
const rulesOf = (service: string): Record<string, MemberRules> =>
  Object.assign(
    {},
    ...endpoint.served.filter(({ name }) => name === service).map((it) => it.members),
  );

test("every operation that is served has a model, and every model is served", () => {
  for (const service of modelledServices()) {
    const parts = endpoint.served.filter(({ name }) => name === service);
    const operations = parts.flatMap((part) => Object.keys(part.operations));
    assert.equal(
      operations.sort(),
      Object.keys(modelOf(service)?.operations ?? {}).sort(),
      service,
    );
  }
});

for (const service of modelledServices()) {
  test(`${service} honours or refuses each member, and declares no other`, () => {
    const model = modelOf(service);
    if (!model) throw new Error(`no model of ${service}`);
    const rules = rulesOf(service);
    for (const [operation, { input }] of Object.entries(model.operations)) {
      const paths = input ? memberPaths(model, input) : [];
      const declared = rules[operation] ? declaredBy(rules[operation]) : [];
      const silent = paths.filter((path) => !declared.some((one) => covers(one, path)));
      assert.equal(silent, [], `${operation} says nothing of these`);
      const stale = declared.filter((one) => !paths.some((path) => covers(one, path)));
      assert.equal(stale, [], `${operation} has none of these`);
    }
  });
}

test("a member that is honoured is named in its service's source", () => {
  for (const service of modelledServices()) {
    const folder = FOLDERS[service] ?? service;
    const files = [folder, ...(PARTS[service] ?? [])].flatMap((name) =>
      globSync(`${name}/**/*.ts`, { cwd: SERVICES }),
    );
    const source = files
      .filter((file) => !file.endsWith("members.ts"))
      .map((file) => readFileSync(join(SERVICES, file), "utf8"))
      .join("\n");
    const words = new Set(source.match(/\w+/g));
    const unread = Object.entries(rulesOf(service)).flatMap(([operation, { honours }]) =>
      honours
        .flatMap((path) => path.replace(/\.\*$/, "").split(".").at(-1) ?? "")
        .filter((name) => !words.has(name))
        .map((name) => `${operation}.${name}`),
    );
    assert.equal(unread, [], service);
  }
});

// Folders that are not called as the service signs, and parts in other folders.
const FOLDERS: Record<string, string> = {
  dynamodbstreams: "dynamodb",
  events: "eventbridge",
  states: "step-functions",
};
const PARTS: Record<string, string[]> = {
  lambda: ["event-sources"],
  sns: ["../grammar"],
  sqs: ["../grammar"],
};

test("a member that is refused is refused by name, before anything is done", async () => {
  const refusal = async (service: string, operation: string, input: object) => {
    try {
      await endpoint.kernel.dispatcher.call(service, operation, input, you);
    } catch (error) {
      if (error instanceof ServiceError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return "taken";
  };
  assert.is(
    await refusal("lambda", "ListFunctions", { MasterRegion: "ALL" }),
    "ValidationException: MasterRegion of ListFunctions is not supported by the local runtime: there are no functions of Lambda@Edge",
  );
  assert.is(
    await refusal("sqs", "SendMessageBatch", {
      QueueUrl: "q",
      Entries: [
        { Id: "1", MessageBody: "a" },
        {
          Id: "2",
          MessageBody: "b",
          MessageAttributes: { list: { DataType: "String", StringListValues: ["x"] } },
        },
      ],
    }),
    "InvalidParameterValue: Entries.MessageAttributes.StringListValues of SendMessageBatch is not supported by the local runtime: SQS itself has no attributes that are lists",
  );
  assert.is(
    await refusal("cloudwatch", "PutMetricData", {
      Namespace: "n",
      EntityMetricData: [{ MetricData: [{ MetricName: "m" }] }],
    }),
    "ValidationException: EntityMetricData.MetricData of PutMetricData is not supported by the local runtime: metrics belong to no entities; use MetricData",
  );
});

test.run();
