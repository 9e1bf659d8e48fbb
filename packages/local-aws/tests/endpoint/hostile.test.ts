import { suite } from "uvu";
import * as assert from "uvu/assert";
import { modelledServices, modelOf } from "../../src/kernel/models/service-model.ts";
import { awaited, furnishedEndpoint } from "../support/furnished-endpoint.ts";
import { hostileInput, type Known, seededRandom } from "../support/hostile-input.ts";
import { requestOf } from "../support/hostile-requests.ts";
import { MAX_ANSWER_MS, mainThreadTime } from "../support/main-thread-time.ts";

const test = suite("hostile input at every operation, in every protocol");
const SEED = Number(process.env["HOSTILE_SEED"] ?? 11);
const ROUNDS = Number(process.env["HOSTILE_ROUNDS"] ?? 12);

let endpoint: Awaited<ReturnType<typeof furnishedEndpoint>>["endpoint"];
let known: Known;
const failures: unknown[] = [];
let sentSoFar = 0;
const sayError = console.error;

test.before(async () => {
  // What would end the process, or is answered as a failure of the runtime's own.
  process.on("uncaughtException", (error) => failures.push(error));
  process.on("unhandledRejection", (error) => failures.push(error));
  console.error = (...what: unknown[]) => failures.push(what[0]);
  ({ endpoint, known } = await furnishedEndpoint());
});
test.after(async () => {
  console.error = sayError;
  await endpoint.stop();
});

for (const service of modelledServices()) {
  const model = modelOf(service);
  for (const protocol of model?.protocols ?? []) {
    test(`${service} in ${protocol} answers no 5xx, and goes on`, async () => {
      if (!model) throw new Error(`no model of ${service}`);
      const random = seededRandom(SEED);
      const bad: string[] = [];
      const rules = Object.assign(
        {},
        ...endpoint.served.filter(({ name }) => name === service).map(({ members }) => members),
      );
      const refusedBy = (operation: string) => Object.keys(rules[operation]?.refuses ?? {});
      const accepted = new Set<string>();
      for (let round = 0; round < ROUNDS; round++) {
        for (const operation of Object.keys(model.operations)) {
          // What the calls name stays there.
          const names = /^Delete(Table|Queue)$/.test(operation) ? {} : known;
          const input = hostileInput(model, operation, random, names, refusedBy(operation));
          const request = requestOf(model, protocol, operation, input);
          const spent = mainThreadTime();
          const sent = endpoint.send(request);
          const beside = await bystander(++sentSoFar);
          if (beside) bad.push(`${operation} ${short(input)}: beside it ${beside}`);
          const answer = await awaited(sent, endpoint.clock);
          // Long polls let time go by, and what that costs is not theirs.
          if (spent() > MAX_ANSWER_MS) bad.push(`${operation} ${short(input)} took ${spent()} ms`);
          const said = `${answer.status} ${answer.text.slice(0, 200)}`;
          if (answer.status < 300) accepted.add(operation);
          if (answer.status >= 500)
            bad.push(`${operation} ${short(input)} → ${said} ${why(failures.at(-1))}`);
        }
      }
      await endpoint.clock.advance(1000);
      assert.equal(bad, []);
      // Input gets past the checks of its shape, too.
      assert.ok(accepted.size > 0, `none of ${Object.keys(model.operations)} was accepted`);
      assert.equal(failures.map(why), []);
    });
  }
}

const BESIDE = [
  ["AmazonSQS.GetQueueUrl", { QueueName: "beside" }, "beside"],
  ["DynamoDB_20120810.GetItem", { TableName: "beside", Key: { id: { S: "1" } } }, "{}"],
  ["Logs_20140328.DescribeLogGroups", { logGroupNamePrefix: "/beside" }, "/beside"],
] as const;

/** Somebody else's call while a hostile one is in progress. @returns what is wrong with its answer, if anything is. */
async function bystander(count: number): Promise<string | undefined> {
  const [target, input, expected] = BESIDE[count % BESIDE.length] ?? BESIDE[0];
  const spent = mainThreadTime();
  const headers = { "x-amz-target": target, "content-type": "application/x-amz-json-1.0" };
  const sent = { service: "x", headers, body: JSON.stringify(input) };
  const { status, text } = await endpoint.send(sent);
  if (status !== 200 || !text.includes(expected)) return `${target}: ${status} ${text}`;
  return spent() > MAX_ANSWER_MS ? `${target} waited ${spent()} ms` : undefined;
}

function short(input: unknown): string {
  return (JSON.stringify(input) ?? "undefined").slice(0, 400);
}

function why(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? "").split("\n").slice(0, 4).join(" ")
    : String(error ?? "");
}

test.run();
