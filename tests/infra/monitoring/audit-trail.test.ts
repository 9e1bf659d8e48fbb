import { createRequire } from "node:module";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { programWith } from "../support/program.ts";

const test = suite("audit trail");

const TRAIL = "awsx:cloudtrail:Trail";
const { cache } = createRequire(import.meta.url);

const trailProgram = (auditTrail: string) =>
  programWith({ config: { "monitoring:auditTrail": auditTrail } });
const loadedOfAwsx = () =>
  Object.keys(cache).filter((file) => /[\\/]@pulumi[\\/]awsx[\\/]/.test(file));

test("is not there unless it is asked for, nor is its package loaded", async () => {
  const program = await trailProgram("false");
  assert.ok(program.get("monitoring"));
  assert.equal(program.ofType(TRAIL), []);
  assert.equal(loadedOfAwsx(), []);
});

test("is one trail of the whole account where it is asked for", async () => {
  const program = await trailProgram("true");
  assert.equal(
    program.ofType(TRAIL).map(({ name, parent, inputs }) => ({ name, parent, inputs })),
    [
      {
        name: "monitoring-audit",
        parent: "monitoring",
        inputs: {
          isMultiRegionTrail: true,
          enableLogFileValidation: true,
          includeGlobalServiceEvents: true,
        },
      },
    ],
  );
  assert.ok(loadedOfAwsx().length > 0);
});

test.run();
