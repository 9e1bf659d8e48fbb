import type { ServiceDefinition } from "../../program/service-definition.ts";
import { unservedResourceTypes } from "./resources.ts";

/** Services that only a stack on AWS has: what it declares of them is accepted, and has no effect. */
export const unserved: ServiceDefinition<void> = {
  name: "unserved",
  resourceTypes: unservedResourceTypes,
};
