/** A file of the AWS SDK that gives way to one of `src/sdk/`. */
export interface Substitution {
  package: string;
  /** Path inside the package. */
  file: string;
  /** File in `src/sdk/` with the same exports, as far as they are used. */
  by: string;
}

/**
 * What a Lambda function does not need of the SDK. Each file that takes a place says when it must not be used, and
 * refuses then; everything that carries a request (serialisation, signing, retries, errors, HTTP) stays the SDK's own.
 */
export const substitutions: readonly Substitution[] = [
  {
    package: "@aws-sdk/credential-provider-node",
    file: "dist-es/index.js",
    by: "environment-credentials.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/config/node-config-provider/configLoader.js",
    by: "environment-config.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/config/config-resolver/regionConfig/getInstanceMetadataRegion.js",
    by: "no-instance-region.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/event-streams/index.js",
    by: "no-event-streams.ts",
  },
  {
    package: "@smithy/signature-v4",
    file: "dist-es/HeaderFormatter.js",
    by: "no-event-headers.ts",
  },
  {
    package: "@aws-sdk/core",
    file: "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js",
    by: "no-partitions.ts",
  },
  {
    package: "@aws-sdk/core",
    file: "dist-es/submodules/client/util-user-agent-node/defaultUserAgent.js",
    by: "user-agent.ts",
  },
  {
    package: "@aws-sdk/core",
    file: "dist-es/submodules/client/middleware-user-agent/user-agent-middleware.js",
    by: "user-agent-middleware.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/retry/util-retry/AdaptiveRetryStrategy.js",
    by: "no-adaptive-retry.ts",
  },
  {
    package: "@aws-sdk/endpoint-cache",
    file: "dist-es/EndpointCache.js",
    by: "no-endpoint-cache.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/checksum/sha256/Sha256Js.js",
    by: "no-script-sha256.ts",
  },
  {
    package: "@aws-sdk/core",
    file: "dist-es/submodules/client/middleware-recursion-detection/recursionDetectionMiddleware.js",
    by: "trace-header.ts",
  },
  {
    package: "@aws-sdk/core",
    file: "dist-es/submodules/client/middleware-logger/loggerMiddleware.js",
    by: "no-request-log.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/serde/uuid/v4.js",
    by: "native-uuid.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/serde/util-stream/stream-type-check.js",
    by: "no-web-streams.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/serde/util-stream/stream-collector.js",
    by: "response-body.ts",
  },
  {
    package: "@smithy/core",
    file: "dist-es/submodules/serde/util-body-length/calculateBodyLength.js",
    by: "body-length.ts",
  },
];

/** Host name that comes before the region, for each client that a handler may use. */
export const serviceHosts: Readonly<Record<string, string>> = {
  "@aws-sdk/client-dynamodb": "dynamodb",
  "@aws-sdk/client-eventbridge": "events",
  "@aws-sdk/client-sfn": "states",
  "@aws-sdk/client-sns": "sns",
  "@aws-sdk/client-sqs": "sqs",
};

/** In each client: the rules of endpoints, the error classes, and the package file, read for the version alone. */
export const clientFiles = {
  endpoints: "dist-es/endpoint/endpointResolver.js",
  errors: "dist-es/models/errors.js",
  packageFile: "package.json",
} as const;
