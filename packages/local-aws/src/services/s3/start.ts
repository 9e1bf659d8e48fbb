import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { Buckets } from "./buckets.ts";

/** Keeps the objects that the program declares. */
export function start({ kernel }: ServiceContext): RunningService<Buckets> {
  const buckets = new Buckets(kernel);
  return {
    api: buckets,
    provision: {
      "aws:s3/bucket:Bucket": (it) => buckets.provisionBucket(it),
      "aws:s3/bucketPolicy:BucketPolicy": (it) => buckets.provisionPolicy(it),
      "aws:s3/bucketObjectv2:BucketObjectv2": (it) => buckets.provisionObject(it),
    },
  };
}
