import { recorded } from "../../support/conformance.ts";

/** A service's answer to a task, and the HTTP headers that the task's output names, in AWS's order. */
export interface HeaderRow {
  what: string;
  source: string;
  service: string;
  answer: Record<string, unknown>;
  /** `AllHttpHeaders`, each with its one value. */
  headers: [name: string, value: string][];
  /** Names in `HttpHeaders`. */
  sorted: string[];
}

export const REQUEST_ID = "5f3b0a1e-0000-4000-8000-000000000001";
export const TRACE = "Root=1-6955b900-5f3b0a1e0000400080000000";
const DATE = "Thu, 01 Jan 2026 00:00:00 GMT";
const id: [string, string] = ["x-amzn-RequestId", REQUEST_ID];
const date: [string, string] = ["Date", DATE];
const MD5 = "d41d8cd98f00b204e9800998ecf8427e";

/** What AWS sent with its answers to optimized integrations. */
export const HTTP_HEADERS: HeaderRow[] = [
  {
    what: "lambda:invoke",
    source: recorded("services/test_lambda_task_service.py, test_invoke"),
    service: "lambda",
    answer: { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: '"ö"' },
    headers: [
      ["X-Amz-Executed-Version", "$LATEST"],
      ["x-amzn-Remapped-Content-Length", "0"],
      ["Connection", "keep-alive"],
      id,
      ["Content-Length", "4"],
      date,
      ["X-Amzn-Trace-Id", TRACE],
      ["Content-Type", "application/json"],
    ],
    sorted: [
      "Connection",
      "Content-Length",
      "Content-Type",
      "Date",
      "X-Amz-Executed-Version",
      "x-amzn-Remapped-Content-Length",
      "x-amzn-RequestId",
      "X-Amzn-Trace-Id",
    ],
  },
  {
    what: "lambda:invoke with the end of the log",
    source: recorded("services/test_lambda_task_service.py, test_invoke_unsupported_param"),
    service: "lambda",
    answer: { StatusCode: 200, ExecutedVersion: "2", LogResult: "bG9n", Payload: "{}" },
    headers: [
      ["X-Amz-Log-Result", "bG9n"],
      ["X-Amz-Executed-Version", "2"],
      ["x-amzn-Remapped-Content-Length", "0"],
      ["Connection", "keep-alive"],
      id,
      ["Content-Length", "2"],
      date,
      ["X-Amzn-Trace-Id", TRACE],
      ["Content-Type", "application/json"],
    ],
    sorted: [
      "Connection",
      "Content-Length",
      "Content-Type",
      "Date",
      "X-Amz-Executed-Version",
      "X-Amz-Log-Result",
      "x-amzn-Remapped-Content-Length",
      "x-amzn-RequestId",
      "X-Amzn-Trace-Id",
    ],
  },
  {
    what: "dynamodb:putItem, whose CRC is of the empty object",
    source: recorded("services/test_dynamodb_task_service.py, test_base_integrations"),
    service: "dynamodb",
    answer: {},
    headers: [
      ["Server", "Server"],
      ["Connection", "keep-alive"],
      id,
      ["x-amz-crc32", "2745614147"],
      ["Content-Length", "2"],
      date,
      ["Content-Type", "application/x-amz-json-1.0"],
    ],
    sorted: [
      "Connection",
      "Content-Length",
      "Content-Type",
      "Date",
      "Server",
      "x-amz-crc32",
      "x-amzn-RequestId",
    ],
  },
  {
    what: "sqs:sendMessage",
    source: recorded("services/test_sqs_task_service.py, test_send_message"),
    service: "sqs",
    answer: { MD5OfMessageBody: MD5, MessageId: REQUEST_ID },
    headers: [
      id,
      ["connection", "keep-alive"],
      ["Content-Length", "106"],
      date,
      ["Content-Type", "application/x-amz-json-1.0"],
    ],
    sorted: ["connection", "Content-Length", "Content-Type", "Date", "x-amzn-RequestId"],
  },
  {
    what: "sns:publish, which answers in XML",
    source: recorded("services/test_sns_task_service.py, test_publish_base"),
    service: "sns",
    answer: { MessageId: REQUEST_ID },
    headers: [
      id,
      ["connection", "keep-alive"],
      ["Content-Length", "294"],
      date,
      ["Content-Type", "text/xml"],
    ],
    sorted: ["connection", "Content-Length", "Content-Type", "Date", "x-amzn-RequestId"],
  },
];
