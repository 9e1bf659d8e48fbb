import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { recordedStack } from "../../../cli/export/recorded-stack.ts";

const test = suite("recording a stack");
const root = join(import.meta.dirname, "..", "..", "..");

test("settings that the program refuses are one error, in its words, and nothing is left behind", async () => {
  const left: unknown[] = [];
  const note = (error: unknown) => void left.push(error);
  process.on("unhandledRejection", note);
  try {
    await recordedStack({ root, stack: "prod", config: [] });
    assert.unreachable("it was accepted");
  } catch (error) {
    assert.match((error as Error).message, /^monitoring:email is not set, but /);
  }
  await setImmediate();
  process.off("unhandledRejection", note);
  assert.equal(left, []);
});

test.run();
