import type { Recorded } from "./recording.ts";

/**
 * A name for each resource that is unique among those of its type, by the resource's key.
 *
 * @param write Turns a logical name into one that the target allows.
 */
export function resourceNames(
  resources: readonly Recorded[],
  write: (name: string, type: string) => string,
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { key, name, type } of resources) {
    const written = write(name, type);
    if (taken.has(`${type} ${written}`)) {
      throw new Error(`${name}: two resources of the type ${type} would be called ${written}`);
    }
    taken.add(`${type} ${written}`);
    names.set(key, written);
  }
  return names;
}
