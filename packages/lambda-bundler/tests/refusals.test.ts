import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createBundler } from "../src/bundler.ts";
import { EventStreamSerde } from "../src/sdk/no-event-streams.ts";
import { regionalEndpoint } from "../src/sdk/regional-endpoint.ts";
import { serviceHosts } from "../src/substitutions.ts";
import type { Case } from "./fixtures/sdk-refusals.ts";
import { runBundle } from "./support/bundle-run.ts";

const test = suite("bundle refusals");

const ROOT = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "refusals-"));

test.after(() => rmSync(folder, { recursive: true }));

async function refusals(cases: Record<string, Case>): Promise<unknown> {
  const file = join(folder, "index.mjs");
  writeFileSync(
    file,
    (await createBundler({ root: ROOT }).bundle("tests/fixtures/sdk-refusals.ts")).code,
  );
  const environment = {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "key",
    AWS_SECRET_ACCESS_KEY: "secret",
  };
  const { result } = await runBundle(file, cases, environment);
  return result;
}

test("what was left out is refused by name when it is asked for", async () => {
  const found = await refusals({
    fips: { environment: { AWS_USE_FIPS_ENDPOINT: "true" } },
    fipsRegion: { environment: { AWS_REGION: "fips-us-east-1" } },
    dualStack: { environment: { AWS_USE_DUALSTACK_ENDPOINT: "true" } },
    account: { environment: { AWS_ACCOUNT_ID_ENDPOINT_MODE: "required" } },
    government: { environment: { AWS_REGION: "us-gov-west-1" } },
    adaptive: { environment: { AWS_RETRY_MODE: "adaptive" } },
    logger: { logs: true },
    userAgent: { config: { customUserAgent: "shop/1" } },
    container: {
      environment: {
        AWS_ACCESS_KEY_ID: "",
        AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:9/",
      },
    },
  });

  const by = "not supported by this bundle";
  assert.equal(found, {
    fips: `EndpointError: dynamodb: FIPS endpoints: ${by}; unset AWS_USE_FIPS_ENDPOINT`,
    fipsRegion: `EndpointError: dynamodb: FIPS endpoints: ${by}; unset AWS_USE_FIPS_ENDPOINT`,
    dualStack: `EndpointError: dynamodb: dual-stack endpoints: ${by}; unset AWS_USE_DUALSTACK_ENDPOINT`,
    account: `EndpointError: dynamodb: endpoints of an account: ${by}; unset AWS_ACCOUNT_ID_ENDPOINT_MODE`,
    government: `EndpointError: dynamodb: region "us-gov-west-1": ${by}; use a region of AWS's commercial or China partition`,
    adaptive:
      "Error: adaptive retries are left out of this bundle; unset AWS_RETRY_MODE, or set it to standard",
    logger: "Error: the log of requests is left out of this bundle; give the client no logger",
    userAgent: "Error: customUserAgent is left out of this bundle; set AWS_SDK_UA_APP_ID",
    container:
      "CredentialsProviderError: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set, and this bundle takes credentials from nowhere else; set them, as Lambda does",
  });
});

test("streams of events, vector search and global endpoints are refused", () => {
  const endpoint = regionalEndpoint("events");

  assert.throws(() => new EventStreamSerde().serializeEventStream(), /event streams are left out/);
  assert.throws(() => endpoint({ Region: "eu-west-1", IsSearchOperation: true }), /vector search/);
  assert.throws(() => endpoint({ Region: "eu-west-1", EndpointId: "a.b" }), /global endpoints/);
});

test("each service is where the SDK's own rules say, in commercial and Chinese regions", () => {
  const region = "eu-central-1";
  const clients = {
    "@aws-sdk/client-dynamodb": new DynamoDBClient({ region }),
    "@aws-sdk/client-eventbridge": new EventBridgeClient({ region }),
    "@aws-sdk/client-sfn": new SFNClient({ region }),
    "@aws-sdk/client-sns": new SNSClient({ region }),
    "@aws-sdk/client-sqs": new SQSClient({ region }),
  };
  const regions = [
    "us-east-1",
    "eu-central-1",
    "ap-southeast-7",
    "il-central-1",
    "mx-central-1",
    "cn-north-1",
    "cn-northwest-1",
  ];

  assert.equal(Object.keys(serviceHosts).sort(), Object.keys(clients).sort());
  for (const [name, { config }] of Object.entries(clients)) {
    for (const Region of regions) {
      const parameters = { Region, UseFIPS: false, UseDualStack: false };
      const { url, properties, headers } = config.endpointProvider(parameters, {});
      const found = regionalEndpoint(serviceHosts[name] ?? "")(parameters);
      assert.is(found.url.href, url.href, name);
      assert.equal([found.properties, found.headers], [properties, headers], name);
    }
  }
});

test("regions of other partitions, and what is no region, have no endpoint", () => {
  const others = ["us-gov-east-1", "us-iso-east-1", "eu-isoe-west-1", "eusc-de-east-1"];
  for (const Region of [...others, "aws-global", "local", "", undefined]) {
    assert.throws(() => regionalEndpoint("sqs")({ Region }), /^sqs: region ".*": not supported/);
  }
});

test.run();
