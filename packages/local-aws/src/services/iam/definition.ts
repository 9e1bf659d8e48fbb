import type { ServiceDefinition } from "../../program/service-definition.ts";
import { iamResourceTypes } from "./resources.ts";

/** IAM: roles and their policies. It has no endpoint here. */
export const iam: ServiceDefinition<void> = {
  name: "iam",
  resourceTypes: iamResourceTypes,
  load: () => import("./start.ts"),
};
