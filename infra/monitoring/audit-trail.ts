import * as awsx from "@pulumi/awsx";
import type * as pulumi from "@pulumi/pulumi";

/** Records who changed what in the account, from every region, in a bucket and a log group of its own. */
export function auditTrail(name: string, parent: pulumi.Resource): awsx.cloudtrail.Trail {
  return new awsx.cloudtrail.Trail(
    `${name}-audit`,
    { isMultiRegionTrail: true, enableLogFileValidation: true, includeGlobalServiceEvents: true },
    { parent },
  );
}
