import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programWith } from "./support/program.ts";

const test = suite("opt-ins");

const CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/abc";
const PROFILE = "arn:aws:signer:eu-central-1:111122223333:/signing-profiles/shop/abc";

const bare = await programWith();
const program = await programWith({
  config: {
    "api:certificateArn": CERTIFICATE,
    "api:domainName": "api.shop.example",
    "api:httpAuthorizer": "jwt",
    "api:jwtAudience": "shop",
    "api:jwtIssuer": "https://login.shop.example",
    "api:restAuthorizer": "iam",
    "api:waf": "true",
    "encryption:customerManagedKey": "true",
    "functions:reservedConcurrency": "5",
    "functions:signingProfile": PROFILE,
    "functions:tracing": "active",
    "logs:invocationLines": "true",
    "tables:backupPlan": "true",
    "tables:deletionProtection": "true",
  },
});

const inputsOf = (type: string) =>
  Object.fromEntries(program.ofType(type).map(({ name, inputs }) => [name, inputs]));

test("a stack has nothing of them unless its settings ask", () => {
  const types = new Set(bare.all.map(({ type }) => type));
  const added = new Set(program.all.map(({ type }) => type).filter((type) => !types.has(type)));

  assert.equal([...added].sort(), [
    "aws:apigatewayv2/apiMapping:ApiMapping",
    "aws:apigatewayv2/authorizer:Authorizer",
    "aws:apigatewayv2/domainName:DomainName",
    "aws:backup/plan:Plan",
    "aws:backup/selection:Selection",
    "aws:backup/vault:Vault",
    "aws:lambda/codeSigningConfig:CodeSigningConfig",
    "aws:wafv2/webAcl:WebAcl",
    "aws:wafv2/webAclAssociation:WebAclAssociation",
  ]);
  assert.is(bare.outputs["domainTarget"], null);
});

test("a domain takes TLS 1.2 or newer, and serves each API below a path of its own", () => {
  assert.equal(inputsOf("aws:apigatewayv2/domainName:DomainName"), {
    "foundation-domain": {
      domainName: "api.shop.example",
      domainNameConfiguration: {
        certificateArn: CERTIFICATE,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
      },
    },
  });
  const mapping = (api: string, stage: string, path: string) => ({
    apiId: `${api}.id`,
    stage,
    domainName: "foundation-domain.id",
    apiMappingKey: path,
  });
  assert.equal(inputsOf("aws:apigatewayv2/apiMapping:ApiMapping"), {
    "customers-api-mapping": mapping("customers-api", "prod", "customers"),
    "orders-api-mapping": mapping("orders-api", "prod", "orders"),
    "orders-http-api-mapping": mapping("orders-http-api", "prod", "orders-http"),
    "ingest-api-mapping": mapping("ingest-api", "prod", "ingest"),
  });
});

test("every route of the HTTP API asks for a JWT, but for the one of preflights", () => {
  assert.equal(inputsOf("aws:apigatewayv2/authorizer:Authorizer"), {
    "orders-http-api-jwt": {
      name: "jwt",
      apiId: "orders-http-api.id",
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: "https://login.shop.example", audiences: ["shop"] },
    },
  });
  const routes = program.ofType("aws:apigatewayv2/route:Route").map(({ inputs }) => inputs);
  assert.ok(routes.length >= 4);
  for (const { routeKey, authorizationType, authorizerId } of routes) {
    assert.equal(
      [authorizationType, authorizerId],
      routeKey === "OPTIONS /{proxy+}" ? [undefined, undefined] : ["JWT", "orders-http-api-jwt.id"],
      String(routeKey),
    );
  }
});

test("a preflight goes to the fallback of an open API and of a closed one, which may be invoked for it", () => {
  for (const { all } of [bare, program]) {
    const [integration, permission, route] = ["Integration", "Permission", "Route"].map((kind) =>
      all.find(({ name, type }) => name === "orders-http-api-preflight" && type.endsWith(kind)),
    );
    assert.is(integration?.inputs["integrationUri"], "orders-no-such-route.arn");
    assert.is(permission?.inputs["sourceArn"], "orders-http-api.executionArn/prod/OPTIONS/*");
    assert.is(route?.inputs["target"], "integrations/orders-http-api-preflight.id");
  }
});

test("operations of the REST APIs ask for a signature beside the key, and preflights for neither", () => {
  for (const { name, inputs } of program.ofType("aws:apigateway/restApi:RestApi")) {
    const { components, paths } = JSON.parse(String(inputs["body"]));
    assert.is(components.securitySchemes.iam["x-amazon-apigateway-authtype"], "awsSigv4");
    for (const [path, methods] of Object.entries<Record<string, { security?: object[] }>>(paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const names = security?.map((requirement) => Object.keys(requirement));
        const keyed = name === "ingest-api" ? [["iam"]] : [["apiKey", "iam"]];
        assert.equal(names, method === "options" ? undefined : keyed, `${name} ${method} ${path}`);
      }
    }
  }
});

test("AWS WAF stands in front of every REST API, with AWS's rules and a limit per address", () => {
  const { rules, ...acl } = inputsOf("aws:wafv2/webAcl:WebAcl")["foundation-web-acl"] ?? {};
  const visibility = (metricName: string) => ({
    cloudwatchMetricsEnabled: true,
    sampledRequestsEnabled: true,
    metricName,
  });

  assert.equal(acl, {
    description: "Filters requests to the REST APIs",
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    visibilityConfig: visibility("WebAcl"),
  });
  assert.equal(
    (rules as { name: string; priority: number; action?: object }[]).map(
      ({ name, priority, action }) => [name, priority, action],
    ),
    [
      ["AWSManagedRulesCommonRuleSet", 0, undefined],
      ["AWSManagedRulesKnownBadInputsRuleSet", 1, undefined],
      ["RequestsPerAddress", 2, { block: {} }],
    ],
  );
  const associations = inputsOf("aws:wafv2/webAclAssociation:WebAclAssociation");
  const stages = program.ofType("aws:apigateway/stage:Stage").map(({ name }) => `${name}.arn`);
  assert.equal(
    Object.values(associations)
      .map(({ resourceArn }) => resourceArn)
      .sort(),
    stages.sort(),
  );
  for (const { webAclArn } of Object.values(associations)) {
    assert.is(webAclArn, "foundation-web-acl.arn");
  }
});

test("tables are backed up every day into a vault with the stack's key, which is protected as they are", () => {
  assert.equal(inputsOf("aws:backup/vault:Vault"), {
    "foundation-vault": { kmsKeyArn: "foundation-key.arn" },
  });
  assert.is(program.get("foundation-vault").protect, true);
  assert.equal(inputsOf("aws:backup/plan:Plan"), {
    "foundation-backup-plan": {
      rules: [
        {
          ruleName: "daily",
          targetVaultName: "foundation-vault.name",
          schedule: "cron(0 3 * * ? *)",
          lifecycle: { deleteAfter: 35 },
        },
      ],
    },
  });
  const selected = Object.values(inputsOf("aws:backup/selection:Selection"));
  const tables = program.ofType("aws:dynamodb/table:Table").map(({ name }) => `${name}.arn`);
  assert.equal(selected.flatMap(({ resources }) => resources as string[]).sort(), tables.sort());
  for (const { planId, iamRoleArn } of selected) {
    assert.equal([planId, iamRoleArn], ["foundation-backup-plan.id", "foundation-backup-role.arn"]);
  }
  const { Statement } = JSON.parse(
    String(program.get("foundation-backup-policy").inputs["policy"]),
  );
  assert.equal(
    Statement.map(({ Resource }: { Resource: string[] }) => Resource),
    [
      ["arn:aws:dynamodb:eu-central-1:111122223333:table/*"],
      ["arn:aws:dynamodb:eu-central-1:111122223333:table/*/backup/*"],
    ],
  );
});

test("functions report code that the profile did not sign, and keep their concurrency", () => {
  assert.equal(inputsOf("aws:lambda/codeSigningConfig:CodeSigningConfig"), {
    "foundation-code-signing": {
      description: "Publishers of the functions' code",
      allowedPublishers: { signingProfileVersionArns: [PROFILE] },
      policies: { untrustedArtifactOnDeployment: "Warn" },
    },
  });
  for (const { name, inputs } of program.ofType("aws:lambda/function:Function")) {
    assert.equal(
      [inputs["codeSigningConfigArn"], inputs["reservedConcurrentExecutions"]],
      ["foundation-code-signing.arn", 5],
      name,
    );
  }
});

test("functions begin traces of their own, and Lambda logs every invocation", () => {
  const functions = Object.values(inputsOf("aws:lambda/function:Function"));
  assert.ok(functions.length > 20);
  for (const { tracingConfig, loggingConfig } of functions) {
    assert.equal(tracingConfig, { mode: "Active" });
    assert.is((loggingConfig as { systemLogLevel?: string }).systemLogLevel, undefined);
  }
  for (const { inputs } of bare.ofType("aws:lambda/function:Function")) {
    assert.equal(inputs["tracingConfig"], { mode: "PassThrough" });
    assert.is((inputs["loggingConfig"] as { systemLogLevel?: string }).systemLogLevel, "WARN");
  }
});

test.run();
