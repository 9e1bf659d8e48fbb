import { parseJson } from "../../kernel/nesting.ts";
import type { Exchange } from "./exchange.ts";
import { readJsonPath } from "./json-path.ts";

/** `$input`: a body, and the parameters of the request. */
export class TemplateInput {
  readonly body: string;
  readonly #exchange: Exchange;
  #parsed: { value: unknown } | undefined;

  /** @param body of the request, or of the backend's response. No body reads as `{}`. */
  constructor(exchange: Exchange, body: string) {
    this.#exchange = exchange;
    this.body = body === "" ? "{}" : body;
  }

  /** The value at a JSONPath as JSON; `""` in quotes if there is none. */
  json(path: string): string {
    const value = readJsonPath(this.#value(), path);
    return value === undefined ? '""' : JSON.stringify(value);
  }

  /** What is at a JSONPath, for the template to work with. */
  path(path: string): unknown {
    return withoutNulls(readJsonPath(this.#value(), path));
  }

  /** One parameter, looked for in path, query and headers; or all of them. */
  params(name?: string): unknown {
    const { request, pathParameters } = this.#exchange;
    if (name !== undefined) {
      return (
        this.#exchange.parameter("path", name) ??
        this.#exchange.parameter("querystring", name) ??
        this.#exchange.parameter("header", name) ??
        ""
      );
    }
    return {
      path: { ...pathParameters },
      querystring: lastValues(request.query),
      header: lastValues(request.headers),
    };
  }

  #value(): unknown {
    this.#parsed ??= { value: parseJson(this.body) };
    return this.#parsed.value;
  }
}

/** `$util`. */
export class TemplateUtil {
  /** As Java's `StringEscapeUtils`: also `'` and `/`, and `\uXXXX` for all that is not ASCII. */
  escapeJavaScript(value: unknown): string {
    return String(value ?? "").replace(/["'\\/]|[^ -~]/g, escapeCharacter);
  }

  parseJson(text: string): unknown {
    return withoutNulls(parseJson(text));
  }

  /** As Java's `URLEncoder`: a space becomes `+`. */
  urlEncode(value: unknown): string {
    return encodeURIComponent(String(value ?? "").toWellFormed())
      .replaceAll("%20", "+")
      .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  }

  urlDecode(value: unknown): string {
    return decodeURIComponent(String(value ?? "").replaceAll("+", " "));
  }

  base64Encode(value: unknown): string {
    return Buffer.from(String(value ?? "")).toString("base64");
  }

  base64Decode(value: unknown): string {
    return Buffer.from(String(value ?? ""), "base64").toString("utf8");
  }
}

const SHORT_ESCAPES: Record<string, string> = {
  "\b": "\\b",
  "\n": "\\n",
  "\t": "\\t",
  "\f": "\\f",
  "\r": "\\r",
};

function escapeCharacter(char: string): string {
  if (/["'\\/]/.test(char)) return `\\${char}`;
  const short = SHORT_ESCAPES[char];
  return short ?? `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** A null counts as undefined in Velocity. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutNulls(one)]));
}

function lastValues(entries: Iterable<[string, readonly string[]]>): Record<string, string> {
  return Object.fromEntries([...entries].map(([name, values]) => [name, values.at(-1) ?? ""]));
}
