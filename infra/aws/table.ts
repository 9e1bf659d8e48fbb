import * as aws from "@pulumi/aws";
import type { Settings } from "../settings.ts";
import type { WatchedComponent } from "./watched.ts";

/** A table that is paid for by the request, and protected as the settings say. */
export function table(
  name: string,
  args: aws.dynamodb.TableArgs,
  { pointInTimeRecovery, deletionProtection }: Settings["tables"],
  parent: WatchedComponent,
): aws.dynamodb.Table {
  const created = new aws.dynamodb.Table(
    `${name}-table`,
    {
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: pointInTimeRecovery },
      deletionProtectionEnabled: deletionProtection,
      ...args,
    },
    { parent },
  );
  parent.watched.tables[name] = created;
  return created;
}
