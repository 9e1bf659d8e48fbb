import { createHash } from "node:crypto";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import { named } from "../../program/named.ts";
import type { RecordedArchive, RecordedResource } from "../../program/recorded.ts";

/** An object as S3 returns it. */
export interface StoredObject {
  body: Buffer;
  contentType: string;
  cacheControl: string | undefined;
  /** In quotes, as the header has it. */
  etag: string;
}

/** The result of reading an object. Without the right to list, S3 does not distinguish a missing object from a forbidden one. */
export type ReadObject = { object: StoredObject } | { denied: string };

interface Bucket {
  arn: string;
  objects: Map<string, StoredObject>;
}

const DEFAULT_TYPE = "application/octet-stream";

/** The buckets of the stack. Objects are what the program declares; there is no other way to write one. */
export class Buckets {
  readonly #kernel: Kernel;
  readonly #buckets = new Map<string, Bucket>();
  readonly #domains = new Map<string, Bucket>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Creates an `aws:s3/bucket:Bucket`. @throws Error that starts with the resource's name. */
  provisionBucket({ name, id, outputs }: RecordedResource): void {
    if (this.#buckets.has(id)) throw new Error(`${name}: there is a bucket ${id} already`);
    const bucket: Bucket = { arn: String(outputs["arn"]), objects: new Map() };
    this.#buckets.set(id, bucket);
    this.#domains.set(String(outputs["bucketDomainName"]), bucket);
    this.#domains.set(String(outputs["bucketRegionalDomainName"]), bucket);
  }

  /** Puts an `aws:s3/bucketPolicy:BucketPolicy` on its bucket. @throws Error that starts with the resource's name. */
  provisionPolicy(resource: RecordedResource): void {
    const { arn } = this.#bucketOf(resource);
    const policy = String(resource.inputs["policy"]);
    named(resource, () => this.#kernel.policies.putResourcePolicy(arn, policy, resource.source));
  }

  /** Stores an `aws:s3/bucketObjectv2:BucketObjectv2`. @throws Error that starts with the resource's name. */
  provisionObject(resource: RecordedResource): void {
    const { content, source, contentType, cacheControl } = resource.inputs as {
      content?: string;
      source?: RecordedArchive;
      contentType?: string;
      cacheControl?: string;
    };
    const text = source ? source.files[""] : content;
    if (text === undefined) throw new Error(`${resource.name}: an object needs content or source`);
    const body = Buffer.from(text);
    this.#bucketOf(resource).objects.set(resource.id, {
      body,
      contentType: contentType ?? DEFAULT_TYPE,
      cacheControl,
      etag: `"${createHash("md5").update(body).digest("hex")}"`,
    });
  }

  /** Reads an object by the domain name of its bucket, as an origin of CloudFront does. */
  read(domain: string, key: string, caller: Caller): ReadObject {
    const bucket = this.#domains.get(domain);
    if (!bucket) return { denied: `there is no bucket ${domain}` };
    const need = {
      action: "s3:GetObject",
      resource: `${bucket.arn}/${key}`,
      policyOf: bucket.arn,
    };
    const denial = this.#kernel.policies.authorise(caller, need, "s3");
    if (denial) return { denied: denial.explanation };
    const object = bucket.objects.get(key);
    return object ? { object } : { denied: `there is no object ${key} in ${bucket.arn}` };
  }

  #bucketOf({ name, inputs }: RecordedResource): Bucket {
    const bucket = this.#buckets.get(String(inputs["bucket"]));
    if (!bucket) throw new Error(`${name}: there is no bucket ${inputs["bucket"]}`);
    return bucket;
  }
}
