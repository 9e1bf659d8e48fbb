import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Component } from "./component.ts";

/** The settings of one website. */
export interface WebsiteArgs {
  /** Object that is served at `/`. */
  entry: string;
  /** Object that is served, with status 404, where there is none. */
  notFound: string;
  /** Domain of the site's own, with its certificate in us-east-1; without it, CloudFront gives the site a domain. */
  domain?: { name: string; certificateArn: string } | undefined;
}

/** A website, and the bucket that its objects belong in. */
export interface Website {
  bucket: aws.s3.Bucket;
  /** Its origin, e.g. `https://d111111abcdef8.cloudfront.net`. */
  url: pulumi.Output<string>;
}

// AWS's own policy, the same in every account: a day at the edge, or what Cache-Control says.
const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const YEAR_SECONDS = 31_536_000;

/** Pages in a private bucket, which CloudFront alone reads, and serves over TLS with security headers. */
export function website(name: string, args: WebsiteArgs, parent: Component): Website {
  const options = { parent };
  const bucket = privateBucket(name, parent);
  const control = new aws.cloudfront.OriginAccessControl(
    `${name}-access`,
    {
      name: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
      description: `Reads the bucket of ${name}`,
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    },
    options,
  );
  const { entry, notFound, domain } = args;
  const distribution = new aws.cloudfront.Distribution(
    name,
    {
      comment: `${pulumi.getProject()} ${pulumi.getStack()} ${name}`,
      enabled: true,
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass: "PriceClass_100",
      defaultRootObject: entry,
      aliases: domain ? [domain.name] : [],
      origins: [
        {
          originId: "bucket",
          domainName: bucket.bucketRegionalDomainName,
          originAccessControlId: control.id,
        },
      ],
      defaultCacheBehavior: {
        targetOriginId: "bucket",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        cachePolicyId: CACHING_OPTIMIZED,
        responseHeadersPolicyId: securityHeaders(name, parent).id,
      },
      // Without the right to list a bucket, a missing object is a 403.
      customErrorResponses: [
        {
          errorCode: 403,
          responseCode: 404,
          responsePagePath: `/${notFound}`,
          errorCachingMinTtl: 10,
        },
      ],
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: domain
        ? {
            acmCertificateArn: domain.certificateArn,
            sslSupportMethod: "sni-only",
            minimumProtocolVersion: "TLSv1.2_2021",
          }
        : // AWS decides on the TLS versions of its own certificate.
          { cloudfrontDefaultCertificate: true },
    },
    options,
  );
  letIn(name, bucket, distribution, parent);
  return { bucket, url: pulumi.interpolate`https://${domain?.name ?? distribution.domainName}` };
}

/** A bucket that can be read only as its policy allows. What is in it can be uploaded again. */
function privateBucket(name: string, parent: Component): aws.s3.Bucket {
  const options = { parent };
  const bucket = new aws.s3.Bucket(`${name}-bucket`, { forceDestroy: true }, options);
  new aws.s3.BucketPublicAccessBlock(
    `${name}-bucket-access`,
    {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    options,
  );
  new aws.s3.BucketOwnershipControls(
    `${name}-bucket-ownership`,
    { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
    options,
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    `${name}-bucket-encryption`,
    {
      bucket: bucket.id,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    },
    options,
  );
  const versioning = new aws.s3.BucketVersioning(
    `${name}-bucket-versioning`,
    { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
    options,
  );
  new aws.s3.BucketLifecycleConfiguration(
    `${name}-bucket-lifecycle`,
    {
      bucket: bucket.id,
      rules: [
        {
          id: "older-versions",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    },
    { ...options, dependsOn: versioning },
  );
  return bucket;
}

/** Headers of every page. Each page itself says where its scripts may connect to. */
function securityHeaders(name: string, parent: Component): aws.cloudfront.ResponseHeadersPolicy {
  return new aws.cloudfront.ResponseHeadersPolicy(
    `${name}-headers`,
    {
      name: `${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
      securityHeadersConfig: {
        contentSecurityPolicy: {
          contentSecurityPolicy:
            "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: "DENY", override: true },
        referrerPolicy: { referrerPolicy: "same-origin", override: true },
        strictTransportSecurity: {
          accessControlMaxAgeSec: YEAR_SECONDS,
          includeSubdomains: true,
          override: true,
        },
      },
    },
    { parent },
  );
}

/** The bucket's policy: this distribution may read it, and only over TLS. */
function letIn(
  name: string,
  bucket: aws.s3.Bucket,
  distribution: aws.cloudfront.Distribution,
  parent: Component,
): void {
  const objects = pulumi.interpolate`${bucket.arn}/*`;
  const policy = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: objects,
        Condition: { StringEquals: { "aws:SourceArn": distribution.arn } },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.arn, objects],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
  new aws.s3.BucketPolicy(
    `${name}-bucket-policy`,
    { bucket: bucket.id, policy: pulumi.jsonStringify(policy) },
    { parent },
  );
}
