import type { LambdaClient } from "@aws-sdk/client-lambda";
import { ResourceNotFoundException } from "@aws-sdk/client-lambda";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { StackAlarm } from "../../../cli/alarms-of-stack.ts";
import { liveAliases } from "../../../cli/traffic/aliases.ts";
import { rollBack } from "../../../cli/traffic/rollback.ts";
import { shiftTraffic } from "../../../cli/traffic/shift.ts";

const test = suite("traffic");

interface Alias {
  FunctionVersion: string;
  Description?: string;
  RoutingConfig?: { AdditionalVersionWeights: Record<string, number> };
  RevisionId: string;
}

/** Lambda, as far as aliases go. */
class FakeLambda {
  readonly aliases = new Map<string, Alias>();
  readonly versions = new Map<string, number>();
  revisions = 0;
  /** Name of a function whose next update fails. */
  failing = "";

  add(name: string, version: number, newest: number): void {
    this.aliases.set(name, { FunctionVersion: String(version), RevisionId: "r0" });
    this.versions.set(name, newest);
  }

  send(command: { constructor: { name: string }; input: Record<string, unknown> }) {
    const name = String(command.input["FunctionName"]);
    const alias = this.aliases.get(name);
    switch (command.constructor.name) {
      case "GetAliasCommand":
        if (alias) return Promise.resolve(structuredClone(alias));
        return Promise.reject(new ResourceNotFoundException({ message: "none", $metadata: {} }));
      case "ListVersionsByFunctionCommand": {
        const published = Array.from({ length: this.versions.get(name) ?? 0 }, (_, n) => ({
          Version: String(n + 1),
        }));
        return Promise.resolve({ Versions: [{ Version: "$LATEST" }, ...published] });
      }
      default: {
        assert.is(command.constructor.name, "UpdateAliasCommand");
        if (this.failing === name) return Promise.reject(new Error("throttled"));
        assert.is(command.input["RevisionId"], alias?.RevisionId);
        const { FunctionName: _name, Name, RevisionId: _old, ...rest } = command.input;
        assert.is(Name, "live");
        const updated = { ...rest, RevisionId: `r${++this.revisions}` } as Alias;
        this.aliases.set(name, updated);
        return Promise.resolve(structuredClone(updated));
      }
    }
  }

  get client(): LambdaClient {
    // The paginator looks for a real client.
    return Object.assign(Object.create(clientPrototype), { send: this.send.bind(this) });
  }

  /** Versions, weights and descriptions of all aliases. */
  get state(): Record<string, unknown[]> {
    return Object.fromEntries(
      [...this.aliases].map(([name, { FunctionVersion, Description, RoutingConfig }]) => [
        name,
        [FunctionVersion, RoutingConfig?.AdditionalVersionWeights ?? {}, Description ?? ""],
      ]),
    );
  }
}

const { LambdaClient: Real } = await import("@aws-sdk/client-lambda");
const clientPrototype = Real.prototype;

function fixture(): FakeLambda {
  const lambda = new FakeLambda();
  lambda.add("changed", 3, 4);
  lambda.add("same", 2, 2);
  return lambda;
}

async function shift(lambda: FakeLambda, alarmsOver: (polls: number) => StackAlarm[]) {
  const said: string[] = [];
  let [polls, waited] = [0, 0];
  const seen: unknown[] = [];
  await shiftTraffic({
    lambda: lambda.client,
    aliases: await liveAliases(lambda.client, ["changed", "same", "without"]),
    percent: 10,
    minutes: 2,
    alarms: async () => alarmsOver(polls++),
    wait: async (ms) => {
      waited += ms;
      seen.push(lambda.state["changed"]);
    },
    say: (line) => said.push(line),
  });
  return { said, waited, seen };
}

const alarm = (AlarmName: string): StackAlarm => ({ AlarmName, StateValue: "ALARM" });
const message = (promise: Promise<unknown>) =>
  promise.then(
    () => "nothing failed",
    (error: Error) => error.message,
  );

test("a share of the traffic goes to the new version first, and all of it when no alarm has gone off", async () => {
  const lambda = fixture();
  const { waited, seen } = await shift(lambda, () => [{ AlarmName: "a", StateValue: "OK" }]);

  assert.is(waited, 120_000);
  assert.equal(seen[0], ["3", { 4: 0.1 }, ""]);
  assert.equal(lambda.state, {
    changed: ["4", {}, "previous version 3"],
    same: ["2", {}, ""],
  });
});

test("an alarm that goes off sends all traffic back", async () => {
  const lambda = fixture();
  const failed = await message(shift(lambda, (polls) => (polls < 3 ? [] : [alarm("errors")])));

  assert.is(failed, "in ALARM: errors; all traffic is back on the old versions");
  assert.equal(lambda.state["changed"], ["3", {}, ""]);
});

test("an alarm that was on before does not count", async () => {
  const lambda = fixture();
  await shift(lambda, () => [alarm("old")]);

  assert.equal(lambda.state["changed"], ["4", {}, "previous version 3"]);
});

test("alarms that cannot be read send all traffic back", async () => {
  const lambda = fixture();
  const failed = await message(
    shift(lambda, (polls) => {
      if (polls > 0) throw new Error("access denied");
      return [];
    }),
  );

  assert.is(failed, "access denied; all traffic is back on the old versions");
  assert.equal(lambda.state["changed"], ["3", {}, ""]);
});

test("a function that cannot be shifted takes the others back with it", async () => {
  const lambda = fixture();
  lambda.add("same", 1, 2);
  lambda.failing = "same";
  const failed = await message(shift(lambda, () => []));

  assert.is(failed, "throttled; all traffic is back on the old versions");
  assert.equal(lambda.state, { changed: ["3", {}, ""], same: ["1", {}, ""] });
});

test("a second shift is refused while one is under way", async () => {
  const lambda = fixture();
  const alias = lambda.aliases.get("changed");
  if (alias) alias.RoutingConfig = { AdditionalVersionWeights: { 4: 0.1 } };

  assert.is(
    await message(shift(lambda, () => [])),
    "a shift is in progress for changed; wait for it, or run npm run rollback",
  );
});

async function rolledBack(lambda: FakeLambda): Promise<string[]> {
  const said: string[] = [];
  const aliases = await liveAliases(lambda.client, ["changed", "same"]);
  await rollBack(lambda.client, aliases, (line) => said.push(line));
  return said;
}

test("a rollback goes to the version before the shift, and the next one undoes it", async () => {
  const lambda = fixture();
  await shift(lambda, () => []);

  assert.equal(await rolledBack(lambda), ["changed: version 4 → 3"]);
  assert.equal(lambda.state["changed"], ["3", {}, "previous version 4"]);
  assert.equal(await rolledBack(lambda), ["changed: version 3 → 4"]);
  assert.equal(lambda.state["changed"], ["4", {}, "previous version 3"]);
});

test("a rollback during a shift ends it", async () => {
  const lambda = fixture();
  const alias = lambda.aliases.get("changed");
  if (alias) alias.RoutingConfig = { AdditionalVersionWeights: { 4: 0.1 } };

  assert.equal(await rolledBack(lambda), ["changed: all traffic stays on version 3"]);
  assert.equal(lambda.state["changed"], ["3", {}, ""]);
});

test("without a previous version there is nothing to roll back", async () => {
  assert.equal(await rolledBack(fixture()), [
    "no function has a previous version; nothing to roll back",
  ]);
});

test.run();
