import { type IntrinsicArgument, type IntrinsicCall, parseIntrinsic } from "./intrinsic-call.ts";
import { type Chance, callIntrinsic, unescapeText } from "./intrinsics.ts";
import { type PathRoots, readJsonPath } from "./json-path.ts";
import { runtimeError } from "./states-error.ts";

/** What templates and paths are read against. */
export interface Scope extends PathRoots {
  chance: Chance;
}

/** Evaluates `Parameters`, `ResultSelector` or `ItemSelector`: each field whose name ends in `.$` is a path or a function. */
export function fillTemplate(template: unknown, scope: Scope): unknown {
  if (Array.isArray(template)) return template.map((member) => fillTemplate(member, scope));
  if (template === null || typeof template !== "object") return template;
  return Object.fromEntries(
    Object.entries(template).map(([field, value]) =>
      field.endsWith(".$")
        ? [field.slice(0, -2), readExpression(String(value), scope, field)]
        : [field, fillTemplate(value, scope)],
    ),
  );
}

/**
 * Reads a path or calls an intrinsic function.
 *
 * @throws DataError `States.Runtime` when the path finds nothing.
 */
export function readExpression(text: string, scope: Scope, field: string): unknown {
  if (text.startsWith("States.")) return evaluate(parseIntrinsic(text), scope, field);
  return readRequired(text, scope, field);
}

function readRequired(path: string, scope: Scope, field: string): unknown {
  const found = readJsonPath(path, scope);
  if (found === undefined) {
    const root = path.startsWith("$$") ? scope.context : scope.data;
    throw runtimeError(
      `The JSONPath '${path}' specified for the field '${field}' could not be found in the input '${JSON.stringify(root)}'`,
    );
  }
  return found;
}

function evaluate({ name, args }: IntrinsicCall, scope: Scope, field: string): unknown {
  const value = (arg: IntrinsicArgument, index: number): unknown => {
    if (arg.kind === "call") return evaluate(arg.call, scope, field);
    if (arg.kind === "path") return readRequired(arg.path, scope, field);
    if (arg.kind === "value") return arg.value;
    return name === "Format" && index === 0 ? arg.escaped : unescapeText(arg.escaped);
  };
  return callIntrinsic(name, args.map(value), scope.chance);
}
