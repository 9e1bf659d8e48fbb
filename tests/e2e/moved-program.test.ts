import { join } from "node:path";
import { evaluateProgram, moveProgram, readStackSettings } from "local-aws/testing/moved-program";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { localAddresses } from "../../cli/start/local-addresses.ts";

const test = suite("the program that tests share");

test("is at every address what an evaluation there gives", async () => {
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
      secret: "a secret",
    },
  };
  const { program: moved } = await moveProgram(request);
  const { program: evaluated } = await evaluateProgram({
    ...request,
    place: { ...request.place, secret: "the secret of every stack that is tested" },
  });
  const sorted = (program: typeof moved) =>
    Object.fromEntries(program.resources.map((resource) => [resource.urn, resource]));
  assert.ok(JSON.stringify(moved.outputs).includes("http://localhost:43210/"));
  assert.equal(sorted(moved), JSON.parse(JSON.stringify(sorted(evaluated))));
  assert.equal(moved.outputs, evaluated.outputs);
});

test.run();
