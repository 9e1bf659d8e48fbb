import { ServiceError } from "../service-error.ts";
import { validationCode } from "./input-errors.ts";
import { type Reference, type ServiceModel, shapeOf } from "./service-model.ts";

/** What a service does with each input member of an operation; none is ignored silently. */
export interface MemberRules {
  /** Members that take effect, by path: `Entries.Id`. A path that ends in `.*` means all within. */
  honours: readonly string[];
  /** Members that change nothing that is served here, each with the reason. */
  holds?: Readonly<Record<string, string>>;
  /** Members that are refused by name, each with the reason. */
  refuses?: Readonly<Record<string, string>>;
}

/** Rules by operation. */
export type ServiceMembers = Readonly<Record<string, MemberRules>>;

/**
 * Refuses an input that has a member which this runtime does not honour.
 *
 * @throws ServiceError that names the member and says why.
 */
export function refuseMembers(
  service: string,
  operation: string,
  refuses: Readonly<Record<string, string>>,
  read: { model: ServiceModel; input: string; value: unknown },
): void {
  const { model, input, value } = read;
  for (const [path, why] of Object.entries(refuses)) {
    const named = path.replace(/\.\*$/, "");
    if (!isGiven(model, input, value, named.split("."))) continue;
    throw new ServiceError(
      validationCode(service),
      `${named} of ${operation} is not supported by the local runtime: ${why}`,
    );
  }
}

function isGiven(
  model: ServiceModel,
  reference: Reference,
  value: unknown,
  path: readonly string[],
): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const shape = shapeOf(model, reference);
  const inner = (of: Reference, one: unknown) => isGiven(model, of, one, path);
  if (shape.type === "list") {
    return (value as unknown[]).some((item) => inner(shape.member ?? "", item));
  }
  if (shape.type === "map") {
    return Object.values(value as object).some((item) => inner(shape.value ?? "", item));
  }
  const given = value as Record<string, unknown>;
  return (
    Object.hasOwn(given, name) && isGiven(model, shape.members?.[name] ?? "", given[name], rest)
  );
}
