import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Rebuilder } from "lambda-bundler";
import { watchFolders } from "local-aws/command-line";
import { evaluateProgram } from "local-aws/testing/moved-program";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { eventually } from "./support/eventually.ts";
import { copyProgram, type ProgramCopy, startStack, type TestStack } from "./support/stack.ts";

const test = suite("saving a file of the program");
const GET = "handlers/customers/get-customer.ts";
const DELETE = "handlers/customers/delete-customer.ts";

let program: ProgramCopy;
let stack: TestStack;
let stopWatching: (() => Promise<void>) | undefined;
let evaluations = 0;
const said: string[] = [];

test.before(async () => {
  program = copyProgram();
  stack = await startStack({
    root: program.root,
    codeBuilder: new Rebuilder(program.root),
    evaluate: async (request) => {
      evaluations++;
      return evaluateProgram(request, true);
    },
  });
  const watched = ["handlers", "infra", "index.ts"];
  stopWatching = await watchFolders(program.root, watched, stack, (text) => said.push(text));
});
test.before.each(() => {
  said.length = 0;
});
test.after(async () => {
  await stopWatching?.();
  await stack?.stop();
  program?.remove();
});

const answers = (word: string) =>
  `export const handler = async () => ({ statusCode: 200, body: '{"new":"${word}"}' });\n`;

/** What the API answers in place of a customer. */
async function answer(method = "GET"): Promise<unknown> {
  const { json } = await call(method, `${stack.output("customersApiUrl")}/customers/ada`, {
    headers: { "x-api-key": stack.output("customersApiKey") },
  });
  return json["new"];
}

const path = (file: string) => join(program.root, file);

/** Every way in which a file comes to have another text. */
const WAYS: Record<string, (file: string, text: string) => void> = {
  "in place": (file, text) => writeFileSync(path(file), text),
  "by a rename, as vim and sed do": (file, text) => {
    writeFileSync(path(`${file}~`), text);
    renameSync(path(`${file}~`), path(file));
  },
  "by a rename with the old one set aside, as JetBrains does": (file, text) => {
    writeFileSync(path(`${file}.new`), text);
    renameSync(path(file), path(`${file}.old`));
    renameSync(path(`${file}.new`), path(file));
    rmSync(path(`${file}.old`));
  },
  "by a removal, as git does": (file, text) => {
    rmSync(path(file));
    writeFileSync(path(file), text);
  },
};

for (const [index, [way, save]] of Object.entries(WAYS).entries()) {
  for (const time of ["first", "second"]) {
    test(`${way}, for the ${time} time: its function alone is built, and nothing evaluated`, async () => {
      const before = evaluations;
      const word = `${time} ${index}`;
      save(GET, answers(word));
      await eventually("the new answer", async () => (await answer()) === word);
      await eventually("the message", () => said[0]);
      assert.match(said.join("\n"), /^reloaded in \d+ ms: customers-get-customer$/);
      assert.is(evaluations, before);
    });
  }
}

test("many files at once take effect together", async () => {
  writeFileSync(path(GET), answers("many"));
  writeFileSync(path(DELETE), answers("deleted"));
  await eventually("both answers", async () => {
    return (await answer()) === "many" && (await answer("DELETE")) === "deleted";
  });
});

test("code that does not build leaves the old, and says where", async () => {
  writeFileSync(path(GET), "export const handler = ;\n");
  const complaint = await eventually("the complaint", () => said[0]);
  assert.match(complaint, /^not reloaded; the old code keeps running: .*get-customer\.ts:1:/);
  assert.is(await answer(), "many");
  writeFileSync(path(GET), answers("mended"));
  await eventually("the mended answer", async () => (await answer()) === "mended");
});

test("a resource that changes needs a restart, and the line says which and where", async () => {
  program.edit("infra/customers/workflow.ts", (text) =>
    text.replace('source: [foundation.fixedName("customer.api")]', 'source: ["other.api"]'),
  );
  const line = await eventually("the line", () => said.find((text) => text.startsWith("restart")));
  assert.match(
    line,
    /^restart to put this into effect: customers-workflow-created \(infra\/workflow\.ts:\d+\)$/,
  );
});

test.run();
