import { isReservedWord } from "./reserved-words.ts";
import { ExpressionError, type Path, type PathStep } from "./syntax.ts";
import type { TokenReader } from "./tokens.ts";

const MAX_INDEX = 2 ** 31 - 1;

/** Reads a document path. @throws ExpressionError */
export function parsePath(tokens: TokenReader): Path {
  const path: PathStep[] = [parseName(tokens)];
  while (true) {
    if (tokens.accept(".")) path.push(parseName(tokens));
    else if (tokens.accept("[")) path.push(parseIndex(tokens));
    else return path;
  }
}

function parseName(tokens: TokenReader): string {
  return tokens.take(tokens.next.kind === "nameRef" ? "nameRef" : "name");
}

function parseIndex(tokens: TokenReader): number {
  const text = tokens.take("number");
  tokens.expect("]");
  const index = Number(text);
  if (index > MAX_INDEX) {
    throw new ExpressionError(`List index is not within the allowable range; index: [${text}]`);
  }
  return index;
}

/** @throws ExpressionError where a name in the path has a meaning of its own in DynamoDB. */
export function checkReserved(path: Path): void {
  for (const step of path) {
    if (typeof step === "string" && isReservedWord(step)) {
      throw new ExpressionError(`Attribute name is a reserved keyword; reserved keyword: ${step}`);
    }
  }
}
