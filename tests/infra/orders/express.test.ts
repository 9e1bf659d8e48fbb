import validateDefinition from "asl-validator";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ordersWith, programWith } from "../support/program.ts";

const test = suite("order workflow as an Express one");

const resources = await ordersWith();
const { get } = resources;
const json = (value: unknown) => JSON.parse(String(value));
const express = json(get("order-workflow").inputs["definition"]);
const recovery = json(get("order-workflow-recovery").inputs["definition"]);

const STEPS = [
  "ReserveStock",
  "ChargePayment",
  "ConfirmOrder",
  "RefundPayment",
  "ReleaseStock",
  "RejectOrder",
];
const functionOf = (step: string) =>
  `order-workflow-${step.replace(/[A-Z]/g, (letter, at) => `${at ? "-" : ""}${letter.toLowerCase()}`)}.arn`;

test("the machine that is started is an Express one, and the one that it hands over to is not", () => {
  assert.is(get("order-workflow").inputs["type"], "EXPRESS");
  assert.is(get("order-workflow-recovery").inputs["type"], "STANDARD");
  for (const name of ["order-workflow", "order-workflow-recovery"]) {
    const { loggingConfiguration, tracingConfiguration } = get(name).inputs as Record<
      string,
      { includeExecutionData: boolean; logDestination: string }
    >;
    assert.is(loggingConfiguration?.includeExecutionData, true);
    assert.is(loggingConfiguration?.logDestination, `${name}-logs.arn:*`);
    assert.equal(tracingConfiguration, { enabled: true });
  }
});

test("both run the same functions", () => {
  for (const { States } of [express, recovery]) {
    for (const step of STEPS) {
      assert.is(States[step].Parameters.FunctionName, functionOf(step));
    }
  }
});

test("an Express execution has time for every attempt of six tasks, and to hand over", () => {
  const seconds = (
    [retry]: { MaxAttempts: number; IntervalSeconds: number }[],
    timeout: number,
  ) => {
    const waits = Array.from({ length: retry?.MaxAttempts ?? 0 }, (_, n) =>
      Math.min((retry?.IntervalSeconds ?? 0) * 2 ** n, 2),
    );
    return timeout * ((retry?.MaxAttempts ?? 0) + 1) + waits.reduce((sum, wait) => sum + wait, 0);
  };
  const tasks = STEPS.map((step) => {
    const { Retry, TimeoutSeconds } = express.States[step];
    const last = Retry.at(-1);
    assert.equal(last.ErrorEquals, ["States.ALL"]);
    assert.is(last.MaxAttempts, 2);
    return seconds([last], TimeoutSeconds);
  });
  assert.is(
    tasks.reduce((sum, one) => sum + one, 0),
    288,
  );
});

const hopeless: [step: string, errors: string[]][] = [
  ["ReserveStock", ["WrongState"]],
  ["ChargePayment", ["WrongState", "ChargeVoided"]],
  ["ConfirmOrder", ["WrongState"]],
];
for (const [step, errors] of hopeless) {
  test(`${step} turns the order back where no retry can help, and hands it over otherwise`, () => {
    const { Catch } = express.States[step];
    assert.equal(Catch.slice(-2), [
      { ErrorEquals: errors, ResultPath: "$.failure", Next: "RefundPayment" },
      { ErrorEquals: ["States.ALL"], ResultPath: "$.stuck", Next: "HandOver" },
    ]);
  });
}

for (const step of ["RefundPayment", "ReleaseStock", "RejectOrder"]) {
  test(`${step} is handed over where it does not succeed`, () => {
    assert.equal(express.States[step].Catch.at(-1), {
      ErrorEquals: ["States.ALL"],
      ResultPath: "$.stuck",
      Next: "HandOver",
    });
  });
}

test("it hands over by starting an execution of its own name, once", () => {
  const { Type, Resource, Parameters, Catch, Next } = express.States.HandOver;
  assert.equal(
    { Type, Resource, Parameters, Catch, Next },
    {
      Type: "Task",
      Resource: "arn:aws:states:::states:startExecution",
      Parameters: {
        StateMachineArn: "order-workflow-recovery.arn",
        "Name.$": "$$.Execution.Name",
        "Input.$": "$",
      },
      Catch: [
        {
          ErrorEquals: ["StepFunctions.ExecutionAlreadyExistsException"],
          ResultPath: null,
          Next: "HandedOver",
        },
      ],
      Next: "HandedOver",
    },
  );
  assert.is(express.States.ParkRefund, undefined);
});

test("what is handed over waits for a person where no attempt can help, goes on from the refund where it was turned back, and is begun again otherwise", () => {
  assert.is(recovery.StartAt, "IsTurnedBack");
  assert.equal(recovery.States.IsTurnedBack, {
    Type: "Choice",
    Choices: [
      {
        And: [
          { Variable: "$.stuck.Error", IsPresent: true },
          {
            Or: [
              { Variable: "$.stuck.Error", StringEquals: "RefundRefused" },
              { Variable: "$.stuck.Error", StringEquals: "WrongState" },
            ],
          },
        ],
        Next: "ParkRefund",
      },
      {
        And: [
          { Variable: "$.failure.Error", IsPresent: true },
          { Not: { Variable: "$.failure.Error", StringEquals: "none" } },
        ],
        Next: "RefundPayment",
      },
    ],
    Default: "ReserveStock",
  });
  assert.is(
    recovery.States.ParkRefund.Parameters.QueueUrl,
    "order-workflow-parked-refunds-dlq.url",
  );
  assert.is(recovery.States.RefundPayment.Retry.at(-1).MaxAttempts, 20);
});

test("both definitions are ones that Step Functions takes", () => {
  for (const definition of [express, recovery]) {
    const text = JSON.stringify(definition)
      .replaceAll(
        /order-workflow-([a-z-]+)\.arn/g,
        (_, job) => `arn:aws:lambda:eu-central-1:111122223333:function:${job}`,
      )
      .replaceAll("${", "?");
    const { isValid, errorsText } = validateDefinition(JSON.parse(text));
    assert.ok(isValid, errorsText("\n"));
  }
});

test("the Express machine may start the other one; only that one may park refunds", () => {
  const invoke: [string[], string[]] = [["lambda:InvokeFunction"], STEPS.map(functionOf)];
  const actions = (name: string) =>
    json(get(`${name}-policy`).inputs["policy"]).Statement.map(
      ({ Action, Resource }: { Action: string[]; Resource: string[] }) => [Action, Resource],
    );
  assert.equal(actions("order-workflow").slice(0, 2), [
    invoke,
    [["states:StartExecution"], ["order-workflow-recovery.arn"]],
  ]);
  assert.equal(actions("order-workflow-recovery").slice(0, 2), [
    invoke,
    [["sqs:SendMessage"], ["order-workflow-parked-refunds-dlq.arn"]],
  ]);
});

test("the pipeline starts the Express machine; the reconciler asks for executions of the other", () => {
  const variables = (name: string) =>
    (get(name).inputs["environment"] as { variables: Record<string, string> }).variables;
  const consumer = variables("order-workflow-process-order");
  assert.is(consumer["ORDER_WORKFLOW_ARN"], "order-workflow.arn");
  const { ORDER_WORKFLOW_ARN, ORDER_RECOVERY_ARN } = variables("order-workflow-reconcile");
  assert.is(ORDER_WORKFLOW_ARN, "order-workflow.arn");
  assert.is(ORDER_RECOVERY_ARN, "order-workflow-recovery.arn");
  const { Statement } = json(get("order-workflow-reconcile-policy").inputs["policy"]);
  const reads = Statement.find(({ Action }: { Action: string[] }) =>
    Action.includes("states:DescribeExecution"),
  );
  assert.equal(reads.Resource, ["order-workflow-recovery.arn:order-*"]);
});

test("both have alarms, but that nothing throttles an Express machine's transitions", async () => {
  const program = await programWith();
  const names = program
    .ofType("aws:cloudwatch/metricAlarm:MetricAlarm")
    .map(({ name }) => name)
    .filter((name) => /order-workflow(-recovery)?-(failed|timed-out|throttled)$/.test(name));
  assert.equal(names.sort(), [
    "monitoring-order-workflow-failed",
    "monitoring-order-workflow-recovery-failed",
    "monitoring-order-workflow-recovery-throttled",
    "monitoring-order-workflow-recovery-timed-out",
    "monitoring-order-workflow-timed-out",
  ]);
  assert.is(program.outputs["orderWorkflowArn"], "order-workflow.arn");
  assert.is(program.outputs["orderRecoveryArn"], "order-workflow-recovery.arn");
});

test.run();
