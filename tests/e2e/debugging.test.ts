import { existsSync } from "node:fs";
import { join } from "node:path";
import { moveProgram } from "local-aws/testing/moved-program";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { localCode } from "../../cli/start/local-code.ts";
import { call } from "./support/api.ts";
import { Debugger } from "./support/debugger.ts";
import { eventually } from "./support/eventually.ts";
import { startStack, type TestStack } from "./support/stack.ts";

const test = suite("breakpoints in functions");
const SOURCE = join(import.meta.dirname, "..", "..", "handlers/customers/get-customer.ts");

let stack: TestStack;
test.before(async () => {
  stack = await startStack({
    // Another one for each process, as tests may run side by side.
    inspect: { functions: ["get-customer"], firstPort: 10_000 + ((process.pid * 7) % 20_000) },
    config: { ...localAddresses, ...localCode },
    evaluate: moveProgram,
  });
});
test.after(() => stack?.stop());

const get = (id: string) =>
  call("GET", `${stack.output("customersApiUrl")}/customers/${id}`, {
    headers: { "x-api-key": stack.output("customersApiKey") },
  });

/** The one port that is open to debuggers. */
function port(): number {
  const [[name = "", number = 0] = [], ...others] = stack.services.lambda.inspectPorts;
  assert.match(name, /^customers-get-customer/);
  assert.equal(others, []);
  return number;
}

test("a line of a TypeScript file stops the function", async () => {
  const at = await Debugger.attach(port());
  const breakpoint = await at.breakAt(SOURCE, "const customer = await deps.findCustomer(id)");
  const answer = get("ada");
  const { hitBreakpoints, callFrames } = await at.paused();
  assert.equal(hitBreakpoints, [breakpoint]);
  // The bundler may have added a number to a name that a library has too; the source map tells debuggers the name.
  const local = (await at.variables(callFrames[0])).filter(({ name }) => /^id\d*$/.test(name));
  assert.equal(
    local.map(({ value }) => value?.value),
    ["ada"],
  );
  await at.send("Debugger.resume");
  assert.is((await answer).status, 404);
  at.detach();
});

test("after a change of its code, a debugger finds the function at the same port", async () => {
  const { lambda } = stack.services;
  const [name = ""] = lambda.inspectPorts.keys();
  const { code } = lambda.definitionOf(name) ?? {};
  const text = code?.files["index.mjs"] ?? "";
  const files = { ...code?.files, "index.mjs": `${text}\n;globalThis.changed = true;` };
  const before = await Debugger.attach(port());
  const gone = before.closed();
  assert.ok(lambda.updateCode(name, { hash: "changed", files }));
  await gone;
  const after = await eventually("the new process", () =>
    Debugger.attach(port()).catch(() => undefined),
  );
  await eventually("the new code", async () => {
    const { result } = await after.send("Runtime.evaluate", { expression: "globalThis.changed" });
    return Object(result).value === true;
  });
  after.detach();
});

test("a stack trace leads to source files that exist", async () => {
  const [name = ""] = stack.services.lambda.inspectPorts.keys();
  const { operations } = stack.services.lambda;
  const you = { caller: { kind: "administrator" }, requestId: "r" } as const;
  const answer = await operations["Invoke"]?.run({ FunctionName: name, Payload: "{}" }, you);
  const { errorType, trace } = JSON.parse(String(Object(answer).Payload));
  assert.is(errorType, "TypeError");
  const own = trace.flatMap(
    (line: string) => /\((\/.*\/handlers\/.*):\d+:\d+\)/.exec(line)?.[1] ?? [],
  );
  assert.ok(own.length > 0, trace.join("\n"));
  for (const file of own) assert.ok(existsSync(file), file);
});

test.run();
