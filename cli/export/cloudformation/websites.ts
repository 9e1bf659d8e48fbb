import {
  type CloudFormationPart,
  type CloudFormationType,
  capitalized,
  list,
  object,
} from "./type.ts";

const bucket = { owner: "s3/bucket:Bucket", by: "bucket" };

/** S3 and CloudFront. */
export const websites: Readonly<Record<string, CloudFormationType>> = {
  "s3/bucket:Bucket": {
    type: "AWS::S3::Bucket",
    ref: ["id", "bucket"],
    attributes: { arn: "Arn", bucketRegionalDomainName: "RegionalDomainName" },
    omitted: ["forceDestroy"],
  },
  "s3/bucketPolicy:BucketPolicy": {
    type: "AWS::S3::BucketPolicy",
    names: { policy: "PolicyDocument" },
    documents: ["policy"],
  },
  "cloudfront/originAccessControl:OriginAccessControl": {
    type: "AWS::CloudFront::OriginAccessControl",
    omitted: [
      "description",
      "name",
      "originAccessControlOriginType",
      "signingBehavior",
      "signingProtocol",
    ],
    arranged: (inputs) => ({ OriginAccessControlConfig: capitalized(inputs) }),
  },
  "cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    type: "AWS::CloudFront::ResponseHeadersPolicy",
    omitted: ["name", "securityHeadersConfig"],
    arranged: (inputs) => ({ ResponseHeadersPolicyConfig: capitalized(inputs) }),
  },
  "cloudfront/distribution:Distribution": {
    type: "AWS::CloudFront::Distribution",
    attributes: { domainName: "DomainName" },
    texts: { arn: "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${@}" },
    omitted: [
      "aliases",
      "comment",
      "customErrorResponses",
      "defaultCacheBehavior",
      "defaultRootObject",
      "enabled",
      "httpVersion",
      "isIpv6Enabled",
      "origins",
      "priceClass",
      "restrictions",
      "viewerCertificate",
    ],
    arranged: ({ customErrorResponses, isIpv6Enabled, origins, viewerCertificate, ...inputs }) => {
      const { cloudfrontDefaultCertificate, ...certificate } = object(viewerCertificate);
      return {
        DistributionConfig: {
          ...object(capitalized(inputs)),
          IPV6Enabled: isIpv6Enabled,
          CustomErrorResponses: list(customErrorResponses).map(
            ({ errorCachingMinTtl: ErrorCachingMinTTL, ...response }) => ({
              ...object(capitalized(response)),
              ErrorCachingMinTTL,
            }),
          ),
          Origins: list(origins).map(({ originId: Id, ...origin }) => ({
            ...object(capitalized(origin)),
            Id,
            S3OriginConfig: {},
          })),
          ViewerCertificate: {
            ...object(capitalized(certificate)),
            ...(cloudfrontDefaultCertificate !== undefined && {
              CloudFrontDefaultCertificate: cloudfrontDefaultCertificate,
            }),
          },
        },
      };
    },
  },
};

/** What is a resource of its own in Pulumi, and a property in CloudFormation. */
export const websiteParts: Readonly<Record<string, CloudFormationPart>> = {
  "s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    ...bucket,
    added: ({ inputs: { bucket: _, ...inputs } }) => ({
      PublicAccessBlockConfiguration: capitalized(inputs),
    }),
  },
  "s3/bucketOwnershipControls:BucketOwnershipControls": {
    ...bucket,
    added: ({ inputs }) => ({ OwnershipControls: { Rules: [capitalized(inputs["rule"])] } }),
  },
  "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    ...bucket,
    added: ({ inputs }) => ({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: list(inputs["rules"]).map((rule) => ({
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: object(rule["applyServerSideEncryptionByDefault"])["sseAlgorithm"],
          },
        })),
      },
    }),
  },
  "s3/bucketVersioning:BucketVersioning": {
    ...bucket,
    added: ({ inputs }) => ({
      VersioningConfiguration: capitalized(inputs["versioningConfiguration"]),
    }),
  },
  "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    ...bucket,
    added: ({ inputs }) => ({
      LifecycleConfiguration: {
        Rules: list(inputs["rules"]).map(({ filter, ...rule }) => ({
          ...object(capitalized(rule)),
          Prefix: object(filter)["prefix"],
        })),
      },
    }),
  },
};

/** What CloudFormation has no type for. */
export const unknownTypes = new Set(["s3/bucketObjectv2:BucketObjectv2"]);
