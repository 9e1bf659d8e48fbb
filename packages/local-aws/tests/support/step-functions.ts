import type { Kernel } from "../../src/kernel/kernel.ts";
import type { RecordedResource } from "../../src/program/recorded.ts";

export const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:flow";
export const MACHINE_ROLE = "arn:aws:iam::000000000000:role/machine";

/** Adds a role that Step Functions may assume, with nothing allowed but these actions. */
export function trustStates(kernel: Kernel, ...Action: string[]): void {
  kernel.policies.putRole({
    arn: MACHINE_ROLE,
    name: "machine",
    trust: {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "states.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    },
  });
  if (Action.length === 0) return;
  const Statement = [{ Effect: "Allow" as const, Action, Resource: "*" }];
  kernel.policies.putRolePolicy(MACHINE_ROLE, "tasks", { Version: "2012-10-17", Statement });
}

/** The machine `flow` as a program declares it under the logical name `workflow`. */
export function machineResource(
  definition: object | string,
  inputs: object = {},
): RecordedResource {
  const text = typeof definition === "string" ? definition : JSON.stringify(definition);
  const all = { name: "flow", definition: text, roleArn: MACHINE_ROLE, ...inputs };
  return {
    urn: "urn:workflow",
    type: "aws:sfn/stateMachine:StateMachine",
    name: "workflow",
    id: MACHINE,
    inputs: all,
    outputs: { ...all, arn: MACHINE },
  };
}
