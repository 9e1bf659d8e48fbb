import { callerName } from "../../kernel/dispatcher.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller, Need } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { viaService } from "./kms-keys.ts";

/** What a service is about to encrypt for a caller. */
export interface EncryptedUse {
  keyArn: string;
  /** The service that encrypts, e.g. `sns`. */
  service: string;
  /** KMS's encryption context, e.g. `{ "aws:sns:topicArn": … }`. */
  context: Readonly<Record<string, string>>;
}

const ACTIONS = ["kms:GenerateDataKey", "kms:Decrypt"];

/**
 * Checks that a caller may use the key that a service encrypts with, as publishers to an encrypted topic must.
 *
 * @throws ServiceError KMSAccessDenied, with the statement that the key's policy lacks.
 */
export function checkEncryptedUse(kernel: Kernel, caller: Caller, use: EncryptedUse): void {
  const { keyArn, service, context } = use;
  for (const action of ACTIONS) {
    const need: Need = {
      action,
      resource: keyArn,
      context: {
        "kms:ViaService": viaService(service, kernel.region),
        ...(caller.kind !== "service" && { "kms:CallerAccount": kernel.account }),
        ...Object.fromEntries(
          Object.entries(context).map(([key, value]) => [`kms:EncryptionContext:${key}`, value]),
        ),
      },
    };
    const denial = kernel.policies.authorise(caller, need, "kms");
    if (!denial) continue;
    kernel.trace.emit({
      from: callerName(caller),
      to: keyArn,
      kind: action,
      decision: "denied",
      detail: denial.explanation,
    });
    throw new ServiceError("KMSAccessDenied", denial.error.message);
  }
}
