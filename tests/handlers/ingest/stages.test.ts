import { suite } from "uvu";
import * as assert from "uvu/assert";
import { waitBefore } from "../../../handlers/ingest/client/retry.ts";
import { clientSettings, SettingsError } from "../../../handlers/ingest/client/settings.ts";
import {
  activeUsers,
  batchesOf,
  recordsIn,
  requireStored,
} from "../../../handlers/ingest/client/stages.ts";
import { cleanUser, cleanUsers } from "../../../handlers/ingest/users/clean-users.ts";
import { messyUsers } from "../../../handlers/ingest/users/messy-users.ts";

const test = suite("stages of the ingest client");
const GET = "http://upstream/users";
const POST = "http://here/ingest";
const ADA = { id: 7, name: "Ada", email: "ada@example.com", active: true };

for (const [record, cleaned] of [
  [ADA, ADA],
  [{ ...ADA, id: " 7 " }, ADA],
  [{ ...ADA, id: "7" }, ADA],
  [{ ...ADA, active: "TRUE" }, ADA],
  [
    { ...ADA, active: " false " },
    { ...ADA, active: false },
  ],
  [
    { ...ADA, name: "  Ada   L " },
    { ...ADA, name: "Ada L" },
  ],
  [{ ...ADA, email: " ADA@Example.com " }, ADA],
  [{ ...ADA, signedUp: "2026" }, ADA],
  [{ ...ADA, id: "7x" }, "invalid_id"],
  [{ ...ADA, id: 7.5 }, "invalid_id"],
  [{ ...ADA, id: -1 }, "invalid_id"],
  [{ ...ADA, id: null }, "invalid_id"],
  [{ ...ADA, name: "  " }, "invalid_name"],
  [{ ...ADA, name: 5 }, "invalid_name"],
  [{ ...ADA, email: undefined }, "invalid_email"],
  [{ ...ADA, email: "not an address" }, "invalid_email"],
  [{ ...ADA, active: "yes" }, "invalid_active"],
  [{ ...ADA, active: 1 }, "invalid_active"],
  [null, "not_a_record"],
  [[], "not_a_record"],
  ["x", "not_a_record"],
] as const) {
  test(`${JSON.stringify(record)} becomes ${JSON.stringify(cleaned)}`, () => {
    assert.equal(cleanUser(record), cleaned);
  });
}

test("records that cannot be saved are counted by reason", () => {
  assert.equal(cleanUsers([ADA, null, { ...ADA, id: "x" }, { ...ADA, id: "y" }]), {
    users: [ADA],
    dropped: { not_a_record: 1, invalid_id: 2 },
  });
});

test("the upstream's list is the same every time, and as messy as it should be", () => {
  assert.equal(messyUsers(), messyUsers());
  const { users, dropped } = cleanUsers(messyUsers());
  assert.is(messyUsers().length, 500);
  assert.is(users.length + Object.values(dropped).reduce((a, b) => a + b, 0), 500);
  assert.ok(Object.keys(dropped).length >= 4);
  assert.ok(messyUsers().some(({ id }) => typeof id === "string"));
  assert.ok(messyUsers().some(({ active }) => typeof active === "string"));
});

test("only active users go on, each once, in the order of their ids", () => {
  const users = [
    { ...ADA, id: 9 },
    ADA,
    { ...ADA, id: 8, active: false },
    { ...ADA, name: "Ada L" },
  ];
  assert.equal(activeUsers(users), {
    active: [
      { ...ADA, name: "Ada L" },
      { ...ADA, id: 9 },
    ],
    inactive: 1,
  });
});

test("the same users make the same batches with the same keys, and other users another key", () => {
  const users = [1, 2, 3].map((id) => ({ ...ADA, id }));
  const batches = batchesOf(users, 2);
  assert.equal(batches, batchesOf(structuredClone(users), 2));
  assert.equal(
    batches.map(({ users: part }) => part.length),
    [2, 1],
  );
  assert.is.not(batches[0]?.key, batchesOf([{ ...ADA, id: 1 }], 2)[0]?.key);
  assert.match(batches[0]?.key ?? "", /^users-[0-9a-f]{64}$/);
});

for (const [text, length] of [
  ["[]", 0],
  ['[{"id":1}]', 1],
  ['{"users":[{},{}]}', 2],
] as const) {
  test(`the list in ${text} has ${length} records`, () => {
    assert.is(recordsIn(text, GET).length, length);
  });
}

for (const [text, message] of [
  ["<html>log in</html>", /not JSON/],
  ['{"status":"cre', /not JSON/],
  ["", /not JSON/],
  ["null", /does not say/],
  ['{"message":"ok"}', /does not say/],
] as const) {
  test(`${JSON.stringify(text)} does not say that a batch is stored`, () => {
    assert.throws(() => requireStored(text, POST), message);
  });
}

test("waits double, half of them by chance, and last at least as long as the server asks", () => {
  const policy = { attempts: 3, backoffBaseMs: 1000 };
  assert.equal(
    [waitBefore(1, policy, undefined, 1), waitBefore(2, policy, undefined, 1)],
    [2000, 4000],
  );
  assert.equal(
    [waitBefore(1, policy, undefined, 0), waitBefore(2, policy, undefined, 0)],
    [1000, 2000],
  );
  assert.is(waitBefore(1, policy, 7000, 1), 7000);
  assert.is(waitBefore(1, policy, 900_000, 1), 60_000);
});

for (const [env, message] of [
  [{}, /^URL_GET is not set; .*\nURL_POST is not set;/],
  [
    { URL_GET: "ftp://x", URL_POST: POST },
    /^URL_GET is "ftp:\/\/x"; it must be an http or https URL$/,
  ],
  [
    { URL_GET: GET, URL_POST: POST, TIMEOUT: "soon" },
    /^TIMEOUT is "soon"; it must be a number from 0\.1 to 300$/,
  ],
  [
    { URL_GET: GET, URL_POST: POST, RETRIES: "0" },
    /^RETRIES is "0"; it must be a number from 1 to 10$/,
  ],
] as const) {
  test(`the settings ${JSON.stringify(env)} are refused`, () => {
    try {
      clientSettings(env);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, SettingsError);
      assert.match((error as Error).message, message);
    }
  });
}

test.run();
