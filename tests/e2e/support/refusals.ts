import type { Test } from "uvu";
import * as assert from "uvu/assert";
import { type ProblemCode, problem } from "../../../handlers/shared/contract.ts";
import { sendRaw, statusOf } from "./raw.ts";
import type { TestStack } from "./stack.ts";
import { storeDigest } from "./store-digest.ts";

/** Where requests are sent, and what each of them has. */
export interface Door {
  stack: TestStack;
  url: string;
  /** Sent with every request, unless a row has its own; an empty one is left out. */
  headers: Record<string, string>;
}

/** A request as it goes over the wire. */
export interface WireRequest {
  /** @default "POST" */
  method?: string;
  /** Sent as it is, so that no client tidies it up. */
  target: string;
  headers?: Record<string, string>;
  /** Header lines that no record can hold, e.g. the same one twice. */
  lines?: string[];
  body?: string | Buffer;
}

/** What a refused request is told. */
export interface Expected {
  code: ProblemCode;
  /** @default what most problems with this code say */
  detail?: string;
  /** JSON pointer and code of every field that is wrong. */
  errors?: [pointer: string, code: string][];
}

/** A request that is refused, and with what. */
export interface Refusal extends WireRequest, Expected {
  why: string;
}

/** An answer as it came over the wire; names of headers are in lower case. */
export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

const DETAILS: Partial<Record<ProblemCode, string>> = {
  forbidden: "The API key is missing or not valid for this API.",
  invalid_json: "The body cannot be read: it is not JSON.",
  not_found: "There is no such path, or it does not support this method.",
  payload_too_large: "The body must be at most 262144 bytes.",
  unsupported_media_type: "The body must be application/json in UTF-8.",
};

const INSIDES = /arn:aws|\.ts\b|\.mjs\b|node_modules|\\n *at |ORDER#|-table|Exception|secret/i;

/** Sends one request byte by byte. */
export async function exchange(
  { url, headers }: Door,
  { method = "POST", target, headers: own = {}, lines = [], body = "" }: WireRequest,
): Promise<WireAnswer> {
  const bytes = Buffer.from(body);
  const fields = Object.entries({ ...headers, ...own }).filter(([, value]) => value !== "");
  const head = [
    `${method} ${new URL(url).pathname}${target} HTTP/1.1`,
    "host: localhost",
    "connection: close",
    ...fields.map(([name, value]) => `${name}: ${value}`),
    ...lines,
    ...(method === "GET" ? [] : [`content-length: ${bytes.length}`]),
  ].join("\r\n");
  const answer = await sendRaw(url, Buffer.concat([Buffer.from(`${head}\r\n\r\n`), bytes]));
  const end = answer.indexOf("\r\n\r\n");
  const named = answer.slice(0, end).split("\r\n").slice(1);
  return {
    status: statusOf(answer),
    headers: Object.fromEntries(
      named.map((line) => [
        line.slice(0, line.indexOf(":")).toLowerCase(),
        line.slice(line.indexOf(":") + 1).trim(),
      ]),
    ),
    text: answer.slice(end + 4),
  };
}

/** Tells that an answer is the whole problem document, and nothing of what is behind it. */
export function assertProblem(answer: WireAnswer, { code, detail, errors }: Expected): void {
  const { headers, text } = answer;
  const requestId = headers["x-amzn-requestid"] ?? headers["apigw-requestid"] ?? "";
  const counted =
    errors?.length === 1 ? "1 field is invalid" : `${errors?.length} fields are invalid`;
  const said = detail ?? (errors ? counted : (DETAILS[code] ?? ""));
  const expected = problem(code, said, requestId);
  const { errors: found = [], ...document } = JSON.parse(text);
  assert.equal(document, expected);
  const named = found.map((it: { pointer: string; code: string }) => [it.pointer, it.code]);
  assert.equal(named, errors ?? []);
  assert.ok(found.every((it: { message: string }) => it.message.length > 0));
  assert.is(answer.status, expected.status);
  assert.is(headers["content-type"], "application/problem+json");
  assert.is(headers["access-control-allow-origin"], "*");
  assert.is(headers["x-content-type-options"], "nosniff");
  assert.is(headers["cache-control"], "no-store");
  assert.not.match(text, INSIDES);
}

/** One test for each row: it is refused with exactly that problem, and nothing is written. */
export function refusals(test: Test, door: () => Door, rows: Refusal[]): void {
  for (const row of rows) {
    test(row.why, async () => {
      const { stack } = door();
      const before = await storeDigest(stack);
      const answer = await exchange(door(), row);
      assertProblem(answer, row);
      assert.is(await storeDigest(stack), before, "something was written");
      assert.is(({} as { polluted?: number }).polluted, undefined);
    });
  }
}
