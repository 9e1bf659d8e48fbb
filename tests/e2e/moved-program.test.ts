import { join } from "node:path";
import {
  evaluateProgram,
  moveProgram,
  ProgramEvaluator,
  readStackSettings,
} from "local-aws/testing/moved-program";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { localAddresses } from "../../cli/start/local-addresses.ts";
import { copyProgram } from "./support/stack.ts";

const test = suite("the program that tests share");
const root = join(import.meta.dirname, "..", "..");
const request = {
  root,
  settings: readStackSettings(root, "dev", localAddresses),
  place: {
    account: "000000000000",
    region: "eu-central-1",
    namePrefix: "commerce-backend-dev-",
    awsEndpoint: "http://127.0.0.1:41234",
    apiEndpoint: "http://localhost:43210",
    secret: "the secret of every stack that is tested",
  },
};
const { program: evaluated } = await evaluateProgram(request);

const byName = (program: typeof evaluated) =>
  Object.fromEntries(program.resources.map((resource) => [resource.urn, resource]));
const evaluatedByName = JSON.parse(JSON.stringify(byName(evaluated)));

test("is at every address what an evaluation there gives", async () => {
  const place = { ...request.place, secret: "a secret" };
  const { program: moved } = await moveProgram({ ...request, place });
  assert.ok(JSON.stringify(moved.outputs).includes("http://localhost:43210/"));
  assert.equal(byName(moved), evaluatedByName);
  assert.equal(moved.outputs, evaluated.outputs);
});

test("is the same after another program in one process", async () => {
  const copy = copyProgram();
  try {
    const evaluator = new ProgramEvaluator();
    await evaluator.evaluate({ ...request, root: copy.root });
    const { program: second } = await evaluator.evaluate(request);
    assert.equal(byName(second), evaluatedByName);
    assert.equal(second.outputs, evaluated.outputs);
  } finally {
    copy.remove();
  }
});

test.run();
