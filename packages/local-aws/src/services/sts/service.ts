import { callerName } from "../../kernel/dispatcher.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Operation, Service } from "../../kernel/service.ts";

/** STS, as far as it identifies the caller. */
export class Sts implements Service {
  readonly name = "sts";
  readonly operations: Readonly<Record<string, Operation>>;

  constructor({ account: Account }: Kernel) {
    this.operations = {
      GetCallerIdentity: {
        // Every caller may call it, whatever its policies are.
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
