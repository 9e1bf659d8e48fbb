import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DefinitionValidator } from "../../src/services/step-functions/definition-validator.ts";
import { statesResourceTypes } from "../../src/services/step-functions/resources.ts";
import { StepFunctions } from "../../src/services/step-functions/service.ts";
import { FUNCTION, only } from "../support/state-machine.ts";
import { MACHINE, machineResource, trustStates } from "../support/step-functions.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("state-machine-definition");

const task = { Type: "Task", Resource: FUNCTION };
const LOG_DESTINATION = "arn:aws:logs:eu-central-1:000000000000:log-group:flow:*";

/** A stack whose only machine is this one, with what its role may do. */
function stack(...actions: string[]): StepFunctions {
  const { kernel } = testKernel();
  trustStates(kernel, ...actions);
  return new StepFunctions(kernel);
}

/** Why a machine is refused when it is provisioned. */
function refusal(definition: object | string, inputs: object = {}): string {
  try {
    stack().provisionStateMachine(machineResource(definition, inputs));
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the machine was not refused");
}

/** Why a machine is refused once everything is provisioned. */
async function lateRefusal(definition: object, inputs: object, ...actions: string[]) {
  const states = stack(...actions);
  states.provisionStateMachine(machineResource(definition, inputs));
  try {
    await states.provisioned();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the machine was not refused");
}

const PREFIX = 'workflow: definition is invalid: state "Only": ';

test("what asl-validator lets pass and AWS does not is refused by the machine's name", () => {
  const retry = (retrier: object) => only({ ...task, Retry: [retrier] });
  const cases: [object, string][] = [
    [retry({ ErrorEquals: [] }), "Retry[0].ErrorEquals must name at least one error"],
    [
      retry({ ErrorEquals: ["A"], BackoffRate: 0.5 }),
      "Retry[0].BackoffRate is 0.5, must be at least 1",
    ],
    [
      retry({ ErrorEquals: ["A"], IntervalSeconds: 0 }),
      "Retry[0].IntervalSeconds is 0, must be a whole number above 0",
    ],
    [
      retry({ ErrorEquals: ["A"], IntervalSeconds: 5, MaxDelaySeconds: 5 }),
      "Retry[0].MaxDelaySeconds is 5, must be above IntervalSeconds (5)",
    ],
    [
      retry({ ErrorEquals: ["A", "States.ALL"] }),
      "Retry[0]: States.ALL must be alone in its ErrorEquals and in the last Retry",
    ],
    [
      only({
        ...task,
        Catch: [
          { ErrorEquals: ["States.ALL"], Next: "Only" },
          { ErrorEquals: ["A"], Next: "Only" },
        ],
      }),
      "Catch[0]: States.ALL must be alone in its ErrorEquals and in the last Catch",
    ],
    [
      only({ ...task, Parameters: { "a.$": "States.Uuid()" } }),
      "there is no intrinsic States.Uuid of 0 arguments",
    ],
    [
      only({ ...task, ResultPath: "$.a[*]" }),
      'ResultPath "$.a[*]" must point at one place, without a wildcard',
    ],
    [only({ ...task, Parameters: { "a.$": 1 } }), "a.$ must be a path or an intrinsic"],
    // Recorded on AWS: localstack/localstack, test_wait_timestamp_invalid.
    ...["2016-12-05 21:29:29Z", "2016-12-05T21:29:29", "2016-13-05T21:29:29Z", "soon"].map(
      (Timestamp): [object, string] => [
        only({ Type: "Wait", Timestamp }),
        `Timestamp: String does not match RFC3339 timestamp: ${Timestamp}`,
      ],
    ),
    [
      only({
        Type: "Choice",
        Choices: [{ Not: { Variable: "$.a", NumericEqual: 1 }, Next: "Only" }],
      }),
      'the choice on $.a must use one operator, not "NumericEqual"',
    ],
  ];
  for (const [definition, problem] of cases) assert.is(refusal(definition), PREFIX + problem);
});

test("what the interpreter does not run is refused by name", () => {
  const cases: [object, string][] = [
    [only({ ...task, Arguments: {} }), "Arguments: the local runtime does not support JSONata"],
    [only({ ...task, Assign: { a: 1 } }), "Assign: the local runtime does not support variables"],
    [
      only({ ...task, QueryLanguage: "JSONata" }),
      "QueryLanguage JSONata: the local runtime runs JSONPath only",
    ],
    [
      only({
        Type: "Map",
        ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" }, ...only({ Type: "Pass" }) },
      }),
      "Mode DISTRIBUTED: the local runtime does not support distributed Map states",
    ],
    [
      only({ ...task, Resource: "arn:aws:states:::states:startExecution.sync:2" }),
      'Resource "arn:aws:states:::states:startExecution.sync:2": the local runtime does not support ".sync:2"',
    ],
    [only({ ...task, InputPath: "$..a" }), 'JSONPath "$..a" searches with ".."'],
  ];
  for (const [definition, problem] of cases) assert.match(refusal(definition), PREFIX + problem);
  assert.match(refusal(only(task, { QueryLanguage: "JSONata" })), "the machine: QueryLanguage");
  for (const resource of ["ecs:runTask", "aws-sdk:s3:getObject", "sns:publish.waitForTaskToken"]) {
    assert.match(
      refusal(only({ ...task, Resource: `arn:aws:states:::${resource}` })),
      `Resource "arn:aws:states:::${resource}" is not supported`,
    );
  }
});

test("problems are found in branches and item processors too", () => {
  const inner = only({ ...task, Retry: [{ ErrorEquals: [] }] });
  const nested = only({ Type: "Parallel", Branches: [inner] });

  assert.match(refusal(only({ Type: "Map", ItemProcessor: nested })), "ErrorEquals must name");
});

test("a definition that is not JSON, and a machine that AWS would refuse, fail immediately", () => {
  const pass = only({ Type: "Pass" });

  assert.match(refusal("{"), /^workflow: definition is not JSON: /);
  assert.match(
    refusal(pass, { type: "QUICK" }),
    "workflow: type QUICK must be STANDARD or EXPRESS",
  );
  assert.match(refusal(pass, { name: "a b" }), 'workflow: name "a b" must be');
  assert.match(refusal(pass, { roleArn: "machine" }), 'workflow: roleArn "machine" is not');
  assert.match(
    refusal(pass, { roleArn: "arn:aws:iam::000000000000:role/worker" }),
    "workflow: states.amazonaws.com cannot assume arn:aws:iam::000000000000:role/worker",
  );
  assert.match(
    refusal(pass, { loggingConfiguration: { level: "ALL", logDestination: "arn:aws:logs:x" } }),
    'workflow: loggingConfiguration.logDestination "arn:aws:logs:x" must be',
  );
});

test("asl-validator checks the rest before the start is over", async () => {
  const toNowhere = { StartAt: "Only", States: { Only: { Type: "Pass", Next: "Gone" } } };

  assert.match(
    await lateRefusal(toNowhere, {}),
    /^workflow: definition is invalid: MISSING_TRANSITION_TARGET: /,
  );
  const states = stack();
  states.prepare();
  states.provisionStateMachine(machineResource(only(task)));
  await states.provisioned();
});

test("a definition that was found valid is not validated again at the next start; another one is", async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), "valid-definitions-"));
  const validate = async (definition: object) => {
    const validator = new DefinitionValidator(cacheDir);
    validator.prepare();
    const began = validator.isWorking;
    const problems = await validator.validate(definition);
    const worked = validator.isWorking;
    await validator.close();
    return { began, worked, problems };
  };
  const toNowhere = { StartAt: "Only", States: { Only: { Type: "Pass", Next: "Gone" } } };
  try {
    assert.equal(await validate(only(task)), { began: true, worked: true, problems: "" });
    assert.equal(await validate(only(task)), { began: false, worked: false, problems: "" });
    const at = (port: number) => only({ ...task, Comment: `asks http://127.0.0.1:${port}/q` });
    assert.equal(await validate(at(4566)), { began: false, worked: true, problems: "" });
    assert.equal(await validate(at(40_001)), { began: false, worked: false, problems: "" });
    for (const start of ["next", "one after that"]) {
      const { began, worked, problems } = await validate(toNowhere);
      assert.equal([began, worked], [false, true], start);
      assert.match(problems, /^MISSING_TRANSITION_TARGET: /, start);
    }
  } finally {
    rmSync(cacheDir, { recursive: true });
  }
});

test("a machine that logs needs a role that may deliver logs", async () => {
  const loggingConfiguration = { level: "ALL", logDestination: LOG_DESTINATION };

  assert.match(
    await lateRefusal(only(task), { loggingConfiguration }),
    /^workflow: the state machine's role is not authorised to access the log destination: .*logs:CreateLogDelivery/,
  );
  const states = stack("logs:*");
  states.provisionStateMachine(machineResource(only(task), { loggingConfiguration }));
  await states.provisioned();
});

test("a machine's name and ARN are computed for the program", () => {
  const [type] = statesResourceTypes;
  const place = {
    account: "000000000000",
    region: "eu-central-1",
    awsEndpoint: "http://127.0.0.1:4566",
    apiEndpoint: "http://localhost:3000",
    secret: "test",
  };
  const compute = (inputs: Record<string, unknown>) =>
    type?.compute({ name: "workflow", inputs, generatedName: "workflow-0a1b2c3" }, place);

  assert.is(type?.type, "aws:sfn/stateMachine:StateMachine");
  assert.equal(compute({ name: "flow", publish: true }), {
    id: MACHINE,
    outputs: {
      name: "flow",
      arn: MACHINE,
      type: "STANDARD",
      status: "ACTIVE",
      creationDate: "1970-01-01T00:00:00Z",
      description: "",
      revisionId: "",
      stateMachineVersionArn: `${MACHINE}:1`,
      versionDescription: "",
    },
  });
  assert.is(compute({})?.outputs["name"], "workflow-0a1b2c3");
  assert.is(compute({ namePrefix: "shop-" })?.outputs["name"], "shop-0a1b2c3");
});

test.run();
