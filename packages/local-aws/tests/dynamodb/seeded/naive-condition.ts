import { at, canonical, type Plain, type Step } from "./naive-values.ts";

export type Operand =
  | { kind: "path"; path: Step[] }
  | { kind: "value"; value: Plain; json: object }
  | { kind: "size"; path: Step[] };

export type Condition =
  | { kind: "both" | "either"; parts: [Condition, Condition] }
  | { kind: "not"; part: Condition }
  | { kind: "compare"; operator: string; left: Operand; right: Operand }
  | { kind: "between"; operand: Operand; low: Operand; high: Operand }
  | { kind: "in"; operand: Operand; list: Operand[] }
  | { kind: "exists"; path: Step[]; denied: boolean }
  | { kind: "type"; path: Step[]; type: string }
  | { kind: "begins" | "contains"; left: Operand; right: Operand };

/** Whether a condition holds, found out in the most literal way. */
export function naivelyHolds(condition: Condition, item: Map<string, Plain>): boolean {
  const holds = (part: Condition) => naivelyHolds(part, item);
  const read = (operand: Operand) => valueIn(operand, item);
  switch (condition.kind) {
    case "both":
      return condition.parts.every(holds);
    case "either":
      return condition.parts.some(holds);
    case "not":
      return !holds(condition.part);
    case "exists":
      return (at(item, condition.path) !== undefined) !== condition.denied;
    case "type":
      return at(item, condition.path)?.type === condition.type;
    case "compare":
      return compare(condition.operator, read(condition.left), read(condition.right));
    case "between":
      return (
        compare(">=", read(condition.operand), read(condition.low)) &&
        compare("<=", read(condition.operand), read(condition.high))
      );
    case "in":
      return condition.list.some((one) => compare("=", read(condition.operand), read(one)));
    case "begins": {
      const [left, right] = [read(condition.left), read(condition.right)];
      return isText(left) && isText(right) && left.type === right.type
        ? left.text.slice(0, right.text.length) === right.text
        : false;
    }
    case "contains":
      return contains(read(condition.left), read(condition.right));
  }
}

function valueIn(operand: Operand, item: Map<string, Plain>): Plain | undefined {
  if (operand.kind === "value") return operand.value;
  const value = at(item, operand.path);
  if (operand.kind === "path" || !value) return value;
  if (value.type === "N" || value.type === "BOOL" || value.type === "NULL") return undefined;
  const size =
    "text" in value
      ? value.text.length
      : "members" in value
        ? value.members.length
        : "list" in value
          ? value.list.length
          : value.map.size;
  return { type: "N", number: BigInt(size) * 10n ** 140n };
}

function compare(operator: string, a: Plain | undefined, b: Plain | undefined): boolean {
  const equal = a !== undefined && b !== undefined && canonical(a) === canonical(b);
  if (operator === "=") return equal;
  if (operator === "<>") return !equal;
  let less: boolean;
  if (a?.type === "N" && b?.type === "N") less = a.number < b.number;
  else if (isText(a) && isText(b) && a.type === b.type) {
    const encoding = a.type === "S" ? "utf8" : "latin1";
    less = Buffer.from(a.text, encoding).compare(Buffer.from(b.text, encoding)) < 0;
  } else return false;
  if (operator === "<") return less;
  if (operator === "<=") return less || equal;
  return operator === ">" ? !less && !equal : !less;
}

function contains(whole: Plain | undefined, part: Plain | undefined): boolean {
  if (!whole || !part) return false;
  if (whole.type === "L") return whole.list.some((one) => canonical(one) === canonical(part));
  if (isText(whole) && isText(part) && whole.type === part.type)
    return whole.text.split(part.text).length > 1 || part.text === "";
  if (whole.type === "NS" && part.type === "N") return whole.members.includes(String(part.number));
  if (whole.type === "SS" && part.type === "S") return whole.members.includes(part.text);
  if (whole.type === "BS" && part.type === "B") {
    return whole.members.includes(Buffer.from(part.text, "latin1").toString("base64"));
  }
  return false;
}

function isText(value: Plain | undefined): value is Extract<Plain, { text: string }> {
  return value?.type === "S" || value?.type === "B";
}
