import { checkReserved, parsePath } from "./parse-path.ts";
import { type Comparator, ExpressionError, type SyntaxNode } from "./syntax.ts";
import { TokenReader } from "./tokens.ts";

const CONDITIONS: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
]);
const UPDATE_FUNCTIONS: ReadonlySet<string> = new Set(["if_not_exists", "list_append"]);
const COMPARATORS: readonly Comparator[] = ["=", "<>", "<=", "<", ">=", ">"];
const MAX_OPERATORS = 300;

/** Reads a condition, filter or key condition; operands are checked once they are bound. @throws ExpressionError */
export function parseCondition(source: string): SyntaxNode {
  const tokens = new TokenReader(source);
  const condition = parseOr(tokens);
  if (tokens.next.kind !== "end" || isOperand(condition)) throw tokens.fail();
  checkUse(condition, "condition");
  const operators = countOperators(condition);
  if (operators > MAX_OPERATORS) {
    throw new ExpressionError(
      `The expression contains too many operators; operator count: ${operators}`,
    );
  }
  return condition;
}

function parseOr(tokens: TokenReader): SyntaxNode {
  return parseChain(tokens, "OR", (inner) => parseChain(inner, "AND", parseNot));
}

function parseChain(
  tokens: TokenReader,
  keyword: "AND" | "OR",
  parsePart: (tokens: TokenReader) => SyntaxNode,
): SyntaxNode {
  let left = parsePart(tokens);
  while (tokens.isKeyword(keyword)) {
    if (isOperand(left)) throw tokens.fail();
    tokens.expect(keyword);
    const right = parsePart(tokens);
    if (isOperand(right)) throw tokens.fail();
    left = { kind: keyword === "AND" ? "and" : "or", left, right };
  }
  return left;
}

function parseNot(tokens: TokenReader): SyntaxNode {
  if (!tokens.accept("NOT")) return parseComparison(tokens);
  const operand = parseNot(tokens);
  if (isOperand(operand)) throw tokens.fail();
  return { kind: "not", operand };
}

function parseComparison(tokens: TokenReader): SyntaxNode {
  const left = parseGroupOrOperand(tokens);
  // Parentheses may contain a whole condition.
  if (!isOperand(left) && left.kind !== "call") return left;
  const operator = COMPARATORS.find((comparator) => tokens.accept(comparator));
  if (operator) return { kind: "compare", operator, left, right: parseOperand(tokens) };
  if (tokens.accept("BETWEEN")) {
    const low = parseOperand(tokens);
    tokens.expect("AND");
    return { kind: "between", operand: left, low, high: parseOperand(tokens) };
  }
  if (tokens.accept("IN")) return { kind: "in", operand: left, list: parseOperands(tokens) };
  return left;
}

function parseGroupOrOperand(tokens: TokenReader): SyntaxNode {
  if (!tokens.accept("(")) return parseOperand(tokens);
  const inner = parseOr(tokens);
  tokens.expect(")");
  return inner;
}

/** Reads a path, a value or a function with its operands. @throws ExpressionError */
export function parseOperand(tokens: TokenReader): SyntaxNode {
  if (tokens.accept("(")) {
    const inner = parseOperand(tokens);
    tokens.expect(")");
    return inner;
  }
  const { next, afterNext } = tokens;
  if (next.kind === "valueRef") return { kind: "value", name: tokens.take("valueRef") };
  if (next.kind === "name" && afterNext.kind === "symbol" && afterNext.text === "(") {
    return { kind: "call", name: tokens.take("name"), args: parseOperands(tokens) };
  }
  return { kind: "path", path: parsePath(tokens) };
}

function parseOperands(tokens: TokenReader): SyntaxNode[] {
  tokens.expect("(");
  const operands = [parseOperand(tokens)];
  while (tokens.accept(",")) operands.push(parseOperand(tokens));
  tokens.expect(")");
  return operands;
}

// A function may be a condition or an operand; which one, `checkUse` looks at.
function isOperand({ kind }: SyntaxNode): boolean {
  return kind === "path" || kind === "value";
}

/** @throws ExpressionError for a reserved word, and for a function that does not exist or does not belong in its place. */
function checkUse(node: SyntaxNode, place: "condition" | "operand"): void {
  if (node.kind === "path") checkReserved(node.path);
  else if (node.kind === "call") checkCall(node.name, node.args, place);
  else {
    const inside = node.kind === "and" || node.kind === "or" || node.kind === "not";
    for (const child of childrenOf(node)) checkUse(child, inside ? "condition" : "operand");
  }
}

function checkCall(name: string, args: SyntaxNode[], place: "condition" | "operand"): void {
  if (UPDATE_FUNCTIONS.has(name)) {
    throw new ExpressionError(
      `The function is not allowed in a condition expression; function: ${name}`,
    );
  }
  if (!CONDITIONS.has(name) && name !== "size") {
    throw new ExpressionError(`Invalid function name; function: ${name}`);
  }
  if (CONDITIONS.has(name) !== (place === "condition")) {
    throw new ExpressionError(
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    );
  }
  for (const arg of args) checkUse(arg, "operand");
}

/** The parts of an expression, in the order in which they are written. */
function childrenOf(node: SyntaxNode): SyntaxNode[] {
  switch (node.kind) {
    case "path":
    case "value":
      return [];
    case "call":
      return node.args;
    case "between":
      return [node.operand, node.low, node.high];
    case "in":
      return [node.operand, ...node.list];
    case "not":
      return [node.operand];
    default:
      return [node.left, node.right];
  }
}

function countOperators(node: SyntaxNode): number {
  const own = node.kind === "path" || node.kind === "value" ? 0 : 1;
  return childrenOf(node).reduce((sum, child) => sum + countOperators(child), own);
}
