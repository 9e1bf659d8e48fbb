import type { Kernel } from "../../kernel/kernel.ts";
import { named } from "../../program/named.ts";
import type { RecordedResource } from "../../program/recorded.ts";

const AWS_MANAGED = /^alias\/aws\/([a-z0-9-]+)$/;

/** The keys of the stack. They encrypt nothing; their policies say who may use them. */
export class KmsKeys {
  readonly #kernel: Kernel;
  readonly #keys = new Set<string>();
  /** Key ARN by alias name. */
  readonly #aliases = new Map<string, string>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Creates an `aws:kms/key:Key`. @throws Error that starts with the resource's name. */
  provisionKey(resource: RecordedResource): void {
    const { arn, policy } = resource.outputs as { arn: string; policy: string };
    this.#keys.add(arn);
    named(resource, () => this.#putPolicy(arn, policy, resource.source));
  }

  /** Creates an `aws:kms/alias:Alias`. @throws Error that starts with the resource's name. */
  provisionAlias(resource: RecordedResource): void {
    named(resource, () => {
      if (!/^alias\/(?!aws\/)[\w/-]+$/.test(resource.id)) {
        throw new Error(`the alias ${resource.id} must be alias/ and a name that is not aws/…`);
      }
      this.#aliases.set(resource.id, this.keyArn(String(resource.inputs["targetKeyId"])));
    });
  }

  /** Puts an `aws:kms/keyPolicy:KeyPolicy` on its key. @throws Error that starts with the resource's name. */
  provisionKeyPolicy(resource: RecordedResource): void {
    const { keyId, policy } = resource.inputs as { keyId: string; policy: string };
    named(resource, () => this.#putPolicy(this.keyArn(keyId), policy, resource.source));
  }

  /**
   * The ARN of a key, from its id, its ARN, or an alias or its ARN. `alias/aws/sns` and the like are the keys that
   * AWS manages for a service.
   *
   * @throws Error when the key does not exist.
   */
  keyArn(reference: string): string {
    const { region, account } = this.#kernel;
    const base = `arn:aws:kms:${region}:${account}:`;
    const short = reference.startsWith(base) ? reference.slice(base.length) : reference;
    const service = AWS_MANAGED.exec(short)?.[1];
    if (service) return this.#awsManaged(service);
    const arn = short.startsWith("alias/")
      ? this.#aliases.get(short)
      : `${base}${short.startsWith("key/") ? short : `key/${short}`}`;
    if (arn && this.#keys.has(arn)) return arn;
    throw new Error(`the program declares no KMS key ${reference}`);
  }

  #awsManaged(service: string): string {
    const { region, account } = this.#kernel;
    const arn = `arn:aws:kms:${region}:${account}:key/aws-${service}`;
    if (this.#keys.has(arn)) return arn;
    this.#keys.add(arn);
    // AWS's own policy: every identity of the account may use the service. Service principals are not part of the account.
    this.#putPolicy(arn, {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"],
          Resource: "*",
          Condition: {
            StringEquals: {
              "kms:CallerAccount": account,
              "kms:ViaService": viaService(service, region),
            },
          },
        },
      ],
    });
    return arn;
  }

  #putPolicy(
    arn: string,
    policy: Parameters<Kernel["policies"]["putResourcePolicy"]>[1],
    source?: string,
  ): void {
    this.#kernel.policies.putResourcePolicy(arn, policy, source);
  }
}

/** The value of the condition key `kms:ViaService`. */
export function viaService(service: string, region: string): string {
  return `${service}.${region}.amazonaws.com`;
}
