import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { actionsFor, OWN_ROLES } from "../../infra/delivery/deployer-policy.ts";
import { checkedRepository } from "../../infra/delivery/repository.ts";
import { programWith } from "./support/program.ts";
import { registrationsOf } from "./support/registrations.ts";

const test = suite("delivery");
const WORKFLOWS = join(import.meta.dirname, "..", "..", ".github", "workflows");

const program = await programWith({
  config: { "ingest:schedule": "rate(1 hour)", "monitoring:auditTrail": "true" },
});
const delivery = await registrationsOf(() => import("../../infra/delivery/index.ts"), {
  stack: "delivery",
  config: {
    "delivery:repository": "acme/shop",
    "delivery:stateBucket": "acme-pulumi",
    "delivery:secretsKey": "arn:aws:kms:eu-central-1:111122223333:key/1",
  },
});

interface Step {
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
}

interface Workflow {
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<
    string,
    { steps?: Step[]; uses?: string; needs?: string; environment?: string; permissions?: object }
  >;
}

const workflows = new Map(
  readdirSync(WORKFLOWS).map((name): [string, Workflow] => [
    name,
    parse(readFileSync(join(WORKFLOWS, name), "utf8")),
  ]),
);
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps = [] }) => steps);

const policyOf = (name: string) =>
  JSON.parse(
    String(
      delivery.all.find((it) => it.type === "aws:iam/rolePolicy:RolePolicy" && it.name === name)
        ?.inputs["policy"],
    ),
  );
const roleOf = (name: string) =>
  delivery.all.find((it) => it.type === "aws:iam/role:Role" && it.name === name)?.inputs ?? {};

test("two roles trust runs of this repository, each for its own purpose", () => {
  const subjects = (name: string) =>
    JSON.parse(String(roleOf(name)["assumeRolePolicy"])).Statement.Condition.StringEquals;

  assert.equal(subjects("preview"), {
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": ["repo:acme/shop:pull_request"],
  });
  assert.equal(subjects("deploy"), {
    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
    "token.actions.githubusercontent.com:sub": [
      "repo:acme/shop:environment:dev",
      "repo:acme/shop:environment:prod",
    ],
  });
  assert.is(delivery.ofType("aws:iam/role:Role").length, 2);
});

test("a preview reads the state and nothing else", () => {
  const { Statement } = policyOf("preview");
  const actions = Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);

  assert.equal(actions, ["s3:GetObject", "s3:ListBucket", "kms:Decrypt"]);
  assert.not.match(JSON.stringify(Statement), '"*"');
});

test("the deployer may manage every type of resource that the program has", () => {
  const { Statement } = policyOf("deploy");
  const types = program.all.map(({ type }) => type).filter((type) => /^awsx?:/.test(type));
  const { Action } = Statement.find(({ Sid }: { Sid: string }) => Sid === "ManageResources");

  for (const action of actionsFor(new Set(types))) assert.ok(Action.includes(action), action);
});

test("the deployer may call the account's APIs, as npm run smoke does", () => {
  const { Statement } = policyOf("deploy");
  const { Action, Resource } = Statement.find(({ Sid }: { Sid: string }) => Sid === "CallApis");

  assert.is(Action, "execute-api:Invoke");
  assert.match(Resource, /^arn:aws:execute-api:\*:\d{12}:\*$/);
});

test("the deployer may manage the roles of the program, and not its own", () => {
  const names = new RegExp(`^${OWN_ROLES.replaceAll("*", ".*")}$`);

  for (const { name } of program.ofType("aws:iam/role:Role")) {
    assert.match(`${name}-1234567`, names);
  }
  for (const name of ["preview", "deploy"]) {
    assert.not.match(String(roleOf(name)["name"]), names);
  }
});

test("a type of resource that is new to the deployer is named", () => {
  assert.throws(
    () => actionsFor(["aws:rds/instance:Instance"]),
    /^aws:rds\/instance:Instance: add what deploying it takes to infra\/delivery\/deployer-policy\.ts/,
  );
});

for (const name of ["shop", "acme/*", "*/shop", "acme/shop:ref", ""]) {
  test(`the repository "${name}" is refused`, () => {
    assert.throws(
      () => checkedRepository(name),
      (error: Error) =>
        error.message === `delivery:repository ${name} must be owner/name, e.g. acme/shop`,
    );
  });
}

for (const [name, workflow] of workflows) {
  test(`${name} pins actions by hash, stores no key and may write nothing by default`, () => {
    const text = readFileSync(join(WORKFLOWS, name), "utf8");
    for (const { uses } of stepsOf(workflow)) {
      if (uses) assert.match(uses, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
    for (const [, after] of text.matchAll(/uses: [\w-]+\/[\w-]+@\S+(.*)/g)) {
      assert.match(after ?? "", /^ # v\d+\.\d+\.\d+$/);
    }
    assert.not.match(text, /secrets\.|aws-access-key-id|aws-secret-access-key/);
    assert.equal(workflow.permissions, { contents: "read" });
  });

  test(`${name} runs npm scripts that there are, and puts no text of others into a shell`, () => {
    const { scripts } = JSON.parse(
      readFileSync(join(WORKFLOWS, "..", "..", "package.json"), "utf8"),
    );
    for (const { run = "" } of stepsOf(workflow)) {
      assert.not.match(run, /\$\{\{/);
      for (const [, script = ""] of run.matchAll(/npm run ([\w:]+)/g))
        assert.ok(scripts[script], script);
    }
  });
}

test("prod follows dev, behind the environment's approval", () => {
  const deploy = workflows.get("deploy.yml");
  const stack = workflows.get("deploy-stack.yml");

  assert.equal(deploy?.on, { push: { branches: ["main"] } });
  assert.equal([deploy?.jobs["dev"]?.needs, deploy?.jobs["prod"]?.needs], ["check", "dev"]);
  assert.is(stack?.jobs["deploy"]?.environment, "$" + "{{ inputs.stack }}");
});

test.run();
