import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sayWhatFailed } from "../../cli/pulumi.ts";

const test = suite("what is said of a Pulumi CLI that fails");
const MISSING = /^the Pulumi CLI is not here yet: .* needs a network; .*https:\/\/www\.pulumi\.com/;

test("without a network, the CLI that cannot be fetched is named, and how to come by it", () => {
  // As the npm package of the CLI says it.
  const stderr = "Downloading pulumi v3.265.0...\npulumi: fetch failed\n";
  assert.match(sayWhatFailed("npx pulumi stack output", { code: 1, stderr }), MISSING);
  assert.match(sayWhatFailed("npx pulumi stack output", { code: "ENOENT" }), MISSING);
});

test("else it is what Pulumi says, in one line", () => {
  const stderr = "error: no stack named 'prodd' found\nmore\n";
  assert.is(
    sayWhatFailed("npx pulumi stack output --stack prodd", { code: 255, stderr }),
    "npx pulumi stack output --stack prodd failed: no stack named 'prodd' found",
  );
});

test.run();
