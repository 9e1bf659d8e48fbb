import { recorded } from "../../support/conformance.ts";

const FUNCTION = "arn:aws:lambda:eu-central-1:000000000000:function:f";
const INVOKE = "arn:aws:states:::lambda:invoke";

/** A task that calls a function, what the function answers, and what comes of it. */
export interface CallRow {
  what: string;
  source: string;
  resource: string;
  parameters: Record<string, unknown>;
  answer?: Record<string, unknown>;
  /** What the function gets. */
  gets?: string;
  /** Members of the output. */
  gives?: Record<string, unknown>;
  /** The cause that a failure has. */
  cause?: string;
}

const PAYLOADS = recorded("test_lambda_task_service.py, test_invoke_json_values and its relatives");
const payload = (value: unknown, gets: string): CallRow => ({
  what: `the payload ${JSON.stringify(value)} goes out as ${gets}`,
  source: PAYLOADS,
  resource: INVOKE,
  parameters: { FunctionName: FUNCTION, Payload: value },
  gets,
});
const FAILED = '{"errorMessage": "no", "errorType": "Broken"}';

/** How tasks call functions. */
export const CALLS: CallRow[] = [
  payload('{"a": 1}', '{"a": 1}'),
  payload('"text"', '"text"'),
  payload(null, "{}"),
  payload({ a: 1 }, '{"a":1}'),
  payload(0, "0"),
  {
    what: "the end of the log is given where it was asked for",
    source: recorded("test_lambda_task_service.py, test_invoke_bytes_payload and LogType"),
    resource: INVOKE,
    parameters: { FunctionName: FUNCTION, LogType: "Tail" },
    answer: { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: "1", LogResult: "bG9n" },
    gives: { LogResult: "bG9n", Payload: 1 },
  },
  {
    what: "lambda:invoke writes the failure of a function anew",
    source: recorded("test_task_service_lambda.py, test_raise_exception"),
    resource: INVOKE,
    parameters: { FunctionName: FUNCTION },
    answer: { StatusCode: 200, FunctionError: "Unhandled", Payload: FAILED },
    cause: '{"errorMessage":"no","errorType":"Broken"}',
  },
  {
    what: "a function's ARN as resource hands its failure on as it was written",
    source: recorded("test_task_lambda.py, test_raise_custom_exception"),
    resource: FUNCTION,
    parameters: {},
    answer: { StatusCode: 200, FunctionError: "Unhandled", Payload: FAILED },
    cause: FAILED,
  },
];
