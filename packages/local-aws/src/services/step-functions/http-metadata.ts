import { crc32 } from "node:zlib";

type Fields = Record<string, unknown>;
type Header = [name: string, value: string];

/** One call of a service, as the headers of its answer tell of it. */
export interface AnsweredCall {
  service: string;
  answer: Fields;
  requestId: string;
  traceHeader: string;
  /** In milliseconds since 1970. */
  now: number;
}

/**
 * What a service's own integration adds to an answer: the HTTP headers that came with it, which here are those that AWS
 * sends, in its order, and the id of the request. Recorded on AWS: localstack/localstack, stepfunctions/v2/services.
 */
export function httpMetadata(call: AnsweredCall): Fields {
  const headers = headersOf(call);
  const byName = headers.toSorted(([one], [other]) => compare(one, other));
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(headers.map(([name, value]) => [name, [value]])),
      HttpHeaders: Object.fromEntries(byName),
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: call.requestId },
  };
}

function headersOf({ service, answer, requestId, traceHeader, now }: AnsweredCall): Header[] {
  const id: Header = ["x-amzn-RequestId", requestId];
  const date: Header = ["Date", new Date(now).toUTCString()];
  const sized = (body: string, type: string): Header[] => [
    ["Content-Length", String(Buffer.byteLength(body))],
    date,
    ["Content-Type", type],
  ];
  switch (service) {
    case "lambda":
      return [
        ...(answer.LogResult === undefined ? [] : [logResult(answer)]),
        ["X-Amz-Executed-Version", String(answer.ExecutedVersion)],
        ["x-amzn-Remapped-Content-Length", "0"],
        ["Connection", "keep-alive"],
        id,
        ["Content-Length", String(Buffer.byteLength(String(answer.Payload ?? "")))],
        date,
        ["X-Amzn-Trace-Id", traceHeader],
        ["Content-Type", "application/json"],
      ];
    case "dynamodb": {
      const body = JSON.stringify(answer);
      return [
        ["Server", "Server"],
        ["Connection", "keep-alive"],
        id,
        ["x-amz-crc32", String(crc32(body))],
        ...sized(body, "application/x-amz-json-1.0"),
      ];
    }
    case "sns":
      return [id, ["connection", "keep-alive"], ...sized(publishedXml(answer, id[1]), "text/xml")];
    default:
      return [
        id,
        ["connection", "keep-alive"],
        ...sized(JSON.stringify(answer), "application/x-amz-json-1.0"),
      ];
  }
}

function logResult({ LogResult }: Fields): Header {
  return ["X-Amz-Log-Result", String(LogResult)];
}

/** Publish's answer in the query protocol, which SNS speaks with line breaks. */
function publishedXml({ MessageId }: Fields, requestId: string): string {
  return [
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">',
    "  <PublishResult>",
    `    <MessageId>${MessageId}</MessageId>`,
    "  </PublishResult>",
    "  <ResponseMetadata>",
    `    <RequestId>${requestId}</RequestId>`,
    "  </ResponseMetadata>",
    "</PublishResponse>",
    "",
  ].join("\n");
}

function compare(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}
