import { watchFolders } from "local-aws/command-line";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call } from "./support/api.ts";
import { eventually } from "./support/eventually.ts";
import { copyProgram, startStack } from "./support/stack.ts";

const test = suite("saving a handler");

test("puts the new code into effect, and code that does not build leaves the old", async () => {
  const program = copyProgram();
  const stack = await startStack({ root: program.root });
  const said: string[] = [];
  const stopWatching = watchFolders(program.root, ["handlers"], stack, (text) => said.push(text));
  try {
    const get = () =>
      call("GET", `${stack.output("customersApiUrl")}/customers/ada`, {
        headers: { "x-api-key": stack.output("customersApiKey") },
      });
    assert.is((await get()).status, 404);

    const file = "handlers/customers/get-customer.ts";
    const answer = 'async () => ({ statusCode: 200, body: JSON.stringify({ new: "code" }) })';
    program.edit(file, () => `export const handler = ${answer};\n`);
    await eventually("the new answer", async () =>
      (await get()).status === 200 ? true : undefined,
    );
    assert.equal((await get()).json, { new: "code" });
    assert.match(said[0] ?? "", /^reloaded in \d+ ms: customers-get-customer$/);

    program.edit(file, () => "export const handler = ;\n");
    await eventually("the complaint", () => said.find((text) => text.startsWith("not reloaded")));
    assert.equal((await get()).json, { new: "code" });
  } finally {
    stopWatching();
    await stack.stop();
    program.remove();
  }
});

test.run();
