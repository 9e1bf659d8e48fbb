import type { StateMachineDefinition } from "../../../src/services/step-functions/asl-types.ts";
import { recorded } from "../../support/conformance.ts";
import { only } from "../../support/state-machine.ts";

/** An input as it was written, and the inputs and outputs of the states as the history has them. */
export interface WrittenInput {
  what: string;
  source: string;
  definition: StateMachineDefinition;
  input: string;
  events: string[];
  output: string;
}

const SPACED = "[[1, 2, 3], [4, 5, 6]]";
const NESTED = recorded("scenarios/test_base_scenarios.py, test_parallel_state_nested");
const PASS = { Type: "Pass", End: true } as const;

/** White space in data that no state changes. */
export const WRITTEN_INPUTS: WrittenInput[] = [
  {
    what: "states that hand their input on leave it as it was written",
    source: NESTED,
    definition: {
      StartAt: "One",
      States: { One: { Type: "Pass", Next: "Two" }, Two: { Type: "Succeed" } },
    },
    input: SPACED,
    events: [SPACED, SPACED, SPACED, SPACED],
    output: SPACED,
  },
  {
    what: "the outputs of branches stay so inside the list of them",
    source: NESTED,
    definition: only({
      Type: "Parallel",
      Branches: [{ StartAt: "In", States: { In: PASS } }],
    }),
    input: SPACED,
    events: [SPACED, SPACED, SPACED, `[${SPACED}]`],
    output: `[${SPACED}]`,
  },
  {
    what: "what a path takes out is written anew",
    source: recorded("scenarios/test_base_scenarios.py, test_map_state_nested"),
    definition: only({ Type: "Pass", InputPath: "$[0]" }),
    input: SPACED,
    events: [SPACED, "[1,2,3]"],
    output: "[1,2,3]",
  },
  {
    what: "what a state adds to is written anew",
    source: recorded("scenarios/test_base_scenarios.py, test_map_state_nested"),
    definition: only({ Type: "Pass", Result: 1, ResultPath: "$.b" }),
    input: '{ "a": 1 }',
    events: ['{ "a": 1 }', '{"a":1,"b":1}'],
    output: '{"a":1,"b":1}',
  },
];
