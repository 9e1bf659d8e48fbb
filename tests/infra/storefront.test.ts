import { statSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { buildPages } from "../../infra/storefront/pages.ts";
import { programWith } from "./support/program.ts";

const test = suite("Storefront");

const enabled = { "storefront:enabled": "true" };
const program = await programWith({ config: enabled });
const { get, all } = program.within("storefront");
const json = (value: unknown) => JSON.parse(String(value));

test("is the parent of everything that it creates, and its address is an output", () => {
  const component = program.ofType("commerce:infra:Storefront");
  assert.equal(
    component.map(({ name }) => name),
    ["storefront"],
  );
  const children = program.all.filter(({ name }) => name.startsWith("storefront-"));
  assert.ok(children.length > 10);
  assert.equal(
    children.filter(({ parent }) => parent !== "storefront"),
    [],
  );
  assert.is(program.outputs["storefrontUrl"], "https://storefront.domainName");
});

test("is there only where the settings ask for it", async () => {
  const without = await programWith();
  assert.equal(
    without.all.filter(({ name }) => name.startsWith("storefront")),
    [],
  );
  assert.is(without.outputs["storefrontUrl"], null);
});

test("has a bucket that only its distribution reads, and nobody without TLS", () => {
  const { policy } = get("storefront-bucket-policy").inputs;
  assert.equal(json(policy).Statement, [
    {
      Effect: "Allow",
      Principal: { Service: "cloudfront.amazonaws.com" },
      Action: "s3:GetObject",
      Resource: "storefront-bucket.arn/*",
      Condition: { StringEquals: { "aws:SourceArn": "storefront.arn" } },
    },
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: ["storefront-bucket.arn", "storefront-bucket.arn/*"],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ]);
  assert.equal(get("storefront-bucket-access").inputs, {
    bucket: "storefront-bucket.id",
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
});

test("is compressed, and goes over TLS alone; missing pages are 404", () => {
  const { inputs } = get("storefront");
  const behavior = inputs["defaultCacheBehavior"] as Record<string, unknown>;
  const { viewerProtocolPolicy, allowedMethods, compress } = behavior;
  assert.equal(
    { viewerProtocolPolicy, allowedMethods, compress },
    { viewerProtocolPolicy: "redirect-to-https", allowedMethods: ["GET", "HEAD"], compress: true },
  );
  assert.is(inputs["defaultRootObject"], "index.html");
  assert.equal(inputs["viewerCertificate"], { cloudfrontDefaultCertificate: true });
  assert.equal(inputs["customErrorResponses"], [
    {
      errorCode: 403,
      responseCode: 404,
      responsePagePath: "/not-found.html",
      errorCachingMinTtl: 10,
    },
  ]);
});

test("asks for TLS 1.2 under a domain of its own", async () => {
  const certificate = "arn:aws:acm:us-east-1:111122223333:certificate/abc";
  const config = {
    ...enabled,
    "storefront:domainName": "shop.example",
    "storefront:certificateArn": certificate,
  };
  const own = await programWith({ config });
  const [distribution] = own.ofType("aws:cloudfront/distribution:Distribution");
  assert.equal(distribution?.inputs["aliases"], ["shop.example"]);
  assert.equal(distribution?.inputs["viewerCertificate"], {
    acmCertificateArn: certificate,
    sslSupportMethod: "sni-only",
    minimumProtocolVersion: "TLSv1.2_2021",
  });
  assert.is(own.outputs["storefrontUrl"], "https://shop.example");
});

test("a visitor never has a page whose files are not there: files come first, and stay", () => {
  const files = all.filter(({ name }) => /^storefront-main-[0-9a-f]{16}\.(js|css)$/.test(name));
  assert.is(files.length, 2);
  for (const { inputs, retainedOnDelete } of files) {
    assert.is(inputs["cacheControl"], "public, max-age=31536000, immutable");
    assert.is(retainedOnDelete, true);
  }
  const entry = get("storefront-index.html");
  assert.is(entry.inputs["cacheControl"], "no-cache");
  for (const name of [...files.map((file) => file.name), "storefront-config.json"]) {
    assert.ok(entry.dependencies.includes(name), name);
  }
});

test("a file that is already built is not written again, so that nothing that read it seems changed", async () => {
  const times = async () =>
    (await buildPages()).files.map(({ path }) => statSync(path, { bigint: true }).mtimeNs);
  assert.equal(await times(), await times());
});

test("its pages may call the HTTP API, where not every page may", async () => {
  const config = { ...enabled, "api:corsOrigins": "https://partner.example" };
  const { get: read } = await programWith({ config });
  const { allowOrigins } = read("orders-http-api").inputs["corsConfiguration"] as {
    allowOrigins: string[];
  };
  assert.equal(allowOrigins, ["https://partner.example", "https://storefront.domainName"]);
});

test.run();
