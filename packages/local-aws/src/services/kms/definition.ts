import type { ServiceDefinition } from "../../program/service-definition.ts";
import type { KmsKeys } from "./kms-keys.ts";
import { kmsResourceTypes } from "./resources.ts";

/** KMS: keys that encrypt nothing; their policies say who may use them. */
export const kms: ServiceDefinition<KmsKeys> = {
  name: "kms",
  resourceTypes: kmsResourceTypes,
  load: () => import("./start.ts"),
};
