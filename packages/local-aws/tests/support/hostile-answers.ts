import { seededRandom } from "./hostile-input.ts";

const VALUES: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  99,
  200,
  204,
  304,
  600,
  1e300,
  "",
  "200",
  "ok",
  "a\r\nset-cookie: b=c",
  "\u0000",
  "\u{1F600}",
  "ÿ",
  "x".repeat(2_000),
  [],
  [null],
  {},
  { toString: 1 },
  { constructor: null },
];
const SOUND_NAMES = ["content-type", "x-a", "x-b"];
const NAMES = [
  ...SOUND_NAMES,
  "",
  "a b",
  "x\r\ny",
  "ünicode",
  "__proto__",
  "constructor",
  "transfer-encoding",
  "content-length",
  "connection",
  "date",
];
const NO_ANSWERS = [
  "",
  "{",
  "null",
  "[]",
  "7",
  '"text"',
  "[1]",
  "{}",
  "NaN",
  "\u0000",
  "[".repeat(20_000),
];

/** What a function answers to a gateway. */
export interface HostileAnswer {
  /** An answer, or text that is the payload as it is. */
  answer: unknown;
  /** Whether a gateway must pass it on. */
  sound: boolean;
}

/** Proxy answers that a seed determines: many are sound, some have members of any kind, and some are no answers. */
export function hostileAnswers(seed: number): () => HostileAnswer {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const object = (pairs: [string, unknown][]) => Object.fromEntries(pairs);
  return () => {
    const kind = random();
    if (kind < 0.15) return { answer: pick(NO_ANSWERS), sound: false };
    if (kind < 0.4) {
      const headers = object([[pick(SOUND_NAMES), pick(["v", "a; b", "200"])]]);
      const body = pick(["", "ok", "\u{1F600}", "x".repeat(20_000)]);
      return { answer: { statusCode: pick([200, 201, 404]), headers, body }, sound: true };
    }
    const some = (right: unknown) => (random() < 0.85 ? right : pick(VALUES));
    const value = () => (random() < 0.9 ? "v" : pick(VALUES));
    const answer = {
      statusCode: random() < 0.85 ? 200 : pick(VALUES),
      headers: some(object([1, 2].map(() => [pick(NAMES), value()]))),
      multiValueHeaders:
        random() < 0.3 ? some(object([[pick(NAMES), some(["a", "b"])]])) : undefined,
      cookies: random() < 0.2 ? some(["a=1", pick(VALUES)]) : undefined,
      body: some("body"),
      isBase64Encoded: random() < 0.3 ? pick(VALUES) : undefined,
      ...(random() < 0.2 && { [pick(NAMES)]: pick(VALUES) }),
    };
    return { answer, sound: false };
  };
}
