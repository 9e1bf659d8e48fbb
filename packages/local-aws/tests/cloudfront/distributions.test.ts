import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { RecordedResource } from "../../src/program/recorded.ts";
import { compressed } from "../../src/services/cloudfront/compression.ts";
import { Distributions } from "../../src/services/cloudfront/distributions.ts";
import { cloudfrontResourceTypes } from "../../src/services/cloudfront/resources.ts";
import { headersOf } from "../../src/services/cloudfront/response-headers.ts";
import { Buckets } from "../../src/services/s3/buckets.ts";
import { testKernel } from "../support/test-kernel.ts";

const test = suite("CloudFront in front of S3");
const servers: Server[] = [];
test.after(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

const BUCKET_ARN = "arn:aws:s3:::pages";
const DOMAIN = "pages.s3.eu-central-1.amazonaws.com";
const ARN = "arn:aws:cloudfront::000000000000:distribution/site";
const resource = (
  id: string,
  inputs: Record<string, unknown>,
  outputs: Record<string, unknown> = {},
): RecordedResource => ({ urn: "", type: "", name: id, id, inputs, outputs });

const policyFor = (sourceArn: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: `${BUCKET_ARN}/*`,
        Condition: { StringEquals: { "aws:SourceArn": sourceArn } },
      },
    ],
  });

interface Options {
  /** Whom the bucket lets in. */
  reader?: string;
  signing?: string;
  distribution?: object;
  behavior?: object;
}

/** A website of two pages, as `get` finds it. */
async function website({ reader = ARN, signing = "always", distribution, behavior }: Options = {}) {
  const { kernel, hops } = testKernel();
  const buckets = new Buckets(kernel);
  const names = { bucketDomainName: "pages.s3.amazonaws.com", bucketRegionalDomainName: DOMAIN };
  buckets.provisionBucket(resource("pages", {}, { arn: BUCKET_ARN, ...names }));
  buckets.provisionPolicy(resource("policy", { bucket: "pages", policy: policyFor(reader) }));
  const object = (id: string, inputs: object) =>
    buckets.provisionObject(resource(id, { bucket: "pages", ...inputs }));
  object("index.html", { content: "<p>hello</p>", contentType: "text/html" });
  object("404.html", { content: "nothing", contentType: "text/html" });
  object("a b/ü.js", {
    source: { hash: "", files: { "": "x".repeat(2_000) } },
    contentType: "text/javascript",
    cacheControl: "max-age=60",
  });
  const distributions = new Distributions(kernel, buckets);
  distributions.provisionAccessControl(
    resource("OAC", { originAccessControlOriginType: "s3", signingBehavior: signing }),
  );
  distributions.provisionHeadersPolicy(
    resource("headers", { securityHeadersConfig: { contentTypeOptions: { override: true } } }),
  );
  distributions.provision(
    resource(
      "site",
      {
        enabled: true,
        defaultRootObject: "index.html",
        origins: [{ originId: "s3", domainName: DOMAIN, originAccessControlId: "OAC" }],
        defaultCacheBehavior: {
          targetOriginId: "s3",
          allowedMethods: ["GET", "HEAD"],
          compress: true,
          responseHeadersPolicyId: "headers",
          ...behavior,
        },
        customErrorResponses: [
          { errorCode: 403, responseCode: 404, responsePagePath: "/404.html" },
        ],
        ...distribution,
      },
      { arn: ARN },
    ),
  );
  const server = createServer((request, response) => distributions.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/site`;
  const get = (path: string, init?: RequestInit) =>
    fetch(`${base}${path}`, { redirect: "manual", ...init });
  return { get, distributions, hops };
}

test("serves the root object, objects by their keys, and the headers of its policy", async () => {
  const { get, distributions } = await website();
  assert.equal(distributions.addresses(), ["/site/"]);
  const root = await get("/?from=mail");
  assert.equal([root.status, await root.text()], [200, "<p>hello</p>"]);
  assert.is(root.headers.get("x-content-type-options"), "nosniff");
  const script = await get("/a%20b/%C3%BC.js");
  assert.equal([script.status, (await script.text()).length], [200, 2_000]);
  assert.is(script.headers.get("cache-control"), "max-age=60");
  const head = await get("/", { method: "HEAD" });
  assert.equal([head.status, head.headers.get("content-length")], [200, "12"]);
  const bare = await get("");
  assert.equal([bare.status, bare.headers.get("location")], [308, "/site/"]);
});

test("answers what the viewer has with 304", async () => {
  const { get } = await website();
  const etag = (await get("/")).headers.get("etag") ?? "";
  const again = await get("/", { headers: { "if-none-match": etag } });
  assert.equal([again.status, await again.text()], [304, ""]);
});

test("answers what is not there, or cannot be a path, with the page for errors", async () => {
  const { get } = await website();
  for (const path of ["/nothing", "/%zz", "/__proto__", "/constructor"]) {
    const { status, ...missing } = await get(path);
    assert.is(status, 404, path);
    assert.ok(missing);
  }
  assert.is(await (await get("/nothing")).text(), "nothing");
  const plain = await website({ distribution: { customErrorResponses: [] } });
  assert.is((await plain.get("/nothing")).status, 403);
});

test("takes only the methods that it allows", async () => {
  const { get } = await website();
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    assert.is((await get("/", { method, ...(method === "POST" && { body: "x" }) })).status, 403);
  }
});

test("reads nothing from a bucket that does not let this distribution in, and says so", async () => {
  const { get, hops } = await website({ reader: `${ARN}2` });
  assert.is((await get("/")).status, 404);
  assert.match(
    hops.at(-1)?.detail ?? "",
    "no resource-based policy allows the s3:GetObject action",
  );
});

test("reads nothing without an origin access control that signs, nor when it is disabled", async () => {
  assert.is((await (await website({ signing: "never" })).get("/")).status, 404);
  const off = await website({ distribution: { enabled: false } });
  assert.is((await off.get("/")).status, 403);
});

test("refuses a distribution whose origin or policy is not there", async () => {
  for (const [behavior, message] of [
    [{ targetOriginId: "x" }, "site: there is no origin x"],
    [{ responseHeadersPolicyId: "x" }, "site: there is no response headers policy x"],
  ] as const) {
    try {
      await website({ behavior });
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, message);
    }
  }
});

test("compresses text that is large enough, for viewers that accept it", async () => {
  const body = Buffer.from("word ".repeat(400));
  const object = { body, contentType: "text/css", cacheControl: undefined, etag: "" };
  const of = (accepted?: string, more: object = {}) => compressed({ ...object, ...more }, accepted);
  const br = await of("gzip, deflate, br");
  assert.equal([br.encoding, brotliDecompressSync(br.body)], ["br", body]);
  const gzip = await of("br;q=0, GZIP;q=0.5");
  assert.equal([gzip.encoding, gunzipSync(gzip.body)], ["gzip", body]);
  for (const same of [
    await of(),
    await of("identity"),
    await of("br", { contentType: "image/png" }),
    await of("br", { body: body.subarray(0, 999) }),
  ]) {
    assert.is(same.encoding, undefined);
  }
});

test("each part of a headers policy is a header", () => {
  const headers = headersOf({
    securityHeadersConfig: {
      contentSecurityPolicy: { contentSecurityPolicy: "default-src 'none'" },
      frameOptions: { frameOption: "DENY" },
      referrerPolicy: { referrerPolicy: "same-origin" },
      strictTransportSecurity: {
        accessControlMaxAgeSec: 60,
        includeSubdomains: true,
        preload: true,
      },
      xssProtection: { protection: true, modeBlock: true },
    },
    customHeadersConfig: { items: [{ header: "X-Shop", value: "1" }] },
  });
  assert.equal(headers, {
    "content-security-policy": "default-src 'none'",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=60; includeSubDomains; preload",
    "x-xss-protection": "1; mode=block",
    "x-shop": "1",
  });
  assert.equal(headersOf(undefined), {});
});

test("outputs name this machine in place of the addresses that AWS would give", () => {
  const type = cloudfrontResourceTypes.find((it) => it.type.endsWith(":Distribution"));
  const declared = { name: "site", inputs: { aliases: ["shop.example"] }, generatedName: "site-1" };
  const place = {
    account: "000000000000",
    region: "eu-central-1",
    awsEndpoint: "http://127.0.0.1:4566",
    apiEndpoint: "http://localhost:3000",
    secret: "s",
  };
  const { id, outputs, servedAt } = type?.compute(declared, place) ?? {};
  assert.is(id, "site");
  const domain = String(outputs?.["domainName"]);
  assert.match(domain, /^d[a-z0-9]{13}\.cloudfront\.net$/);
  assert.equal(servedAt, {
    [`https://${domain}`]: "http://localhost:3000/site",
    "https://shop.example": "http://localhost:3000/site",
  });
});

test.run();
