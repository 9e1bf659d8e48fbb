import { callerName } from "../../kernel/dispatcher.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation, Service } from "../../kernel/service.ts";

/** STS, as far as it tells who calls. */
export class Sts implements Service {
  readonly name = "sts";
  readonly operations: Readonly<Record<string, Operation>>;

  constructor({ account: Account }: Kernel) {
    this.operations = {
      GetCallerIdentity: {
        // Everybody may ask, whatever policies say.
        needs: () => [],
        run: (_input, { caller }) =>
          caller.kind === "role"
            ? {
                Account,
                UserId: `AROALOCAL:${caller.sessionName}`,
                Arn: `arn:aws:sts::${Account}:assumed-role/${callerName(caller)}/${caller.sessionName}`,
              }
            : { Account, UserId: Account, Arn: `arn:aws:iam::${Account}:root` },
      },
    };
  }
}
