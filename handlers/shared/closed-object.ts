import * as v from "valibot";

/**
 * An object with these fields and no others. Valibot takes an array for an object as well, so that `[]` would pass
 * where every field is optional.
 */
export function closedObject<const E extends v.ObjectEntries>(
  entries: E,
): v.StrictObjectSchema<E, undefined> {
  const schema = v.strictObject(entries);
  return {
    ...schema,
    "~run": (dataset, config) =>
      schema["~run"](Array.isArray(dataset.value) ? { value: null } : dataset, config),
  };
}
