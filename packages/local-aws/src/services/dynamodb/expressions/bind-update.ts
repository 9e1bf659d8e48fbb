import { type AttributeType, type AttributeValue, typeOf } from "../values/attribute-value.ts";
import { needsPath, wrongNumber, wrongType } from "./bind-condition.ts";
import { checkOverlaps } from "./document-path.ts";
import type { Placeholders } from "./placeholders.ts";
import { ExpressionError, type Path, type SyntaxNode, type UpdateSyntax } from "./syntax.ts";

/** What a SET computes. */
export type SetValue =
  | { kind: "path"; path: Path }
  | { kind: "value"; value: AttributeValue }
  | { kind: "if_not_exists"; path: Path; fallback: SetValue }
  | { kind: "list_append"; first: SetValue; second: SetValue }
  | { kind: "arithmetic"; operator: "+" | "-"; left: SetValue; right: SetValue };

/** One action of an update that is ready for an item. */
export type UpdateAction =
  | { section: "SET"; path: Path; value: SetValue }
  | { section: "REMOVE"; path: Path }
  | { section: "ADD" | "DELETE"; path: Path; value: AttributeValue };

const ADDED: readonly AttributeType[] = ["N", "SS", "NS", "BS"];
const DELETED: readonly AttributeType[] = ["SS", "NS", "BS"];
const LONG_NAMES: Readonly<Record<AttributeType, string>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  BOOL: "BOOLEAN",
  NULL: "NULL",
  SS: "SS",
  NS: "NS",
  BS: "BS",
  L: "LIST",
  M: "MAP",
};

/** Fills in an update's placeholders and checks its operands. @throws ExpressionError */
export function bindUpdate(written: UpdateSyntax[], placeholders: Placeholders): UpdateAction[] {
  const paths = written.map(({ path }) => placeholders.path(path));
  checkOverlaps(paths);
  // DynamoDB checks an update's values from the last to the first.
  const actions: UpdateAction[] = [];
  for (let index = written.length - 1; index >= 0; index--) {
    const { section, value } = written[index] as UpdateSyntax;
    actions.unshift(bindAction(section, paths[index] as Path, value, placeholders));
  }
  return actions;
}

function bindAction(
  section: UpdateSyntax["section"],
  path: Path,
  node: SyntaxNode | undefined,
  placeholders: Placeholders,
): UpdateAction {
  if (section === "REMOVE") return { section, path };
  if (!node) throw new Error(`${section} without a value`);
  const value = bindValue(node, placeholders);
  if (section === "SET") return { section, path, value };
  if (value.kind !== "value") throw new Error(`${section} of a ${value.kind}`);
  const type = typeOf(value.value);
  if (!(section === "ADD" ? ADDED : DELETED).includes(type)) {
    throw new ExpressionError(
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${LONG_NAMES[type]}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
    );
  }
  return { section, path, value: value.value };
}

function bindValue(node: SyntaxNode, placeholders: Placeholders): SetValue {
  switch (node.kind) {
    case "path":
      return { kind: "path", path: placeholders.path(node.path) };
    case "value":
      return { kind: "value", value: placeholders.value(node.name) };
    case "arithmetic": {
      const left = bindValue(node.left, placeholders);
      const right = bindValue(node.right, placeholders);
      checkType(node.operator, left, "N");
      checkType(node.operator, right, "N");
      return { kind: "arithmetic", operator: node.operator, left, right };
    }
    case "call": {
      if (node.args.length !== 2) throw wrongNumber(node.name, node.args.length);
      const [first, second] = node.args.map((arg) => bindValue(arg, placeholders));
      return bindFunction(node.name, first as SetValue, second as SetValue);
    }
    default:
      throw new Error(`${node.kind} in an update`);
  }
}

function bindFunction(name: string, first: SetValue, second: SetValue): SetValue {
  if (name === "if_not_exists") {
    if (first.kind !== "path") throw needsPath(name);
    return { kind: "if_not_exists", path: first.path, fallback: second };
  }
  checkType("list_append", first, "L");
  checkType("list_append", second, "L");
  return { kind: "list_append", first, second };
}

function checkType(name: string, value: SetValue, allowed: AttributeType): void {
  const type = staticType(value);
  if (type && type !== allowed) throw wrongType(name, type);
}

/** The type that a value has whatever the item is. */
function staticType(value: SetValue): AttributeType | undefined {
  if (value.kind === "value") return typeOf(value.value);
  if (value.kind === "list_append") return "L";
  return value.kind === "arithmetic" ? "N" : undefined;
}
