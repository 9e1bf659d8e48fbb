import { recorded } from "../../support/conformance.ts";
import { FUNCTION, only } from "../../support/state-machine.ts";
import type { MachineRow } from "./row.ts";

const FORMAT = recorded("test_generic.py, test_format_2 and test_context_json_path");
const formatted = (value: unknown, text: string): MachineRow => ({
  what: `States.Format writes ${JSON.stringify(value)} as ${text}`,
  source: FORMAT,
  definition: only({ Type: "Pass", Parameters: { "t.$": "States.Format('{}', $.v)" } }),
  input: { v: value },
  gives: { t: text },
});
const WAIT = recorded("test_wait.py, test_base_wait_seconds_path and test_wait_timestamppath");
const waits = (seconds: unknown, why: string): MachineRow => ({
  what: `a wait of ${seconds} seconds by path fails`,
  source: WAIT,
  definition: only({ Type: "Wait", SecondsPath: "$.s" }),
  input: { s: seconds },
  fails: {
    error: "States.Runtime",
    cause: `An error occurred while executing the state 'Only' (entered at the event id #2). The SecondsPath parameter ${why}: $.s == ${seconds}`,
  },
});
const FAILING = {
  StartAt: "In",
  States: { In: { Type: "Task" as const, Resource: FUNCTION, End: true as const } },
};
const RETRY = [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1, IntervalSeconds: 1 }];

const missing = (path: string, why: string): MachineRow => ({
  what: `the path ${path} finds nothing and says where`,
  source: recorded("test_base_scenarios.py, test_invalid_jsonpath and test_catch_states_runtime"),
  definition: only({ Type: "Pass", InputPath: path }),
  input: { a: {} },
  fails: {
    error: "States.Runtime",
    cause: `An error occurred while executing the state 'Only' (entered at the event id #2). Invalid path '${path}' : ${why}`,
  },
});
const concurrency = (value: unknown, shown: string): MachineRow => ({
  what: `a concurrency of ${JSON.stringify(value)} by path fails`,
  source: recorded("test_base_scenarios.py, test_max_concurrency_path"),
  definition: only({
    Type: "Map",
    ItemsPath: "$.items",
    MaxConcurrencyPath: "$.most",
    ItemProcessor: FAILING,
  }),
  input: { items: [1], most: value },
  fails: {
    error: "States.Runtime",
    cause: `An error occurred while executing the state 'Only' (entered at the event id #2). The MaxConcurrencyPath field refers to value "${shown}" which is not a valid integer: $.most`,
  },
});

const wildcard = (path: string, gives: unknown, input: unknown = {}): MachineRow => ({
  what: `the path ${path} gives ${JSON.stringify(gives)} of ${JSON.stringify(input)}`,
  source: recorded("base/test_base.py, test_json_path_array_wildcard_or_slice_with_no_input"),
  definition: only({ Type: "Pass", Parameters: { "item.$": path } }),
  input,
  gives: { item: gives },
});

/** What machines do, each run with tasks that fail with the error `Broken`. */
export const MACHINES: MachineRow[] = [
  formatted({ Arg1: 1, Arg2: [] }, "{Arg1=1, Arg2=[]}"),
  formatted(["a", { b: null }, true], "[a, {b=null}, true]"),
  formatted("text", "text"),
  {
    what: "an empty text is no JSON but nothing",
    source: recorded("test_json_manipulation.py, test_string_to_json"),
    definition: only({ Type: "Pass", Parameters: { "v.$": "States.StringToJson($.t)" } }),
    input: { t: "" },
    gives: { v: null },
  },
  waits(-1, "references a negative value"),
  waits(-1.5, "cannot be parsed as a long value"),
  waits(1.5, "cannot be parsed as a long value"),
  {
    what: "a wait until what is no time shows it without quotes",
    source: WAIT,
    definition: only({ Type: "Wait", TimestampPath: "$.t" }),
    input: { t: "2026-01-01" },
    fails: {
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'Only' (entered at the event id #2). The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: $.t == 2026-01-01",
    },
  },
  {
    what: "the context of a state that is never tried again counts no retries",
    source: recorded("test_context_object.py, test_input_path[$$]"),
    definition: only({ Type: "Pass", InputPath: "$$.State" }),
    gives: { Name: "Only", EnteredTime: "2026-01-01T00:00:00.000Z" },
  },
  missing("$.b", "No results for path: $['b']"),
  missing("$.a.b.c", "Missing property in path $['a']['b']"),
  concurrency({}, "{}"),
  concurrency("many", "many"),
  {
    what: "a backslash in a quoted key is part of it",
    source: recorded("test_base_scenarios.py, test_escape_sequence_parsing"),
    definition: only({
      Type: "Pass",
      Parameters: { "v.$": String.raw`$['Test\""Name"']` },
    }),
    input: { [String.raw`Test\""Name"`]: 1 },
    gives: { v: 1 },
  },
  {
    what: "iterations of one lane follow each other, and the exit follows what the success follows",
    source: recorded("test_base_scenarios.py, test_map_state"),
    definition: only({
      Type: "Map",
      MaxConcurrency: 1,
      ItemProcessor: { StartAt: "In", States: { In: { Type: "Pass", End: true } } },
    }),
    input: [1, 2],
    gives: [1, 2],
    follows: [
      "ExecutionStarted<0",
      "MapStateEntered<0",
      "MapStateStarted<2",
      "MapIterationStarted<3",
      "PassStateEntered<4",
      "PassStateExited<5",
      "MapIterationSucceeded<6",
      "MapIterationStarted<6",
      "PassStateEntered<8",
      "PassStateExited<9",
      "MapIterationSucceeded<10",
      "MapStateSucceeded<11",
      "MapStateExited<11",
      "ExecutionSucceeded<13",
    ],
  },
  {
    what: "a Map that is tried again fails once, at the end",
    source: recorded("test_base_scenarios.py, test_map_state_catch and its relatives with Retry"),
    definition: only({ Type: "Map", ItemProcessor: FAILING, Retry: RETRY }),
    input: [1],
    fails: { error: "Broken", cause: "because" },
    events: [
      "ExecutionStarted",
      "MapStateEntered",
      "MapStateStarted",
      "MapIterationStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionFailed",
      "MapIterationFailed",
      "TaskStateAborted",
      "MapStateStarted",
      "MapIterationStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionFailed",
      "MapIterationFailed",
      "TaskStateAborted",
      "MapStateFailed",
      "ExecutionFailed",
    ],
  },
  {
    what: "a Parallel that is tried again fails once, at the end, and is caught",
    source: recorded(
      "test_base_scenarios.py, test_parallel_state_catch and its relatives with Retry",
    ),
    definition: {
      StartAt: "Only",
      States: {
        Only: {
          Type: "Parallel",
          Branches: [FAILING],
          Retry: RETRY,
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Handled" }],
          End: true,
        },
        Handled: { Type: "Pass", End: true },
      },
    },
    gives: { Error: "Broken", Cause: "because" },
    events: [
      "ExecutionStarted",
      "ParallelStateEntered",
      "ParallelStateStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionFailed",
      "TaskStateAborted",
      "ParallelStateStarted",
      "TaskStateEntered",
      "LambdaFunctionScheduled",
      "LambdaFunctionStarted",
      "LambdaFunctionFailed",
      "TaskStateAborted",
      "ParallelStateFailed",
      "ParallelStateExited",
      "PassStateEntered",
      "PassStateExited",
      "ExecutionSucceeded",
    ],
  },
  wildcard("$.items[*]", []),
  wildcard("$.item.items[*]", []),
  wildcard("$.items[*].itemValue", []),
  wildcard("$.items[*].v", [1], { items: [{ v: 1 }, {}] }),
  wildcard("$.items[*]", [], { items: "text" }),
  {
    what: "an error without a name or a cause is caught as null",
    source: recorded(
      "callback/test_callback.py, test_sqs_failure_in_wait_for_task_tok_no_error_field",
    ),
    definition: {
      StartAt: "Group",
      States: {
        Group: {
          Type: "Parallel",
          Branches: [{ StartAt: "In", States: { In: { Type: "Fail" } } }],
          Catch: [{ ErrorEquals: ["States.ALL"], Next: "Handled" }],
          End: true,
        },
        Handled: { Type: "Pass", End: true },
      },
    },
    gives: { Error: null, Cause: null },
  },
];
