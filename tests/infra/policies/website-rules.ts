import {
  allowsNobody,
  deniesPlainHttp,
  type Inputs,
  of,
  open,
  type Rule,
  without,
} from "./rule.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
// Only dev's settings switch the storefront on.
const only = ["dev"] as const;

const behavior = (change: Inputs) => (inputs: Inputs) => ({
  ...inputs,
  defaultCacheBehavior: { ...of(inputs["defaultCacheBehavior"]), ...change },
});
const firstRule = ({ inputs }: { inputs: Inputs }) => of((inputs["rules"] as Inputs[])[0]);

/** Rules about websites: buckets, and the distributions in front of them. */
export const websiteRules: Rule[] = [
  {
    ids: ["CKV_AWS_53", "CKV2_AWS_6", "AWS-0086", "AWS-0087", "AwsSolutions-S2", "S3.8"],
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    only,
    asks: "buckets cannot be made public",
    met: ({ inputs }) =>
      ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].every(
        (key) => inputs[key] === true,
      ),
    broken: without("restrictPublicBuckets"),
  },
  {
    ids: ["CKV_AWS_379", "AwsSolutions-S10", "S3.5"],
    type: BUCKET_POLICY,
    only,
    asks: "buckets refuse requests without TLS",
    met: deniesPlainHttp("policy"),
    broken: open("policy"),
  },
  {
    ids: ["CKV_AWS_70", "F15", "F16"],
    type: BUCKET_POLICY,
    only,
    asks: "buckets have a policy that allows no everybody",
    met: allowsNobody("policy"),
    broken: open("policy"),
  },
  {
    ids: ["CKV2_AWS_65", "S3.12"],
    type: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    only,
    asks: "buckets have no access control lists",
    met: ({ inputs }) => of(inputs["rule"])["objectOwnership"] === "BucketOwnerEnforced",
    broken: without("rule"),
  },
  {
    ids: ["CKV_AWS_19", "AWS-0088", "S3.4"],
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    only,
    asks: "buckets are encrypted",
    met: (resource) => Boolean(firstRule(resource)["applyServerSideEncryptionByDefault"]),
    broken: (inputs) => ({ ...inputs, rules: [{}] }),
  },
  {
    ids: ["CKV_AWS_21", "AWS-0090", "S3.14"],
    type: "aws:s3/bucketVersioning:BucketVersioning",
    only,
    asks: "buckets keep older versions",
    met: ({ inputs }) => of(inputs["versioningConfiguration"])["status"] === "Enabled",
    broken: without("versioningConfiguration"),
  },
  {
    ids: ["CKV2_AWS_61", "CKV_AWS_300", "S3.13"],
    type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    only,
    asks: "older versions and unfinished uploads go by themselves",
    met: (resource) => {
      const rule = firstRule(resource);
      return Boolean(rule["noncurrentVersionExpiration"] && rule["abortIncompleteMultipartUpload"]);
    },
    broken: (inputs) => ({ ...inputs, rules: [{}] }),
  },
  {
    ids: ["CKV_AWS_34", "AWS-0012", "CloudFront.3"],
    type: DISTRIBUTION,
    only,
    asks: "websites are served over TLS alone",
    met: ({ inputs }) =>
      of(inputs["defaultCacheBehavior"])["viewerProtocolPolicy"] === "redirect-to-https",
    broken: behavior({ viewerProtocolPolicy: "allow-all" }),
  },
  {
    ids: ["CKV_AWS_305", "CloudFront.1"],
    type: DISTRIBUTION,
    only,
    asks: "websites have a page at their root",
    met: ({ inputs }) => Boolean(inputs["defaultRootObject"]),
    broken: without("defaultRootObject"),
  },
  {
    ids: ["AwsSolutions-CFR7", "CloudFront.13"],
    type: DISTRIBUTION,
    only,
    asks: "CloudFront signs its requests to buckets",
    met: ({ inputs }) =>
      (inputs["origins"] as Inputs[]).every((origin) => Boolean(origin["originAccessControlId"])),
    broken: (inputs) => ({ ...inputs, origins: [{}] }),
  },
  {
    ids: ["CKV2_AWS_32"],
    type: DISTRIBUTION,
    only,
    asks: "websites have security headers",
    met: ({ inputs }) => Boolean(of(inputs["defaultCacheBehavior"])["responseHeadersPolicyId"]),
    broken: behavior({ responseHeadersPolicyId: undefined }),
  },
  {
    ids: ["CKV_AWS_259"],
    type: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    only,
    asks: "browsers are told to use TLS for a year",
    met: ({ inputs }) => {
      const hsts = of(of(inputs["securityHeadersConfig"])["strictTransportSecurity"]);
      return Number(hsts["accessControlMaxAgeSec"]) >= 31_536_000;
    },
    broken: without("securityHeadersConfig"),
  },
];
