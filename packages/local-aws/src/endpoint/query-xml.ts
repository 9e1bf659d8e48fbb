import type { ServiceError } from "../kernel/service-error.ts";
import type { WireAnswer, WireCall } from "./json-rpc.ts";

const NAMESPACES: Record<string, string> = {
  sns: "http://sns.amazonaws.com/doc/2010-03-31/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
};

// Members that are maps, and what their keys and values are called on the way in and out.
const MAPS: Record<string, [string, string]> = {
  Attributes: ["key", "value"],
  MessageAttributes: ["Name", "Value"],
};

type Tree = { [part: string]: Tree | string };

/** Reads a call of the AWS query protocol from its form body. */
export function readQueryCall(service: string, body: string): WireCall | undefined {
  if (!(service in NAMESPACES)) return undefined;
  const tree: Tree = {};
  for (const [name, value] of new URLSearchParams(body)) {
    const parts = name.split(".");
    const last = parts.pop() ?? "";
    let at = tree;
    for (const part of parts) {
      const next = Object.hasOwn(at, part) ? at[part] : undefined;
      const inner: Tree = typeof next === "object" ? next : {};
      if (part !== "__proto__") at[part] = inner;
      at = inner;
    }
    if (last !== "__proto__") at[last] = value;
  }
  const { Action, Version: _version, ...members } = tree;
  if (typeof Action !== "string") return undefined;
  return { service, operation: Action, input: unfold(members) as Record<string, unknown> };
}

/** Lists arrive as `X.member.1`, maps as `X.entry.1.key`; this gives arrays and objects. */
function unfold(tree: Tree | string): unknown {
  if (typeof tree === "string") return tree;
  const { member, entry } = tree;
  if (typeof member === "object") return inOrder(member).map(unfold);
  if (typeof entry === "object") {
    const pairs = inOrder(entry).map((pair): [string, unknown] => {
      const { key, value, Name, Value } = pair as Record<string, Tree | string>;
      return [String(key ?? Name), unfold(value ?? Value ?? "")];
    });
    return Object.fromEntries(pairs);
  }
  return Object.fromEntries(Object.entries(tree).map(([name, inner]) => [name, unfold(inner)]));
}

function inOrder(indexed: Tree): (Tree | string)[] {
  return Object.keys(indexed)
    .sort((a, b) => Number(a) - Number(b))
    .map((index) => indexed[index] ?? "");
}

/** Writes an answer of the AWS query protocol. */
export function writeQueryAnswer(call: WireCall, output: unknown, requestId: string): WireAnswer {
  const { service, operation } = call;
  const result = output && Object.keys(output).length > 0 ? members(output) : "";
  const body =
    `<${operation}Response xmlns="${NAMESPACES[service]}">` +
    `<${operation}Result>${result}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}

/** Writes an error of the AWS query protocol. */
export function writeQueryError(
  service: string,
  error: ServiceError,
  requestId: string,
): WireAnswer {
  const kind = error.status < 500 ? "Sender" : "Receiver";
  const body =
    `<ErrorResponse xmlns="${NAMESPACES[service] ?? ""}"><Error><Type>${kind}</Type>` +
    `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status: error.status, headers: { "content-type": "text/xml" }, body };
}

function members(value: object): string {
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined && inner !== null)
    .map(([name, inner]) => `<${name}>${content(name, inner)}</${name}>`)
    .join("");
}

function content(name: string, value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((item) => `<member>${content("", item)}</member>`).join("");
  }
  const pair = MAPS[name];
  if (pair && typeof value === "object" && value !== null) {
    const [key, inner] = pair;
    return Object.entries(value)
      .map(
        ([k, v]) =>
          `<entry><${key}>${escapeXml(k)}</${key}><${inner}>${content("", v)}</${inner}></entry>`,
      )
      .join("");
  }
  if (typeof value === "object" && value !== null) return members(value);
  return escapeXml(String(value));
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"'\r]/g, (char) => `&#${char.charCodeAt(0)};`);
}
