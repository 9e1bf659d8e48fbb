import { suite } from "uvu";
import * as assert from "uvu/assert";
import { hostileAnswers } from "../support/hostile-answers.ts";
import { startHttpApi } from "../support/http-api.ts";
import { MAX_ANSWER_MS, mainThreadTime } from "../support/main-thread-time.ts";
import { startShop } from "../support/rest-api.ts";

const test = suite("whatever a function answers to an API");
const ROUNDS = 400;
const SEED = Number(process.env["HOSTILE_SEED"] ?? 11);

const failures: unknown[] = [];
test.before(() => {
  process.on("uncaughtException", (error) => failures.push(error));
  process.on("unhandledRejection", (error) => failures.push(error));
});

interface Answered {
  status: number;
  text: string;
  headers: Headers;
}

/** A gateway before a function whose answer to `/orders/1` the test says, and to all other paths is sound. */
interface Gateway {
  get(id: string): Promise<Answered>;
  stop(): void;
}

const running: Gateway[] = [];
test.after(() => {
  for (const gateway of running) gateway.stop();
});

const FINE = { statusCode: 200, body: "fine" };

const gateways: Record<string, (answer: () => unknown) => Promise<Gateway>> = {
  async REST(answer) {
    const { call, stop } = await startShop((event) =>
      event["path"] === "/orders/1" ? answer() : FINE,
    );
    const get = async (id: string) => {
      const response = await call(`GET /orders/${id}`);
      return { status: response.status, text: await response.text(), headers: response.headers };
    };
    return { get, stop };
  },
  async HTTP(answer) {
    const payload = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    const { call, stop } = await startHttpApi((event) => ({
      Payload: payload(event["rawPath"] === "/orders/1" ? answer() : FINE),
    }));
    return { get: (id) => call("GET", `/orders/${id}`), stop };
  },
};
/** What an API answers for a function whose answer is none, in AWS's words. */
const REFUSAL: Record<string, [number, string]> = {
  REST: [502, '{"message":"Internal server error"}'],
  HTTP: [500, '{"message":"Internal Server Error"}'],
};

for (const [kind, start] of Object.entries(gateways)) {
  test(`of kind ${kind} is passed on or refused as AWS does, and holds up nobody beside it`, async () => {
    const next = hostileAnswers(SEED);
    let now = next();
    const gateway = await start(() => now.answer);
    running.push(gateway);
    const counts = { sound: 0, passed: 0, refused: 0 };
    const [refusal = 0, words = ""] = REFUSAL[kind] ?? [];
    for (let round = 0; round < ROUNDS; round++, now = next()) {
      const shown = JSON.stringify(now.answer)?.slice(0, 300);
      const spent = mainThreadTime();
      const [{ status, text, headers }, beside] = await Promise.all([
        gateway.get("1"),
        gateway.get("2"),
      ]);
      assert.ok(spent() < MAX_ANSWER_MS, `${spent()} ms for ${shown}`);
      assert.equal([beside.status, beside.text], [200, "fine"], shown);
      const own = Object(now.answer).statusCode;
      if (status === refusal && own !== refusal) {
        assert.is(now.sound, false, `refused ${shown}`);
        assert.is(text, words, shown);
        counts.refused += 1;
      } else {
        assert.ok(status < 500 || status === Number(own), `${status} for ${shown}`);
        counts[now.sound ? "sound" : "passed"] += 1;
      }
      if (now.sound) assert.equal([status, text], [own, Object(now.answer).body], shown);
      assert.is(headers.get("set-cookie")?.includes("b=c") ?? false, false, shown);
    }
    assert.equal(failures, []);
    // All kinds were drawn.
    for (const [what, count] of Object.entries(counts))
      assert.ok(count > ROUNDS / 20, `${what}: ${count} of ${ROUNDS}`);
  });
}

test.run();
