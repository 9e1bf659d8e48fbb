import { ServiceError } from "../service-error.ts";
import { validationCode } from "./input-errors.ts";

/** What a service does with each input member of an operation; nothing is passed over in silence. */
export interface MemberRules {
  /** Members that have their effect, by path: `Entries.Id`. A path that ends in `.*` stands for all within. */
  honours: readonly string[];
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
  input: Readonly<Record<string, unknown>>,
): void {
  for (const [path, why] of Object.entries(refuses)) {
    if (!isGiven(input, path.split("."))) continue;
    throw new ServiceError(
      validationCode(service),
      `${path} of ${operation} is not supported by the local runtime: ${why}`,
    );
  }
}

function isGiven(value: unknown, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  if (Array.isArray(value)) return value.some((item) => isGiven(item, path));
  if (typeof value !== "object" || value === null) return false;
  const inner = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  return inner !== undefined && isGiven(inner, rest);
}
