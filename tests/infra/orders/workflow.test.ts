import { readFileSync } from "node:fs";
import validateDefinition from "asl-validator";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  assertDeadLetterQueue,
  assertFunction,
  assertRole,
  type ExpectedFunction,
} from "../support/permissions.ts";
import { ordersWith } from "../support/program.ts";

const test = suite("order workflow as a Standard one");

const resources = await ordersWith({ config: { "orders:workflow": "standard" } });
const { get } = resources;
const json = (value: unknown) => JSON.parse(String(value));
const definition = json(get("order-workflow").inputs["definition"]);
const { States } = definition;

type Use = Omit<ExpectedFunction, "description">;

const MOVES: Use = {
  environment: { ORDERS_TABLE: "orders-table.name", ORDER_STATUS_SHARDS: "4" },
  allowed: [[["dynamodb:GetItem", "dynamodb:PutItem"], ["orders-table.arn"]]],
};
const COUNTS: Use = {
  ...MOVES,
  allowed: [
    [["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], ["orders-table.arn"]],
  ],
};
const PAYS: Use = {
  environment: { ...MOVES.environment, PAYMENTS_TABLE: "orders-payments-table.name" },
  allowed: [
    ...MOVES.allowed,
    [
      ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      ["orders-payments-table.arn"],
    ],
  ],
};

const steps: [state: string, fn: string, expected: ExpectedFunction][] = [
  [
    "ReserveStock",
    "order-workflow-reserve-stock",
    {
      environment: { ...MOVES.environment, UNPRICED_PRODUCTS: "true", UNTRACKED_IN_STOCK: "true" },
      description: "Reserves the items of an order",
      allowed: [
        [
          ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
          ["orders-table.arn"],
        ],
      ],
    },
  ],
  [
    "ChargePayment",
    "order-workflow-charge-payment",
    { ...PAYS, description: "Captures the total of an order" },
  ],
  [
    "ConfirmOrder",
    "order-workflow-confirm-order",
    { ...COUNTS, description: "Marks an order as COMPLETED and its items as sold" },
  ],
  [
    "RefundPayment",
    "order-workflow-refund-payment",
    { ...PAYS, description: "Refunds or voids the payment of an order" },
  ],
  [
    "ReleaseStock",
    "order-workflow-release-stock",
    { ...COUNTS, description: "Releases the reserved items of an order" },
  ],
  [
    "RejectOrder",
    "order-workflow-reject-order",
    { ...MOVES, description: "Marks an order as FAILED" },
  ],
];

for (const [state, fn, expected] of steps) {
  test(`${state} may do what its step takes, and nothing else`, () => {
    assertFunction(resources, fn, expected);
    const { Type, Resource, Parameters, TimeoutSeconds } = States[state];
    assert.is(Type, "Task");
    assert.is(Resource, "arn:aws:states:::lambda:invoke");
    assert.is(Parameters.FunctionName, `${fn}.arn`);
    // A step that answers after the machine has given it up would be run twice side by side.
    assert.ok(TimeoutSeconds > Number(get(fn).inputs["timeout"]));
  });
}

test("steps, triggers, role and logs belong to the workflow", () => {
  const own = resources.all.filter(({ name }) => name.startsWith("order-workflow-"));
  assert.ok(own.length > 30);
  assert.equal(
    own.filter(({ parent }) => parent !== "order-workflow"),
    [],
  );
});

test("the machine is a Standard one that logs and traces everything, once it may", () => {
  const { inputs, dependencies } = get("order-workflow");
  const { definition: _, ...machine } = inputs;
  assert.equal(machine, {
    type: "STANDARD",
    roleArn: "order-workflow-role.arn",
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: true,
      logDestination: "order-workflow-logs.arn:*",
    },
    tracingConfiguration: { enabled: true },
  });
  assert.ok(dependencies.includes("order-workflow-policy"), dependencies.join());
});

test("the machine may invoke its steps, park a refund, deliver its logs and trace", () => {
  assertRole(resources, "order-workflow", "states.amazonaws.com", [
    [["lambda:InvokeFunction"], steps.map(([, fn]) => `${fn}.arn`)],
    [["sqs:SendMessage"], ["order-workflow-parked-refunds-dlq.arn"]],
    [
      [
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
      ],
      ["*"],
    ],
    [
      [
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
      ],
      ["*"],
    ],
  ]);
});

test("parked refunds wait for fourteen days", () => {
  assertDeadLetterQueue(resources, "order-workflow-parked-refunds-dlq");
});

test("every placeholder of the definition has a value", () => {
  const file = new URL("../../../infra/orders/workflow.asl.json", import.meta.url);
  const placeholders = [...readFileSync(file, "utf8").matchAll(/\$\{(\w+)\}/g)];
  const names = new Set(placeholders.map(([, name]) => name));
  // The partition and the queue, beside the steps.
  assert.is(names.size, steps.length + 2);
  assert.not.match(JSON.stringify(definition), "${");
  assert.is(States.ParkRefund.Parameters.QueueUrl, "order-workflow-parked-refunds-dlq.url");
});

test("the definition is one that Step Functions takes", () => {
  const text = JSON.stringify(definition).replaceAll(
    /order-workflow-([a-z-]+)\.arn/g,
    (_, job) => `arn:aws:lambda:eu-central-1:111122223333:function:${job}`,
  );
  const { isValid, errorsText } = validateDefinition(JSON.parse(text));
  assert.ok(isValid, errorsText("\n"));
});

const ways: [state: string, next: string, caught: [errors: string, next: string][]][] = [
  [
    "ReserveStock",
    "IsReserved",
    [
      ["ValidationError OrderNotFound", "InvalidRun"],
      ["States.ALL", "RefundPayment"],
    ],
  ],
  ["ChargePayment", "IsPaid", [["States.ALL", "RefundPayment"]]],
  ["ConfirmOrder", "IsConfirmed", [["States.ALL", "RefundPayment"]]],
  [
    "RefundPayment",
    "ReleaseStock",
    [
      ["AlreadyCompleted", "OrderCompleted"],
      ["States.ALL", "ParkRefund"],
    ],
  ],
  ["ReleaseStock", "RejectOrder", [["States.ALL", "ParkRefund"]]],
  ["RejectOrder", "OrderRejected", [["States.ALL", "ParkRefund"]]],
  ["ParkRefund", "RefundPayment", [["States.ALL", "RefundPayment"]]],
];

for (const [state, next, caught] of ways) {
  test(`after ${state} comes ${next}, and where it fails ${caught.map(([, to]) => to).join(" or ")}`, () => {
    const catches: { ErrorEquals: string[]; Next: string }[] = States[state].Catch;
    assert.is(States[state].Next, next);
    assert.equal(
      catches.map(({ ErrorEquals, Next }) => [ErrorEquals.join(" "), Next]),
      caught,
    );
  });
}

const choices: [state: string, next: string][] = [
  ["IsReserved", "ChargePayment"],
  ["IsPaid", "ConfirmOrder"],
  ["IsConfirmed", "OrderCompleted"],
];

for (const [state, next] of choices) {
  test(`${state} goes on to ${next} where nothing was refused, and back otherwise`, () => {
    assert.equal(States[state].Choices, [
      { Variable: "$.failure.Error", StringEquals: "none", Next: next },
    ]);
    assert.is(States[state].Default, "RefundPayment");
  });
}

test.run();
