import type { ServiceDefinition } from "../../program/service-definition.ts";
import type { Distributions } from "./distributions.ts";
import { cloudfrontResourceTypes } from "./resources.ts";

/** CloudFront: pages from buckets, served at the API port. */
export const cloudfront: ServiceDefinition<Distributions> = {
  name: "cloudfront",
  resourceTypes: cloudfrontResourceTypes,
  load: () => import("./start.ts"),
};
