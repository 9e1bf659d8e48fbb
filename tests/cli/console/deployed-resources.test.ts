import { suite } from "uvu";
import * as assert from "uvu/assert";
import { resourcesIn } from "../../../cli/console/deployed-resources.ts";

const test = suite("the resources of a deployed stack");

const STACK = "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod";
const PARENT = "urn:pulumi:prod::shop::shop:Orders::orders";
const QUEUE = `${PARENT}$aws:sqs/queue:Queue::orders-queue`;
const resource = (urn: string, more: object = {}) => ({
  urn,
  type: String(urn.split("$").at(-1)?.split("::").at(-2)),
  custom: true,
  ...more,
});

test("are those that Pulumi made, with what AWS computed", () => {
  const resources = [
    resource(STACK, { custom: false }),
    resource("urn:pulumi:prod::shop::pulumi:providers:aws::default", {
      type: "pulumi:providers:aws",
    }),
    resource(PARENT, { custom: false, parent: STACK }),
    resource(QUEUE, { id: "https://q", parent: PARENT, inputs: { a: 1 }, outputs: { arn: "arn" } }),
    resource(`${QUEUE}-old`, { delete: true }),
  ];
  assert.equal(resourcesIn(JSON.stringify({ version: 3, deployment: { resources } })), {
    project: "shop",
    resources: [
      {
        urn: QUEUE,
        type: "aws:sqs/queue:Queue",
        id: "https://q",
        parent: PARENT,
        name: "orders-queue",
        inputs: { a: 1 },
        outputs: { arn: "arn" },
      },
    ],
  });
});

test("a stack that holds nothing has none", () => {
  assert.equal(resourcesIn('{"deployment":{}}'), { project: "", resources: [] });
});

test("what is no state is refused in words", () => {
  assert.throws(() => resourcesIn("[]"), /printed no state that this command can read/);
});

test.run();
