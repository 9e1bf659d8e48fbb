import type { Lexer, Token } from "./lexer.ts";

const SECOND = 1000;
const UNITS: Record<string, number> = {
  ms: 1,
  s: SECOND,
  m: 60 * SECOND,
  h: 3600 * SECOND,
  d: 86_400 * SECOND,
};

/** Milliseconds of a period such as `5m`. @throws ServiceError MalformedQueryException for other units. */
export function readPeriod(lexer: Lexer, token: Token): number {
  const [, count = "", unit = ""] = /^(\d+)([A-Za-z]+)$/.exec(token.text) ?? [];
  const length = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (length && Number(count) > 0) return Number(count) * length;
  const known = Object.keys(UNITS).join(", ");
  throw lexer.error(
    token,
    `period \`${token.text}\` is not supported here; it is a number above 0 and one of ${known}`,
  );
}
