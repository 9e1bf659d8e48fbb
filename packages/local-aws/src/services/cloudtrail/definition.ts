import type { ServiceDefinition } from "../../program/service-definition.ts";
import { cloudtrailResourceTypes } from "./resources.ts";

/** CloudTrail: trails are accepted, and nothing is recorded. */
export const cloudtrail: ServiceDefinition<void> = {
  name: "cloudtrail",
  resourceTypes: cloudtrailResourceTypes,
};
