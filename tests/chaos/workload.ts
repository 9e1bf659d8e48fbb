import { sleep } from "local-aws/testing";
import { chance, pick, uuidOf } from "./random.ts";
import { makeVisits, type Visit, type VisitPlan, visitsOf } from "./visits.ts";
import type { World } from "./world.ts";

export type Door = "rest" | "http" | "direct";

/** What a client was answered, or that it heard nothing. */
export interface Heard {
  door: Door;
  /** Which of the two bodies it sent. */
  body: "own" | "other";
  status: number | "lost";
  text: string;
  orderId: string | undefined;
  /** When it was answered, in epoch milliseconds. */
  at: number;
}

/** What a client of one order does, all of it decided beforehand. */
export interface Plan {
  n: number;
  startMs: number;
  door: Door;
  key: string | undefined;
  product: string;
  quantity: number;
  priceCents: number;
  token: string;
  twin: boolean;
  replay: boolean;
  reuse: boolean;
  otherDoor: Door | undefined;
  givesUp: boolean;
  /** Sends its request again when its key has been forgotten. */
  nextDay: boolean;
  visits: VisitPlan;
}

/** A client's order and everything that it was told. */
export interface Client {
  plan: Plan;
  heard: Heard[];
  /** Answers to reads of an order right after it was acknowledged. */
  reads: { status: number; orderId: string }[];
  visits: Visit[];
}

/** Stock of the products that are tracked, at the start of a round. */
export const STOCK: Record<string, number> = {
  rare: 12,
  scarce: 25,
  plenty: 100_000,
  priced: 100_000,
};
/** Prices of the products that have one, in cents. */
const PRICES: Record<string, number> = { priced: 1_299 };
/** The products as they are put into the shop, by their ids. */
export const SHELF: Record<string, object> = Object.fromEntries(
  Object.entries(STOCK).map(([id, stock]) => {
    const cents = PRICES[id];
    return [id, { stock, ...(cents !== undefined && { price: cents / 100, currency: "EUR" }) }];
  }),
);
const WRONG_PRICE_SHARE = 0.2;
const PRODUCTS = [...Object.keys(STOCK), "untracked"];
const TOKENS: [token: string, share: number][] = [
  ["tok_visa", 0.52],
  ["tok_declined", 0.07],
  ["tok_error", 0.04],
  ["tok_outage", 0.08],
  ["tok_slow", 0.06],
  ["tok_lost", 0.07],
  ["tok_high_risk", 0.07],
  ["tok_refund_error", 0.05],
  ["tok_refund_refused", 0.04],
];
const SPAN_MS = 60_000;
const MAX_TRIES = 12;
/** Of the clients, how many come in bursts, all at the same moment. */
const BURST_SHARE = 0.5;
const BURSTS = 15;

/** The plan of one client. It depends on the seed and its number only, so that others may be left out. */
export function planOf(seed: string, n: number): Plan {
  const draw = (what: string) => chance(seed, "client", n, what);
  const door: Door = draw("door") < 0.45 ? "rest" : draw("door") < 0.75 ? "http" : "direct";
  const keyed = draw("keyed") < 0.65;
  const token = tokenAt(draw("token"));
  const product = pick(PRODUCTS, draw("product"));
  const anyPrice = 1 + Math.floor(draw("price") * 20_000);
  const isWrong = draw("wrong price") < WRONG_PRICE_SHARE;
  const price = PRICES[product];
  return {
    n,
    startMs:
      draw("burst") < BURST_SHARE
        ? Math.floor(draw("start") * BURSTS) * (SPAN_MS / BURSTS)
        : draw("start") * SPAN_MS,
    door,
    key: keyed ? uuidOf(seed, "key", n) : undefined,
    product,
    quantity: 1 + Math.floor(draw("quantity") * 3),
    priceCents: price === undefined || isWrong ? anyPrice : price,
    token,
    twin: keyed && draw("twin") < 0.15,
    replay: keyed && draw("replay") < 0.3,
    reuse: keyed && draw("reuse") < 0.2,
    otherDoor:
      keyed && draw("other") < 0.1 ? pick(["rest", "http", "direct"], draw("which")) : undefined,
    givesUp: draw("gives up") < 0.05,
    nextDay: keyed && draw("next day") < 0.3,
    visits: visitsOf(seed, n),
  };
}

function tokenAt(share: number): string {
  let from = 0;
  for (const [token, size] of TOKENS) {
    from += size;
    if (share < from) return token;
  }
  return "tok_visa";
}

/** What a client's order comes to, in cents. */
export const totalOf = ({ quantity, priceCents }: Plan): number => quantity * priceCents;
/** Whether a client names a price that is not the product's. */
export const isWronglyPriced = ({ product, priceCents }: Plan): boolean =>
  (PRICES[product] ?? priceCents) !== priceCents;
export const mailOf = ({ n }: Plan, body: Heard["body"] = "own"): string =>
  body === "own" ? `c${n}@example.com` : `other${n}@example.com`;

/** Sends an order as its plan says, and tries again as clients do, until it has an answer that says something. */
export async function runClient(
  world: World,
  seed: string,
  plan: Plan,
  isLost: Lost,
): Promise<Client> {
  const client: Client = { plan, heard: [], reads: [], visits: [] };
  const visiting = makeVisits(world, seed, plan.n, plan.visits, isLost);
  await placeOrder(world, client, isLost);
  client.visits = await visiting;
  return client;
}

/** Sends an order once more, when its key has been forgotten. */
export async function comeAgain(world: World, client: Client, isLost: Lost): Promise<void> {
  const { plan } = client;
  if (!plan.nextDay) return;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    if (isAnswer(await placeOnce(world, client, plan.door, "own", isLost))) return;
    await sleep(world.clock, 2_000);
  }
}

async function placeOrder(world: World, client: Client, isLost: Lost): Promise<void> {
  const { plan } = client;
  const { clock } = world;
  await sleep(clock, plan.startMs);
  const place = (door: Door, body: Heard["body"] = "own") =>
    placeOnce(world, client, door, body, isLost);
  if (plan.twin) await Promise.all([settle(world, place, plan), settle(world, place, plan)]);
  else await settle(world, place, plan);
  if (plan.otherDoor) {
    await sleep(clock, 5_000);
    await place(plan.otherDoor);
  }
  if (plan.reuse) {
    await sleep(clock, 10_000);
    await place(plan.door, "other");
  }
  if (plan.replay) {
    await sleep(clock, 90_000);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      if (isAnswer(await place(plan.door))) break;
      await sleep(clock, 2_000);
    }
  }
}

/** Whether a request or its answer gets lost between client and gateway. */
export type Lost = (attempt: string) => "request" | "answer" | undefined;

/** Whether an order was accepted. */
export const isAcknowledged = (status: Heard["status"]) => status === 201 || status === 202;

const isAnswer = ({ status }: Heard) =>
  status !== "lost" && status !== 429 && status < 500 && status !== 409;

async function settle(
  { clock }: World,
  place: (door: Door) => Promise<Heard>,
  { door, key, givesUp }: Plan,
): Promise<void> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    // Without a key, a second request would be a second order.
    if (isAnswer(await place(door)) || givesUp || !key) return;
    await sleep(clock, 1_000 * (tries + 1));
  }
}

async function placeOnce(
  world: World,
  client: Client,
  door: Door,
  body: Heard["body"],
  isLost: Lost,
): Promise<Heard> {
  const { plan, heard } = client;
  const attempt = heard.length;
  const lost = isLost(`client-${plan.n}-${attempt}`);
  const rest = world.output("ordersApiUrl");
  const url = {
    rest: `${rest}/orders`,
    direct: `${rest}/orders/direct`,
    http: `${world.output("ordersHttpApiUrl")}/orders`,
  }[door];
  const headers = {
    ...(door !== "http" && { "x-api-key": world.output("ordersApiKey") }),
    ...(plan.key && { "idempotency-key": plan.key }),
    "x-correlation-id": `client-${plan.n}`,
  };
  const entry: Heard = { door, body, status: "lost", text: "", orderId: undefined, at: 0 };
  heard.push(entry);
  if (lost === "request") return entry;
  const answer = await world.withIds(`client ${plan.n} ${attempt}`, () =>
    world.request("POST", url, headers, bodyOf(plan, body)),
  );
  if (lost === "answer") return entry;
  entry.status = answer.status;
  entry.text = answer.text;
  entry.at = world.clock.now();
  const json = parse(answer.text);
  if (answer.status < 300) entry.orderId = String(json["orderId"]);
  if (answer.status === 201 && entry.orderId) {
    const key = { "x-api-key": world.output("ordersApiKey") };
    const read = await world.request("GET", `${rest}/orders/${entry.orderId}`, key);
    client.reads.push({ status: read.status, orderId: entry.orderId });
  }
  return entry;
}

function bodyOf(plan: Plan, body: Heard["body"]): object {
  const { product, quantity, priceCents, token } = plan;
  return {
    customerId: `customer-${plan.n}`,
    customerEmail: mailOf(plan, body),
    items: [{ productId: product, quantity, price: priceCents / 100 }],
    paymentToken: token,
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
