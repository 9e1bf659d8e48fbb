import type { ServiceDefinition } from "../../program/service-definition.ts";
import type { Buckets } from "./buckets.ts";
import { s3ResourceTypes } from "./resources.ts";

/** S3: the buckets and objects that the program declares. It has no endpoint here. */
export const s3: ServiceDefinition<Buckets> = {
  name: "s3",
  resourceTypes: s3ResourceTypes,
  load: () => import("./start.ts"),
};
