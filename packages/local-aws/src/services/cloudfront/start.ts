import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { s3 } from "../s3/definition.ts";
import { Distributions } from "./distributions.ts";

/** Serves the distributions that the program declares. */
export function start({ kernel, use }: ServiceContext): RunningService<Distributions> {
  const distributions = new Distributions(kernel, use(s3));
  return {
    api: distributions,
    provision: {
      "aws:cloudfront/originAccessControl:OriginAccessControl": (it) =>
        distributions.provisionAccessControl(it),
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": (it) =>
        distributions.provisionHeadersPolicy(it),
      "aws:cloudfront/distribution:Distribution": (it) => distributions.provision(it),
    },
    requests: distributions,
  };
}
