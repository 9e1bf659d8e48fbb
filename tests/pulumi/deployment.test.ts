import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "command-text";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cloneProject, findNodes, findPulumi, Pulumi, type Run } from "./support/pulumi.ts";

readArguments({
  help: `Deploys the program with the real Pulumi CLI, and a stand-in for the AWS provider.

  npm run test:pulumi -- [--help]

It runs the pulumi of the PATH, and is skipped without one. SHOW_OUTPUT=1 prints what Pulumi says.
`,
});

const test = suite("the real Pulumi CLI");

const MAX_STATE_BYTES = 1_300_000;
const cli = findPulumi();

interface Step {
  op: string;
  urn: string;
}

interface State {
  deployment: { resources?: { urn: string; id?: string; type: string; protect?: boolean }[] };
}

if (cli) {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-"));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  const pulumi = new Pulumi(cli, folder);
  const first = cloneProject(join(folder, "first"));
  const second = cloneProject(join(folder, "another", "place", "second"));
  const nodes = [...findNodes().values()];
  const [newest = process.execPath] = nodes;
  const other = nodes.at(-1) ?? newest;

  const run = async (project: string, node: string, ...args: string[]): Promise<Run> => {
    const result = await pulumi.run(project, node, args);
    if (process.env["SHOW_OUTPUT"]) {
      console.log(
        `\n$ pulumi ${args.join(" ")}\n${result.output.slice(-3_000)}\n[exit ${result.code}]`,
      );
    }
    return result;
  };
  const succeeds = async (project: string, node: string, ...args: string[]): Promise<string> => {
    const { code, output } = await run(project, node, ...args);
    assert.is(code, 0, `pulumi ${args.join(" ")}: ${output}`);
    return output;
  };
  const exported = async (stack: string): Promise<[text: string, state: State]> => {
    const text = await succeeds(first, newest, "stack", "export", "--stack", stack);
    return [text, JSON.parse(text)];
  };
  /** What a preview would do, other than leave things as they are. */
  const planned = async (project: string): Promise<string[]> => {
    const output = await succeeds(project, newest, "preview", "--stack", "dev", "--json");
    const { steps }: { steps: Step[] } = JSON.parse(output.slice(output.indexOf("{")));
    return steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => `${op} ${urn.split("::").slice(2).join("::").split("$").at(-1)}`)
      .sort();
  };
  const edit = (project: string, file: string, change: (source: string) => string): void => {
    const path = join(project, file);
    const source = readFileSync(path, "utf8");
    const edited = change(source);
    assert.is.not(edited, source);
    writeFileSync(path, edited);
  };

  test("stack init leaves the settings as they stand", async () => {
    const before = readFileSync(join(first, "Pulumi.dev.yaml"), "utf8");
    await succeeds(first, newest, "stack", "init", "dev");
    const after = readFileSync(join(first, "Pulumi.dev.yaml"), "utf8");
    const added = after.split("\n").filter((line) => !before.split("\n").includes(line));

    assert.is(added.length, 1, added.join("\n"));
    assert.match(added[0] ?? "", /^encryptionsalt: /);
    writeFileSync(join(second, "Pulumi.dev.yaml"), after);
  });

  test("dev is previewed, comes up, and is unchanged in another folder under another Node.js", async () => {
    const steps = await planned(first);
    assert.ok(steps.length > 200, `${steps.length} steps`);
    assert.ok(steps.every((step) => step.startsWith("create ")));
    await succeeds(first, newest, "up", "--stack", "dev", "--yes", "--skip-preview");

    for (const [project, node] of [
      [first, newest],
      [second, other],
    ] as const) {
      await succeeds(project, node, "preview", "--stack", "dev", "--expect-no-changes");
    }
  });

  test("the state holds hashes of code in place of code, and is small", async () => {
    const [text, state] = await exported("dev");
    // As it is stored: an export is indented.
    const { length } = JSON.stringify(state);
    const paths = [...text.matchAll(/"path": "([^"]*)"/g)].map(([, path]) => path);

    assert.not.match(text, "getBuiltinModule");
    assert.ok(paths.length > 20);
    // From the project's folder, so that every machine says the same.
    for (const path of paths)
      assert.match(path ?? "", /^node_modules\/\.cache\/(lambda-bundler|storefront)\//);
    assert.ok(length < MAX_STATE_BYTES, `${length} bytes`);
  });

  test("the state holds no secret in clear", async () => {
    const [text] = await exported("dev");

    assert.not.match(text, "STANDINSECRET");
  });

  test("a comment in a file that many functions share changes nothing", async () => {
    edit(second, "handlers/shared/env.ts", (source) => `// A comment.\n${source}\n// Another.\n`);

    assert.equal(await planned(second), []);
  });

  test("one changed line of one function updates that function alone", async () => {
    edit(
      second,
      "handlers/customers/get-customer.ts",
      (source) => `${source}\nconsole.log("a line more");\n`,
    );
    const steps = await planned(second);

    assert.equal(
      steps.filter((step) => !step.includes(":Alias::")),
      ["update aws:lambda/function:Function::customers-get-customer"],
    );
    await succeeds(second, other, "up", "--stack", "dev", "--yes", "--skip-preview");
    await succeeds(second, other, "preview", "--stack", "dev", "--expect-no-changes");
  });

  test("refresh finds no drift", async () => {
    await succeeds(second, newest, "refresh", "--stack", "dev", "--yes", "--expect-no-changes");
  });

  for (const [setting, value, line] of [
    // What contradicts is told once each setting for itself is right; every setting stays for the next preview.
    ["api:domainName", "api.shop.example", /api:certificateArn need each other/],
    ["logs:retentionDays", "8", /logs:retentionDays.*one of 1, 3, 5/],
    ["api:throttleRate", "fast", /api:throttleRate.*a whole number from 1 to/],
    ["orders:reconcileSchedule", "hourly", /orders:reconcileSchedule.*rate\(5 minutes\)/],
    ["orders:batchsize", "5", /orders:batchsize is not a setting/],
  ] as const) {
    test(`the setting ${setting} ${value} is refused by a line that names the fix`, async () => {
      const config = ["--stack", "dev", "--config", `${setting}=${value}`];
      const { code, output } = await run(second, newest, "preview", ...config);

      assert.is.not(code, 0);
      assert.match(output, line);
    });
  }

  test("prod's destroy is refused whole, before anything is deleted", async () => {
    await succeeds(first, newest, "stack", "init", "prod");
    const email = ["--secret", "monitoring:email", "shop@example.org"];
    await succeeds(first, newest, "config", "set", ...email, "--stack", "prod");
    await succeeds(first, newest, "up", "--stack", "prod", "--yes", "--skip-preview");
    const [, { deployment: before }] = await exported("prod");
    const { code, output } = await run(first, newest, "destroy", "--stack", "prod", "--yes");
    const [, { deployment: after }] = await exported("prod");

    assert.is.not(code, 0);
    assert.match(output, /protect/);
    const urns = ({ resources = [] }: State["deployment"]) =>
      resources.map(({ urn }) => urn).sort();
    assert.equal(urns(after), urns(before));
  });

  test("prod is destroyed without its data, which stays as it was, and comes back around it", async () => {
    const data = ({ resources = [] }: State["deployment"]) =>
      resources
        .filter(({ type }) => /^aws:(dynamodb|kms)/.test(type))
        .map(({ urn, id }) => `${urn} ${id}`)
        .sort();
    const [, { deployment: before }] = await exported("prod");
    await succeeds(first, newest, "destroy", "--stack", "prod", "--yes", "--exclude-protected");
    const [, { deployment: kept }] = await exported("prod");
    const left = (kept.resources ?? []).filter(({ type }) => /^aws:/.test(type));

    assert.is(data(before).length, 5);
    assert.equal(data(kept), data(before));
    assert.is(left.length, 5, left.map(({ urn }) => urn).join("\n"));

    await succeeds(first, newest, "up", "--stack", "prod", "--yes", "--skip-preview");
    const [, { deployment: again }] = await exported("prod");
    assert.equal(data(again), data(before));
    assert.is(again.resources?.length, before.resources?.length);
  });

  test("prod is destroyed with its data once its settings no longer protect it", async () => {
    const setting = ["tables:deletionProtection", "false", "--stack", "prod"];
    await succeeds(first, newest, "config", "set", ...setting);
    await succeeds(first, newest, "up", "--stack", "prod", "--yes", "--skip-preview");
    await succeeds(first, newest, "destroy", "--stack", "prod", "--yes", "--skip-preview");
    const [, { deployment }] = await exported("prod");

    assert.equal(deployment.resources ?? [], []);
  });

  test("dev's destroy leaves nothing", async () => {
    await succeeds(second, newest, "destroy", "--stack", "dev", "--yes", "--skip-preview");
    const [, { deployment }] = await exported("dev");

    assert.equal(deployment.resources ?? [], []);
  });
} else {
  test.skip("there is no pulumi on the PATH (set PULUMI to its path)", () => {});
}

test.run();
