import { suite } from "uvu";
import * as assert from "uvu/assert";
import { detailsOf } from "../../src/services/step-functions/history.ts";
import { StepFunctions } from "../../src/services/step-functions/service.ts";
import { MACHINE, machineResource, trustStates } from "../support/step-functions.ts";
import { testKernel } from "../support/test-kernel.ts";
import { WRITTEN_INPUTS } from "./conformance/written-inputs.ts";

const test = suite("inputs of executions, as they were written");
const YOU = { kind: "administrator" } as const;

for (const { what, definition, input, events, output } of WRITTEN_INPUTS) {
  test(what, async () => {
    const { kernel, clock } = testKernel();
    trustStates(kernel, "*");
    const states = new StepFunctions(kernel);
    kernel.dispatcher.register(states);
    states.provisionStateMachine(machineResource(definition));
    const call = (operation: string, more: object) =>
      kernel.dispatcher.call<Record<string, unknown>>("states", operation, more, YOU);
    const { executionArn } = await call("StartExecution", { stateMachineArn: MACHINE, input });
    await clock.advance(0);
    const history = await call("GetExecutionHistory", { executionArn });
    const seen = (history["events"] as Parameters<typeof detailsOf>[0][])
      .filter(({ type }) => /State(Entered|Exited)$/.test(type))
      .map((event) => detailsOf(event))
      .map((details) => details["input"] ?? details["output"]);
    assert.equal(seen, events);
    assert.is((await call("DescribeExecution", { executionArn }))["output"], output);
    await states.stop();
  });
}

test.run();
