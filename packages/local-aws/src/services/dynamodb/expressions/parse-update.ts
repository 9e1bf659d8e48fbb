import { parseOperand } from "./parse-condition.ts";
import { checkReserved, parsePath } from "./parse-path.ts";
import { ExpressionError, type SyntaxNode, type UpdateSyntax } from "./syntax.ts";
import { TokenReader } from "./tokens.ts";

const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"] as const;
const FUNCTIONS: ReadonlySet<string> = new Set(["if_not_exists", "list_append"]);
const CONDITION_FUNCTIONS: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
  "size",
]);
const MAX_OPERATORS = 300;

/** Reads an update; operands are checked once they are bound. @throws ExpressionError */
export function parseUpdate(source: string): UpdateSyntax[] {
  const tokens = new TokenReader(source);
  const actions: UpdateSyntax[] = [];
  const repeated: string[] = [];
  do {
    const section = SECTIONS.find((keyword) => tokens.accept(keyword));
    if (!section) throw tokens.fail();
    if (actions.some((action) => action.section === section)) repeated.push(section);
    do actions.push(parseAction(tokens, section));
    while (tokens.accept(","));
  } while (tokens.next.kind !== "end");
  for (const { path, value } of actions) {
    checkReserved(path);
    if (value) checkUse(value);
  }
  if (repeated.length > 0) {
    throw new ExpressionError(
      `The "${repeated[0]}" section can only be used once in an update expression;`,
    );
  }
  const operators = actions.reduce(
    (sum, { value }) => sum + (value ? countOperators(value) : 0),
    0,
  );
  if (operators > MAX_OPERATORS) {
    throw new ExpressionError(
      `The expression contains too many operators; operator count: ${operators}`,
    );
  }
  return actions;
}

function parseAction(tokens: TokenReader, section: UpdateSyntax["section"]): UpdateSyntax {
  const path = parsePath(tokens);
  if (section === "REMOVE") return { section, path };
  if (section === "SET") {
    tokens.expect("=");
    return { section, path, value: parseSetValue(tokens) };
  }
  return { section, path, value: { kind: "value", name: tokens.take("valueRef") } };
}

function parseSetValue(tokens: TokenReader): SyntaxNode {
  const left = parseTerm(tokens);
  const operator = tokens.accept("+") ? "+" : tokens.accept("-") ? "-" : undefined;
  if (!operator) return left;
  return { kind: "arithmetic", operator, left, right: parseTerm(tokens) };
}

function parseTerm(tokens: TokenReader): SyntaxNode {
  if (!tokens.accept("(")) return parseOperand(tokens);
  const inner = parseSetValue(tokens);
  tokens.expect(")");
  return inner;
}

function checkUse(node: SyntaxNode): void {
  if (node.kind === "path") checkReserved(node.path);
  else if (node.kind === "arithmetic") {
    checkUse(node.left);
    checkUse(node.right);
  } else if (node.kind === "call") {
    if (CONDITION_FUNCTIONS.has(node.name)) {
      throw new ExpressionError(
        `The function is not allowed in an update expression; function: ${node.name}`,
      );
    }
    if (!FUNCTIONS.has(node.name)) {
      throw new ExpressionError(`Invalid function name; function: ${node.name}`);
    }
    for (const arg of node.args) checkUse(arg);
  }
}

function countOperators(node: SyntaxNode): number {
  if (node.kind === "call") {
    return node.args.reduce((sum, arg) => sum + countOperators(arg), 1);
  }
  if (node.kind !== "arithmetic") return 0;
  return 1 + countOperators(node.left) + countOperators(node.right);
}
