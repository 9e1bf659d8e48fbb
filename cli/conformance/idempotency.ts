import { type Endpoint, type KitAnswer, newKey, send, sendAndHangUp } from "./endpoint.ts";

/** What one check found. */
export interface CheckResult {
  check: string;
  outcome: "passed" | "failed" | "skipped";
  /** Why it failed, or was skipped. */
  why?: string;
}

class Failed extends Error {}
class Skipped extends Error {}

type Check = (endpoint: Endpoint) => Promise<void>;

const TWINS = 10;

const CHECKS: Record<string, Check> = {
  "a request without a key is refused where a key is required": async (endpoint) => {
    if (!endpoint.keyRequired) throw new Skipped("the key is optional here");
    refused(await send(endpoint, { body: endpoint.body(1) }), 400, "idempotency_key_missing");
  },
  "a repeated request gets the same answer, marked as replayed": async (endpoint) => {
    const request = { key: newKey(), body: endpoint.body(2) };
    const first = created(await send(endpoint, request));
    replayOf(first, await send(endpoint, request));
    replayOf(first, await send(endpoint, request));
  },
  "ten equal requests at once create one, and the others get its answer": async (endpoint) => {
    const request = { key: newKey(), body: endpoint.body(3) };
    const answers = await Promise.all(Array.from({ length: TWINS }, () => send(endpoint, request)));
    const broken = answers.find(({ status }) => status >= 500 && status !== 503);
    must(!broken, `one was answered ${broken?.status}`);
    const fresh = answers.filter((answer) => isSuccess(answer) && !answer.replayed);
    must(fresh.length === 1, `${fresh.length} were answered as new`);
    const texts = new Set(answers.filter(isSuccess).map(({ text }) => text));
    must(texts.size === 1, `there were ${texts.size} different answers`);
  },
  "another body under the same key is refused, and the first stays": async (endpoint) => {
    const key = newKey();
    const first = created(await send(endpoint, { key, body: endpoint.body(4) }));
    refused(await send(endpoint, { key, body: endpoint.body(5) }), 422, "idempotency_key_reused");
    replayOf(first, await send(endpoint, { key, body: endpoint.body(4) }));
  },
  "key order and white space make no other request": async (endpoint) => {
    const key = newKey();
    const first = created(await send(endpoint, { key, body: endpoint.body(6) }));
    replayOf(first, await send(endpoint, { key, body: reversed(endpoint.body(6)) }));
    const spread = JSON.stringify(endpoint.body(6), undefined, 3);
    replayOf(first, await send(endpoint, { key, body: spread }));
  },
  "another key makes another request of the same body": async (endpoint) => {
    const body = endpoint.body(7);
    created(await send(endpoint, { key: newKey(), body }));
    created(await send(endpoint, { key: newKey(), body }));
  },
  "another caller's key never meets mine": async (endpoint) => {
    const { otherApiKey } = endpoint;
    if (!otherApiKey) throw new Skipped("name a second API key with --other-api-key");
    const key = newKey();
    created(await send(endpoint, { key, body: endpoint.body(8) }));
    created(await send(endpoint, { key, body: endpoint.body(9), apiKey: otherApiKey }));
  },
  "the same key on another route never meets mine": async (endpoint) => {
    const { otherRoute } = endpoint;
    if (!otherRoute) throw new Skipped("name a second idempotent route with --other-url");
    const key = newKey();
    created(await send(endpoint, { key, body: endpoint.body(8) }));
    created(await send({ ...endpoint, ...otherRoute }, { key, body: otherRoute.body(9) }));
  },
  "a key of 255 characters is taken, one of 256 is not": async (endpoint) => {
    const key = newKey().padEnd(255, "k");
    created(await send(endpoint, { key, body: endpoint.body(10) }));
    const longer = { key: `${key}k`, body: endpoint.body(10) };
    refused(await send(endpoint, longer), 400, "idempotency_key_invalid");
  },
  "an empty key is refused": async (endpoint) => {
    const answer = await send(endpoint, { key: "", body: endpoint.body(11) });
    // Some gateways drop an empty header on the way.
    must(answer.status === 400, `it was answered ${answer.status}`);
  },
  "a quoted key is the same as the bare one": async (endpoint) => {
    const key = newKey();
    const first = created(await send(endpoint, { key, body: endpoint.body(12) }));
    replayOf(first, await send(endpoint, { key: `"${key}"`, body: endpoint.body(12) }));
  },
  "a retry after an unknown outcome finds what was done": async (endpoint) => {
    const start = performance.now();
    created(await send(endpoint, { key: newKey(), body: endpoint.body(13) }));
    const usualMs = performance.now() - start;
    // Before the server has done anything, and with luck when it has done everything but answer.
    for (const afterMs of [0, usualMs / 2]) {
      const request = { key: newKey(), body: endpoint.body(14) };
      await sendAndHangUp(endpoint, request, afterMs);
      const answer = await send(endpoint, request);
      must(isSuccess(answer), `the retry was answered ${answer.status}`);
      replayOf(answer, await send(endpoint, request));
    }
  },
  "a request that is refused uses up no key": async (endpoint) => {
    const key = newKey();
    const bad = await send(endpoint, { key, body: '{"broken":' });
    must(bad.status === 400, `the broken body was answered ${bad.status}`);
    created(await send(endpoint, { key, body: endpoint.body(15) }));
  },
};

/** Runs every check, one after the other, and tells each result as it comes. */
export async function checkIdempotency(
  endpoint: Endpoint,
  tell: (result: CheckResult) => void = () => {},
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const [check, run] of Object.entries(CHECKS)) {
    const result = await resultOf(check, run, endpoint);
    tell(result);
    results.push(result);
  }
  return results;
}

async function resultOf(check: string, run: Check, endpoint: Endpoint): Promise<CheckResult> {
  try {
    await run(endpoint);
    return { check, outcome: "passed" };
  } catch (error) {
    const why = (error as Error).message;
    if (error instanceof Skipped) return { check, outcome: "skipped", why };
    if (error instanceof Failed) return { check, outcome: "failed", why };
    throw error;
  }
}

function must(claim: boolean, why: string): void {
  if (!claim) throw new Failed(why);
}

function isSuccess({ status }: KitAnswer): boolean {
  return status >= 200 && status < 300;
}

function created(answer: KitAnswer): KitAnswer {
  must(isSuccess(answer), `it was answered ${answer.status} ${answer.text.slice(0, 200)}`);
  must(!answer.replayed, "it was answered as a replay");
  return answer;
}

function replayOf(first: KitAnswer, answer: KitAnswer): void {
  must(
    isSuccess(answer),
    `the repetition was answered ${answer.status} ${answer.text.slice(0, 200)}`,
  );
  must(answer.text === first.text, "the repetition got another answer");
  must(answer.replayed, "the repetition is not marked with Idempotent-Replayed: true");
}

function refused(answer: KitAnswer, status: number, code: string): void {
  const found = `${answer.status} ${answer.code ?? ""}`.trim();
  must(
    answer.status === status && answer.code === code,
    `it was answered ${found}, not ${status} ${code}`,
  );
}

/** The same value with the keys of every object in the opposite order. */
function reversed(value: unknown): object {
  const turn = (inner: unknown): unknown => {
    if (Array.isArray(inner)) return inner.map(turn);
    if (inner === null || typeof inner !== "object") return inner;
    return Object.fromEntries(
      Object.entries(inner)
        .reverse()
        .map(([k, v]) => [k, turn(v)]),
    );
  };
  return turn(value) as object;
}
