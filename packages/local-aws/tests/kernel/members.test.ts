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
import { awaited, furnishedEndpoint } from "../support/furnished-endpoint.ts";
import { hostileInput, type Known, seededRandom } from "../support/hostile-input.ts";

const test = suite("what is done with every member of every input");
const SERVICES = join(import.meta.dirname, "../../src/services");
const you = { kind: "administrator" } as const;
let endpoint: Awaited<ReturnType<typeof furnishedEndpoint>>["endpoint"];
let known: Known;

test.before(async () => {
  ({ endpoint, known } = await furnishedEndpoint());
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

const CAPACITY = { ReturnConsumedCapacity: "TOTAL", ReturnItemCollectionMetrics: "SIZE" };
const INDEX = {
  IndexName: "index",
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  Projection: { ProjectionType: "ALL" },
};

/** Inputs of which a draw rarely gets all right at once. */
const EXAMPLES: Record<string, object> = {
  "dynamodb BatchWriteItem": {
    RequestItems: { tab: [{ PutRequest: { Item: { id: { S: "1" } } } }] },
    ...CAPACITY,
  },
  "dynamodb CreateTable": {
    TableName: "table",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
    GlobalSecondaryIndexes: [INDEX],
    StreamSpecification: { StreamEnabled: false },
    Tags: [{ Key: "a", Value: "b" }],
    DeletionProtectionEnabled: false,
  },
  "dynamodb DeleteItem": { TableName: "tab", Key: { id: { S: "1" } }, ...CAPACITY },
  "dynamodb Query": {
    TableName: "tab",
    KeyConditionExpression: "id = :v",
    ExpressionAttributeValues: { ":v": { S: "1" } },
    ConsistentRead: true,
    ReturnConsumedCapacity: "TOTAL",
    Limit: 1,
    ScanIndexForward: false,
  },
  "events ListTargetsByRule": { Rule: "r", Limit: 1 },
};

/** Members that are read only with the token of a task that waits; tests of the tasks carry them. */
const BEYOND: Record<string, string[]> = {
  "states SendTaskFailure": ["error", "cause"],
  "states SendTaskSuccess": ["output"],
};

/** An input that notes which of its members are read. */
function watched<Input extends object>(input: Input, read: Set<string>): Input {
  return new Proxy(input, {
    get(target, key) {
      if (typeof key === "string") read.add(key);
      return Reflect.get(target, key);
    },
  });
}

/** What the operation reads of inputs that are drawn from its model, until it has read all that are expected of it. */
async function membersRead(
  service: string,
  operation: string,
  { honours, refuses = {} }: MemberRules,
): Promise<Set<string>> {
  const model = modelOf(service);
  const whole = endpoint.served.find((one) => one.name === service && one.operations[operation]);
  const found = whole?.operations[operation];
  if (!model || !found) throw new Error(`${service} has no ${operation}`);
  const { kernel, clock } = endpoint;
  const read = new Set<string>();
  const watching: typeof found = {
    needs: (input) => found.needs(watched(input, read)),
    run: (input, context) => found.run(watched(input, read), context),
  };
  kernel.dispatcher.register({ name: service, operations: { [operation]: watching } });
  // What the other calls name stays there.
  const names = operation.startsWith("Delete") ? {} : known;
  const random = seededRandom(7);
  const example = EXAMPLES[`${service} ${operation}`];
  if (example) await kernel.dispatcher.call(service, operation, example, you);
  for (let round = 0; round < 300 && !honours.every((path) => read.has(path)); round++) {
    const input = hostileInput(model, operation, random, names, Object.keys(refuses)) as object;
    const called = kernel.dispatcher.call(service, operation, input, you);
    await awaited(called, clock).catch(() => {});
  }
  kernel.dispatcher.register({ name: service, operations: { [operation]: found } });
  return read;
}

for (const service of modelledServices()) {
  test(`${service} reads each member that it honours`, async () => {
    for (const [operation, { honours, ...rules }] of Object.entries(rulesOf(service))) {
      const names = [...new Set(honours.map((path) => path.split(".")[0] ?? ""))];
      const read = await membersRead(service, operation, { ...rules, honours: names });
      const beyond = BEYOND[`${service} ${operation}`] ?? [];
      assert.equal(
        names.filter((name) => !read.has(name)),
        beyond,
        operation,
      );
    }
  });
}

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
    "ValidationException: EntityMetricData.MetricData of PutMetricData is not supported by the local runtime: metrics have no entities here; use MetricData",
  );
});

test.run();
