import type { RecordedResource } from "./recorded.ts";

/** Creates something for a resource; an error then starts with the resource's logical name. */
export function named<T>(resource: RecordedResource, create: () => T): T {
  try {
    return create();
  } catch (error) {
    throw new Error(`${resource.name}: ${(error as Error).message}`, { cause: error });
  }
}
