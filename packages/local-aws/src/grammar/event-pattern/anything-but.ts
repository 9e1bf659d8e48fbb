import { type JsonToken, type JsonTokens, PatternError } from "./json-tokens.ts";
import type { PatternDialect } from "./syntax.ts";
import { checkWildcard } from "./wildcard.ts";

const NESTED: Record<PatternDialect, readonly string[]> = {
  events: ["prefix", "suffix", "wildcard", "equals-ignore-case"],
  sns: ["prefix"],
};
const NEITHER = "Value of anything-but must be an array or single string/number value.";

/** Checks what `anything-but` excludes: values, or strings by another operator. @throws PatternError */
export function checkAnythingBut(tokens: JsonTokens, dialect: PatternDialect): void {
  const token = tokens.next();
  if (token === "[") {
    const kinds = inList(tokens, (kind) => {
      if (kind !== "string" && kind !== "number") {
        tokens.fail("Inside anything but list, start|null|boolean is not supported.");
      }
    });
    if (kinds.size !== 1) {
      tokens.fail("Either all values are number or all values are string in anything-but list");
    }
  } else if (token === "{") {
    checkNested(tokens, dialect);
  } else if (token !== "string" && token !== "number") {
    tokens.fail(NEITHER);
  }
}

function checkNested(tokens: JsonTokens, dialect: PatternDialect): void {
  if (tokens.next() !== "name") tokens.fail("Anything-But expression name not found");
  const operator = tokens.text;
  if (!NESTED[dialect].includes(operator)) {
    tokens.fail(`Unsupported anything-but pattern: ${operator}`);
  }
  const token = tokens.next();
  const check = (kind: JsonToken) => checkText(tokens, operator, kind, dialect);
  if (token === "[") {
    if (inList(tokens, check).size === 0) tokens.fail("Empty arrays are not allowed");
  } else if (dialect === "events" && !["string", "number"].includes(token)) {
    tokens.fail(NEITHER);
  } else {
    check(token);
  }
  if (tokens.next() !== "}") tokens.fail("Only one key allowed in match expression");
}

function checkText(
  tokens: JsonTokens,
  operator: string,
  token: JsonToken,
  dialect: PatternDialect,
): void {
  const isAffix = operator === "prefix" || operator === "suffix";
  if (token !== "string") tokens.fail(notText(operator, isAffix, dialect));
  if (isAffix && tokens.text === "") tokens.fail("Null prefix/suffix not allowed");
  if (operator === "wildcard") checkWildcard(tokens);
}

function notText(operator: string, isAffix: boolean, dialect: PatternDialect): string {
  if (operator === "equals-ignore-case") {
    return "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";
  }
  const name = isAffix && dialect === "events" ? "prefix/suffix" : operator;
  return `${name} match pattern must be a string`;
}

/** Returns the types of the values in a list. An error in it is reported with its place twice, as on AWS. */
function inList(tokens: JsonTokens, check: (kind: JsonToken) => void): Set<JsonToken> {
  const kinds = new Set<JsonToken>();
  try {
    for (let token = tokens.next(); token !== "]"; token = tokens.next()) {
      kinds.add(token);
      check(token);
    }
  } catch (error) {
    if (error instanceof PatternError) tokens.fail(error.message);
    throw error;
  }
  return kinds;
}
