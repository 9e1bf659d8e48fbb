import { readFileSync } from "node:fs";
import validateDefinition from "asl-validator";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WatchedComponent } from "../../../infra/aws/watched.ts";
import { OrderTables } from "../../../infra/orders/tables.ts";
import { orderWorkflow } from "../../../infra/orders/workflow.ts";
import { readSettings } from "../../../infra/settings.ts";
import {
  assertDeadLetterQueue,
  assertFunction,
  assertRole,
  type ExpectedFunction,
} from "../support/permissions.ts";
import { registrationsOf } from "../support/registrations.ts";

const test = suite("order workflow");

class Workflows extends WatchedComponent {
  constructor(name: string) {
    super("test:infra:Workflows", name);
    const settings = readSettings();
    orderWorkflow(name, { tables: new OrderTables("orders", { settings }), settings }, this);
  }
}

const resources = await registrationsOf(() => new Workflows("workflow"));
const { get, all } = resources;
const json = (value: unknown) => JSON.parse(String(value));
const definition = json(get("workflow-orders").inputs["definition"]);
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
    "workflow-reserve-stock",
    {
      environment: { ...MOVES.environment, UNTRACKED_IN_STOCK: "true" },
      description: "Holds the pieces of an order",
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
    "workflow-charge-payment",
    { ...PAYS, description: "Captures the total of an order" },
  ],
  [
    "ConfirmOrder",
    "workflow-confirm-order",
    { ...COUNTS, description: "Sells the pieces of an order" },
  ],
  [
    "RefundPayment",
    "workflow-refund-payment",
    { ...PAYS, description: "Gives back what an order was charged" },
  ],
  [
    "ReleaseStock",
    "workflow-release-stock",
    { ...COUNTS, description: "Frees the pieces of an order" },
  ],
  ["RejectOrder", "workflow-reject-order", { ...MOVES, description: "Marks an order as FAILED" }],
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

test("everything belongs to its component", () => {
  const strangers = all.filter(({ parent }) => parent !== "workflow").map(({ name }) => name);
  assert.equal(strangers.sort(), ["orders", "orders-payments-table", "orders-table", "workflow"]);
});

test("the machine is a Standard one that logs and traces everything, once it may", () => {
  const { inputs, dependencies } = get("workflow-orders");
  const { definition: _, ...machine } = inputs;
  assert.equal(machine, {
    type: "STANDARD",
    roleArn: "workflow-orders-role.arn",
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: true,
      logDestination: "workflow-orders-logs.arn:*",
    },
    tracingConfiguration: { enabled: true },
  });
  assert.ok(dependencies.includes("workflow-orders-policy"), dependencies.join());
});

test("the machine may invoke its steps, park a refund, deliver its logs and trace", () => {
  assertRole(resources, "workflow-orders", "states.amazonaws.com", [
    [["lambda:InvokeFunction"], steps.map(([, fn]) => `${fn}.arn`)],
    [["sqs:SendMessage"], ["workflow-parked-refunds-dlq.arn"]],
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
  assertDeadLetterQueue(resources, "workflow-parked-refunds-dlq");
});

test("every placeholder of the definition has a value", () => {
  const file = new URL("../../../infra/orders/workflow.asl.json", import.meta.url);
  const placeholders = [...readFileSync(file, "utf8").matchAll(/\$\{(\w+)\}/g)];
  assert.is(placeholders.length, steps.length + 1);
  assert.not.match(JSON.stringify(definition), "${");
  assert.is(States.ParkRefund.Parameters.QueueUrl, "workflow-parked-refunds-dlq.url");
});

test("the definition is one that Step Functions takes", () => {
  const text = JSON.stringify(definition).replaceAll(
    /workflow-([a-z-]+)\.arn/g,
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
