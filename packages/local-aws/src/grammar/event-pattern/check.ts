import { MAX_NESTING, parseJson } from "../../kernel/nesting.ts";
import { checkAnythingBut } from "./anything-but.ts";
import { cidrProblem } from "./cidr.ts";
import { JsonTokens, PatternError } from "./json-tokens.ts";
import { checkNumeric } from "./numeric.ts";
import { type EventPattern, isAlternatives, isObject, type PatternDialect } from "./syntax.ts";
import { checkWildcard } from "./wildcard.ts";

/**
 * Reads an event pattern and checks all of it, in the order and the wording of AWS.
 *
 * @throws PatternError with AWS's reason, and the place in the text that it names.
 */
export function checkPattern(text: string, dialect: PatternDialect = "events"): EventPattern {
  const parsed = parsedOrWhyNot(text);
  const tokens = new JsonTokens(text);
  if (tokens.next() !== "{") tokens.fail("Filter is not an object");
  checkFields({ tokens, dialect }, parsed.value, 0);
  if (parsed.whyNot !== undefined) throw new PatternError(parsed.whyNot);
  return parsed.value as EventPattern;
}

function parsedOrWhyNot(text: string): { value?: unknown; whyNot?: string } {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    return { whyNot: error instanceof Error ? error.message : String(error) };
  }
}

interface Walk {
  tokens: JsonTokens;
  dialect: PatternDialect;
}

/** @param node the same as a value, where the text is JSON */
function checkFields(walk: Walk, node: unknown, depth: number): void {
  const { tokens } = walk;
  if (depth > MAX_NESTING) tokens.fail(`it nests more than ${MAX_NESTING} levels deep`);
  let fields = 0;
  while (tokens.next() !== "}") {
    fields++;
    const field = tokens.text;
    const value = isObject(node) ? node[field] : undefined;
    const token = tokens.next();
    if (token === "{") checkFields(walk, value, depth + 1);
    else if (token !== "[") tokens.fail(`"${field}" must be an object or an array`);
    else if (isAlternatives(field, value)) checkAlternatives(walk, value, depth + 1);
    else checkList(walk);
  }
  if (fields === 0) tokens.fail("Empty objects are not allowed");
}

function checkAlternatives(walk: Walk, alternatives: readonly unknown[], depth: number): void {
  for (const one of alternatives) {
    walk.tokens.next();
    checkFields(walk, one, depth);
  }
  walk.tokens.next();
}

function checkList(walk: Walk): void {
  const { tokens } = walk;
  let values = 0;
  for (let token = tokens.next(); token !== "]"; token = tokens.next()) {
    values++;
    if (token === "{") checkMatch(walk);
    else if (token === "[") {
      tokens.fail("Match value must be String, number, true, false, or null");
    }
  }
  if (values === 0) tokens.fail("Empty arrays are not allowed");
}

function checkMatch({ tokens, dialect }: Walk): void {
  if (tokens.next() !== "name") tokens.fail("Match expression name not found");
  const operator = tokens.text;
  switch (operator) {
    case "prefix":
    case "suffix":
      checkAffix(tokens, operator, dialect);
      break;
    case "anything-but":
      checkAnythingBut(tokens, dialect);
      break;
    case "numeric":
      checkNumeric(tokens);
      break;
    case "exists": {
      const token = tokens.next();
      if (token !== "true" && token !== "false") {
        tokens.fail("exists match pattern must be either true or false.");
      }
      break;
    }
    case "cidr": {
      // AWS's message names the operator prefix here.
      if (tokens.next() !== "string") tokens.fail("prefix match pattern must be a string");
      const problem = cidrProblem(tokens.text);
      if (problem) throw new PatternError(problem);
      break;
    }
    case "equals-ignore-case":
      needString(tokens, operator);
      break;
    default:
      if (operator !== "wildcard" || dialect === "sns") {
        tokens.fail(`Unrecognized match type ${operator}`);
      }
      needString(tokens, operator);
      checkWildcard(tokens);
  }
  if (tokens.next() !== "}") tokens.fail("Only one key allowed in match expression");
}

/** Prefix and suffix also take `{"equals-ignore-case": text}`. */
function checkAffix(tokens: JsonTokens, operator: string, dialect: PatternDialect): void {
  const token = tokens.next();
  if (token !== "{" || dialect === "sns") {
    if (token !== "string") tokens.fail(`${operator} match pattern must be a string`);
    return;
  }
  if (tokens.next() !== "name" || tokens.text !== "equals-ignore-case") {
    tokens.fail(`Unsupported ${operator} pattern: ${tokens.text}`);
  }
  needString(tokens, "equals-ignore-case");
  if (tokens.next() !== "}") tokens.fail("Only one key allowed in match expression");
}

function needString(tokens: JsonTokens, operator: string): void {
  if (tokens.next() !== "string") tokens.fail(`${operator} match pattern must be a string`);
}
