import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings.ts";

/** A table that is paid for by the request, and protected as the settings say. */
export function table(
  name: string,
  args: aws.dynamodb.TableArgs,
  { pointInTimeRecovery, deletionProtection }: Settings["tables"],
  parent: pulumi.Resource,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    `${name}-table`,
    {
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: pointInTimeRecovery },
      deletionProtectionEnabled: deletionProtection,
      ...args,
    },
    { parent },
  );
}
