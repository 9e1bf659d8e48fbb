import { LinearPattern } from "../../kernel/linear-pattern.ts";
import { parseJson, refuseDeepExpression } from "../../kernel/nesting.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { readJsonPattern } from "./json-pattern.ts";

type Test = (message: string) => boolean;

const TERM = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g;

/**
 * Reads a CloudWatch Logs filter pattern: terms that must all occur, `?term` of which one must, `-term` that must not,
 * `"a phrase"`, `%a regular expression%`, and JSON patterns such as `{ $.level = "ERROR" && $.status >= 500 }`.
 *
 * @throws ServiceError InvalidParameterException for anything else.
 */
export function parseFilterPattern(pattern: string): Test {
  const text = pattern.trim();
  try {
    refuseDeepExpression(text);
  } catch (error) {
    refuse(text, (error as Error).message);
  }
  if (text === "") return () => true;
  if (text.startsWith("{")) return jsonPattern(text);
  if (text.startsWith("[")) refuse(text, "patterns for space-delimited logs are not supported");
  const expression = /^%(.*)%$/s.exec(text)?.[1];
  if (expression === undefined) return termPattern(text);
  const compiled = compile(text, expression);
  return (message) => compiled.test(message);
}

function termPattern(text: string): Test {
  const required: string[] = [];
  const optional: string[] = [];
  const excluded: string[] = [];
  for (const [, sign, phrase, word] of text.matchAll(TERM)) {
    const term = phrase?.replace(/\\(.)/g, "$1") ?? word ?? "";
    (sign === "?" ? optional : sign === "-" ? excluded : required).push(term);
  }
  // If there are terms that must occur, AWS ignores those with a question mark.
  const wantsOne = required.length === 0 && optional.length > 0;
  return (message) =>
    required.every((term) => message.includes(term)) &&
    !excluded.some((term) => message.includes(term)) &&
    (!wantsOne || optional.some((term) => message.includes(term)));
}

function jsonPattern(text: string): Test {
  const test = readJsonPattern(text, (source) => compile(text, source));
  if (!test) return refuse(text, "it cannot be read");
  return (message) => {
    try {
      return test(parseJson(message));
    } catch {
      // Lines that are not JSON fit no JSON pattern.
      return false;
    }
  };
}

function compile(pattern: string, source: string): LinearPattern {
  if (/(^|[^\\])[()]/.test(source)) refuse(pattern, "its expression has ( or ), which AWS refuses");
  try {
    return new LinearPattern(source);
  } catch (error) {
    return refuse(pattern, (error as Error).message);
  }
}

function refuse(pattern: string, why: string): never {
  throw new ServiceError("InvalidParameterException", `Invalid filter pattern ${pattern}: ${why}`);
}
