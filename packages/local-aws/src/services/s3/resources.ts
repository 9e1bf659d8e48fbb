import { type ResourceType, TAGS } from "../../program/resource-type.ts";

const REGION = { region: "everything runs in the stack's one region" };
const NO_STRANGERS = "only the stack's own services read a bucket here";

/** Inputs of bucket settings that say how AWS stores objects, with what does not happen here. */
const SETTINGS: [type: string, ignored: Record<string, string>][] = [
  [
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    {
      blockPublicAcls: NO_STRANGERS,
      blockPublicPolicy: NO_STRANGERS,
      ignorePublicAcls: NO_STRANGERS,
      restrictPublicBuckets: NO_STRANGERS,
      skipDestroy: "nothing is destroyed",
    },
  ],
  ["aws:s3/bucketOwnershipControls:BucketOwnershipControls", { rule: NO_STRANGERS }],
  [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    { rules: "objects are not encrypted", expectedBucketOwner: "there is one account" },
  ],
  [
    "aws:s3/bucketVersioning:BucketVersioning",
    {
      versioningConfiguration: "older versions are not kept",
      expectedBucketOwner: "there is one account",
      mfa: "older versions are not kept",
    },
  ],
  [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    {
      rules: "objects live as long as the program declares them",
      expectedBucketOwner: "there is one account",
      transitionDefaultMinimumObjectSize: "there is one storage class",
    },
  ],
];

/** S3's Pulumi types. */
export const s3ResourceTypes: ResourceType[] = [
  {
    type: "aws:s3/bucket:Bucket",
    honours: ["bucket"],
    ignores: { ...TAGS, ...REGION, forceDestroy: "nothing is destroyed" },
    compute({ inputs, generatedName }, { region }) {
      const bucket = String(inputs["bucket"] ?? generatedName).toLowerCase();
      return {
        id: bucket,
        outputs: {
          bucket,
          arn: `arn:aws:s3:::${bucket}`,
          bucketRegion: region,
          bucketDomainName: `${bucket}.s3.amazonaws.com`,
          bucketRegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
        },
      };
    },
  },
  {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    honours: ["bucket", "policy"],
    ignores: REGION,
    compute: ({ inputs }) => ({ id: String(inputs["bucket"]), outputs: {} }),
  },
  {
    type: "aws:s3/bucketObjectv2:BucketObjectv2",
    honours: ["bucket", "key", "content", "source", "contentType", "cacheControl"],
    ignores: { ...TAGS, ...REGION, forceDestroy: "nothing is destroyed" },
    compute({ name, inputs }) {
      const key = String(inputs["key"] ?? name);
      return { id: key, outputs: { key } };
    },
  },
  ...SETTINGS.map(
    ([type, ignored]): ResourceType => ({
      type,
      honours: ["bucket"],
      ignores: { ...REGION, ...ignored },
      compute: ({ inputs }) => ({ id: String(inputs["bucket"]), outputs: {} }),
    }),
  ),
];
