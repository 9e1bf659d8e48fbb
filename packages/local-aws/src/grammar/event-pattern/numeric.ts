import type { JsonTokens } from "./json-tokens.ts";

/** Checks what `numeric` holds: one comparison, or a range from below. @throws PatternError */
export function checkNumeric(tokens: JsonTokens): void {
  if (tokens.next() !== "[") tokens.fail("Value of numeric must be an array.");
  if (tokens.next() !== "string") tokens.fail(`Invalid member in numeric match: ${tokens.text}`);
  const operator = tokens.text;
  if (operator === "=" || operator === "<" || operator === "<=") {
    needNumber(tokens, operator === "=" ? "equals" : operator);
    if (tokens.next() !== "]") tokens.fail("Too many elements in numeric expression");
  } else if (operator === ">" || operator === ">=") {
    const bottom = needNumber(tokens, operator);
    const token = tokens.next();
    if (token === "]") return;
    if (token !== "string") tokens.fail(`Bad value in numeric range: ${tokens.text}`);
    checkTop(tokens, bottom);
  } else {
    tokens.next();
    tokens.fail(`Unrecognized numeric range operator: ${operator}`);
  }
}

function checkTop(tokens: JsonTokens, bottom: number): void {
  const operator = tokens.text;
  if (operator !== "<" && operator !== "<=") {
    tokens.fail(`Bad numeric range operator: ${operator}`);
  }
  const top = needNumber(tokens, operator);
  if (tokens.next() !== "]") tokens.fail("Too many terms in numeric range expression");
  if (bottom >= top) tokens.fail("Bottom must be less than top");
}

function needNumber(tokens: JsonTokens, operator: string): number {
  if (tokens.next() !== "number") tokens.fail(`Value of ${operator} must be numeric`);
  return Number(tokens.text);
}
