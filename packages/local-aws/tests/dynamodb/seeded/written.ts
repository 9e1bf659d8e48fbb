import type { Condition, Operand } from "./naive-condition.ts";
import type { Action, Computed } from "./naive-update.ts";
import type { Step } from "./naive-values.ts";

/** Writes trees down as expressions, and collects their values. */
export class Written {
  readonly values: Record<string, object> = {};

  condition(condition: Condition): string {
    switch (condition.kind) {
      case "both":
      case "either": {
        const [left, right] = condition.parts.map((part) => this.#inner(part));
        return `${left} ${condition.kind === "both" ? "AND" : "or"} ${right}`;
      }
      case "not":
        return `NOT ${this.#inner(condition.part)}`;
      case "exists":
        return `attribute_${condition.denied ? "not_" : ""}exists(${path(condition.path)})`;
      case "type":
        return `attribute_type(${path(condition.path)}, ${this.#value({ S: condition.type })})`;
      case "compare":
        return `${this.#operand(condition.left)} ${condition.operator} ${this.#operand(condition.right)}`;
      case "between":
        return `${this.#operand(condition.operand)} BETWEEN ${this.#operand(condition.low)} AND ${this.#operand(condition.high)}`;
      case "in":
        return `${this.#operand(condition.operand)} IN (${condition.list.map((one) => this.#operand(one)).join(", ")})`;
      case "begins":
        return `begins_with(${this.#operand(condition.left)}, ${this.#operand(condition.right)})`;
      case "contains":
        return `contains(${this.#operand(condition.left)}, ${this.#operand(condition.right)})`;
    }
  }

  update(actions: Action[]): string {
    const sections = ["ADD", "SET", "DELETE", "REMOVE"].map((section) => {
      const own = actions.filter((action) => action.section === section);
      return own.length > 0 ? `${section} ${own.map((one) => this.#action(one)).join(", ")}` : "";
    });
    return sections.filter(Boolean).join(" ");
  }

  #action(action: Action): string {
    if (action.section === "REMOVE") return path(action.path);
    const between = action.section === "SET" ? " = " : " ";
    return path(action.path) + between + this.#computed(action.value);
  }

  #computed(value: Computed): string {
    switch (value.kind) {
      case "value":
        return this.#value(value.json);
      case "path":
        return path(value.path);
      case "fallback":
        return `if_not_exists(${path(value.path)}, ${this.#computed(value.or)})`;
      case "append":
        return `list_append(${value.parts.map((part) => this.#computed(part)).join(", ")})`;
      case "sum":
        return value.parts.map((part) => this.#computed(part)).join(` ${value.operator} `);
    }
  }

  #inner(part: Condition): string {
    const isJoined = part.kind === "both" || part.kind === "either";
    return isJoined ? `(${this.condition(part)})` : this.condition(part);
  }

  #operand(operand: Operand): string {
    if (operand.kind === "value") return this.#value(operand.json);
    return operand.kind === "size" ? `size(${path(operand.path)})` : path(operand.path);
  }

  #value(json: object): string {
    const name = `:v${Object.keys(this.values).length}`;
    this.values[name] = json;
    return name;
  }
}

function path(steps: Step[]): string {
  return steps
    .map((step, index) =>
      typeof step === "number" ? `[${step}]` : `${index > 0 ? "." : ""}${step}`,
    )
    .join("");
}
