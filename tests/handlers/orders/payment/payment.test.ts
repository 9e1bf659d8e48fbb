import { sleep, VirtualClock } from "local-aws/testing";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  ChargeVoided,
  chargeKey,
  PaymentDeclined,
  RefundRefused,
  refundKey,
} from "../../../../handlers/orders/payment/payment-gateway.ts";
import type { Ledger, LedgerEntry } from "../../../../handlers/orders/payment/simulated/ledger.ts";
import {
  simulatedGateway,
  testTokens,
} from "../../../../handlers/orders/payment/simulated/simulated-gateway.ts";
import { TransientError } from "../../../../handlers/shared/transient-error.ts";
import { CREATED_AT } from "../../../support/order-samples.ts";

const test = suite("the simulated payment provider");
const CHARGE = chargeKey("o-1");
const REFUND = refundKey("o-1");
// What is logged is not what is tested here.
console.warn = () => {};

/** The provider over books in memory. */
function provider() {
  const clock = new VirtualClock(Date.parse(CREATED_AT));
  const books = new Map<string, LedgerEntry>();
  const tries = new Map<string, number>();
  const ledger: Ledger = {
    find: async (id) => books.get(id),
    enter: async (entry) => {
      const known = books.get(entry.id);
      if (!known) books.set(entry.id, entry);
      return known ?? entry;
    },
    countTry: async (id) => {
      tries.set(id, (tries.get(id) ?? 0) + 1);
      return tries.get(id) ?? 0;
    },
  };
  const gateway = simulatedGateway({
    ledger,
    now: () => new Date(clock.now()),
    sleep: (ms) => sleep(clock, ms),
  });
  const charge = (token: string, amountMinor = 10_997) =>
    gateway.charge({ key: CHARGE, amountMinor, currency: "EUR", token });
  const voidCharge = () => gateway.void(CHARGE);
  const refund = () => gateway.refund(CHARGE, REFUND);
  return { clock, charge, voidCharge, refund, entries: () => [...books.values()] };
}

const entry = (token: string, state: LedgerEntry["state"] = "CAPTURED") => ({
  id: "charge-o-1",
  state,
  at: CREATED_AT,
  amountMinor: 10_997,
  currency: "EUR",
  token,
});
const refunded = {
  id: "refund-o-1",
  state: "REFUNDED",
  at: CREATED_AT,
  amountMinor: 10_997,
  currency: "EUR",
};
const voided = { id: "charge-o-1", state: "VOIDED", at: CREATED_AT };

async function assertFails(
  work: Promise<unknown>,
  kind: new (message: string) => Error,
  message: string,
) {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, kind);
  assert.is((error as Error).message, message);
}

const RISKY = ["tok_high_risk", "tok_refund_error", "tok_refund_refused"];
for (const token of ["tok_visa", ...RISKY]) {
  test(`${token} is captured once, however often it is charged`, async () => {
    const { charge, entries } = provider();
    const answer = RISKY.includes(token) ? { risk: "high" } : {};
    assert.equal(await charge(token), answer);
    assert.equal(await charge(token), answer);
    assert.equal(await charge(token, 5), answer);
    assert.equal(entries(), [entry(token)]);
  });
}

test("a charge that is repeated with another token is the first one", async () => {
  const { charge, entries } = provider();
  await charge("tok_visa");
  assert.equal(await charge("tok_declined"), {});
  assert.equal(entries(), [entry("tok_visa")]);
});

for (const token of ["tok_declined", "tok_unheard_of"]) {
  test(`${token} is declined for good`, async () => {
    const { charge, voidCharge, refund, entries } = provider();
    for (const again of [token, token, "tok_visa"]) {
      await assertFails(charge(again), PaymentDeclined, "charge-o-1 is declined");
    }
    assert.is(await voidCharge(), "VOIDED");
    await refund();
    assert.equal(entries(), [entry(token, "DECLINED")]);
  });
}

test("tok_error always fails, and captures nothing", async () => {
  const { charge, voidCharge, entries } = provider();
  for (let tries = 1; tries <= 5; tries++) {
    await assertFails(charge("tok_error"), TransientError, "the payment provider had an error");
  }
  assert.equal(entries(), []);
  assert.is(await voidCharge(), "VOIDED");
});

test("tok_outage fails twice, then is captured", async () => {
  const { charge, entries } = provider();
  const outage = "the payment provider is out of service";
  await assertFails(charge("tok_outage"), TransientError, outage);
  await assertFails(charge("tok_outage"), TransientError, outage);
  assert.equal(entries(), []);
  assert.equal(await charge("tok_outage"), {});
  assert.equal(await charge("tok_outage"), {});
  assert.equal(entries(), [entry("tok_outage")]);
});

test("tok_lost is captured, and only the first answer is lost", async () => {
  const { charge, voidCharge, entries } = provider();
  const lost = "the payment provider's response was lost";
  await assertFails(charge("tok_lost"), TransientError, lost);
  assert.equal(entries(), [entry("tok_lost")]);
  assert.equal(await charge("tok_lost"), {});
  assert.is(await voidCharge(), "CAPTURED");
});

const LATE = "the payment provider did not respond in time";

test("tok_slow is captured after its caller has given up, and found by the next try", async () => {
  const { clock, charge, entries } = provider();
  const first = assertFails(charge("tok_slow"), TransientError, LATE);
  await clock.advance(2_000);
  await first;
  await clock.advance(1_499);
  assert.equal(entries(), []);
  await clock.advance(1);
  const at = new Date(Date.parse(CREATED_AT) + 3_500).toISOString();
  assert.equal(entries(), [{ ...entry("tok_slow"), at }]);
  assert.equal(await charge("tok_slow"), {});
});

test("a slow charge that lands after it was called off is refused", async () => {
  const { clock, charge, voidCharge, entries } = provider();
  const first = assertFails(charge("tok_slow"), TransientError, LATE);
  await clock.advance(2_000);
  await first;
  assert.is(await voidCharge(), "VOIDED");
  await clock.advance(10_000);
  const at = new Date(Date.parse(CREATED_AT) + 2_000).toISOString();
  assert.equal(entries(), [{ ...voided, at }]);
});

test("a slow charge that has landed is too late to be called off", async () => {
  const { clock, charge, voidCharge } = provider();
  const first = assertFails(charge("tok_slow"), TransientError, LATE);
  await clock.advance(3_500);
  await first;
  assert.is(await voidCharge(), "CAPTURED");
});

test("a charge that was called off before can never be captured", async () => {
  const { charge, voidCharge, refund, entries } = provider();
  assert.is(await voidCharge(), "VOIDED");
  assert.is(await voidCharge(), "VOIDED");
  for (const token of Object.keys(testTokens)) {
    await assertFails(charge(token), ChargeVoided, "charge-o-1 was voided");
  }
  await refund();
  assert.equal(entries(), [voided]);
});

test("a charge that was captured cannot be called off, and is refunded once", async () => {
  const { charge, voidCharge, refund, entries } = provider();
  await charge("tok_visa");
  assert.is(await voidCharge(), "CAPTURED");
  await refund();
  await refund();
  assert.equal(entries(), [entry("tok_visa"), refunded]);
});

test("nothing is refunded where nothing was charged", async () => {
  const { refund, entries } = provider();
  await refund();
  assert.equal(entries(), []);
});

test("tok_refund_error is refunded at the fourth try", async () => {
  const { charge, refund, entries } = provider();
  await charge("tok_refund_error");
  for (let tries = 1; tries <= 3; tries++) {
    await assertFails(refund(), TransientError, "the payment provider cannot refund at the moment");
  }
  assert.equal(entries(), [entry("tok_refund_error")]);
  await refund();
  await refund();
  assert.equal(entries(), [entry("tok_refund_error"), refunded]);
});

test("tok_refund_refused is refunded once a person has asked again", async () => {
  const { charge, refund, entries } = provider();
  await charge("tok_refund_refused");
  const refused = "the payment provider refuses the refund";
  await assertFails(refund(), RefundRefused, refused);
  assert.equal(entries(), [entry("tok_refund_refused")]);
  await refund();
  assert.equal(entries(), [entry("tok_refund_refused"), refunded]);
});

test.run();
