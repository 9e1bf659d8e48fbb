import { TransientError } from "../../../shared/transient-error.ts";
import {
  type Charge,
  type ChargeRequest,
  ChargeVoided,
  PaymentDeclined,
  type PaymentGateway,
  RefundRefused,
} from "../payment-gateway.ts";
import type { Ledger, LedgerEntry } from "./ledger.ts";

/** Tokens that make the simulated provider behave in one way, like the test cards of real providers. */
export const testTokens = {
  tok_visa: "is captured",
  tok_declined: "is declined",
  tok_error: "always fails with a transient error",
  tok_outage: "fails twice, then is captured",
  tok_slow: "is captured only after the caller has timed out",
  tok_lost: "is captured, but the first response is lost",
  tok_high_risk: "is captured, and marked as risky, so that the order is not confirmed",
  tok_refund_error: "as tok_high_risk; and the first three refunds fail with a transient error",
  tok_refund_refused: "as tok_high_risk; and the first refund is refused finally",
} as const;

const RISKY = ["tok_high_risk", "tok_refund_error", "tok_refund_refused"];
const TROUBLED = ["tok_error", "tok_outage", "tok_slow", "tok_lost"];
const OUTAGE_TRIES = 2;
const REFUND_ERRORS = 3;

const isGood = (token: string) => token in testTokens && token !== "tok_declined";

/** How long a caller waits for the provider, in milliseconds. */
export const TIMEOUT_MS = 2_000;

// A slow charge is captured well after the timeout.
const SLOW_MS = 3_500;

/** Dependencies of the simulated provider; tests pass their own. */
export interface SimulationDeps {
  ledger: Ledger;
  now(): Date;
  sleep(ms: number): Promise<void>;
}

/** A provider that moves no money, keeps a readable ledger, and fails on request. */
export function simulatedGateway({ ledger, now, sleep }: SimulationDeps): PaymentGateway {
  /** Settles a charge one way, unless it is settled: a ledger entry never changes. */
  const settle = async (
    { key, ...request }: ChargeRequest,
    outcome: "CAPTURED" | "DECLINED",
  ): Promise<Charge> => {
    const { state, token = "" } = await ledger.enter({
      id: key,
      state: outcome,
      at: now().toISOString(),
      ...request,
    });
    if (state === "VOIDED") throw new ChargeVoided(`${key} was voided`);
    if (state === "DECLINED") throw new PaymentDeclined(`${key} is declined`);
    return RISKY.includes(token) ? { risk: "high" } : {};
  };
  const capture = (request: ChargeRequest) => settle(request, "CAPTURED");

  const firstCharge = async (request: ChargeRequest): Promise<Charge> => {
    const { key, token } = request;
    switch (token) {
      case "tok_error":
        throw new TransientError("the payment provider had an error");
      case "tok_outage":
        if ((await ledger.countTry(key)) <= OUTAGE_TRIES) {
          throw new TransientError("the payment provider is out of service");
        }
        return capture(request);
      case "tok_slow":
        await sleep(SLOW_MS);
        return capture(request);
      case "tok_lost":
        await capture(request);
        throw new TransientError("the payment provider's response was lost");
      default:
        return settle(request, isGood(token) ? "CAPTURED" : "DECLINED");
    }
  };

  // Only a charge that is not in the ledger fails on request.
  const chargeOnce = async (request: ChargeRequest): Promise<Charge> => {
    const known = TROUBLED.includes(request.token) && (await ledger.find(request.key));
    return known ? capture(request) : firstCharge(request);
  };

  const refuseIfTold = async (charge: LedgerEntry, refundKey: string): Promise<void> => {
    const { token } = charge;
    if (token === "tok_refund_error" && (await ledger.countTry(refundKey)) <= REFUND_ERRORS) {
      throw new TransientError("the payment provider cannot refund at the moment");
    }
    if (token === "tok_refund_refused" && (await ledger.countTry(refundKey)) === 1) {
      throw new RefundRefused("the payment provider refuses the refund");
    }
  };

  return {
    charge: async (request) => {
      const answer = chargeOnce(request);
      let timedOut = false;
      const waiting = sleep(TIMEOUT_MS).then((): never => {
        timedOut = true;
        throw new TransientError("the payment provider did not respond in time");
      });
      answer.catch((error: Error) => {
        if (!timedOut || !(error instanceof ChargeVoided)) return;
        console.warn({ event: "late_charge_refused", key: request.key });
      });
      return Promise.race([answer, waiting]);
    },

    void: async (chargeKey) => {
      const at = now().toISOString();
      const { state } = await ledger.enter({ id: chargeKey, state: "VOIDED", at });
      return state === "CAPTURED" ? "CAPTURED" : "VOIDED";
    },

    refund: async (chargeKey, refundKey) => {
      const charge = await ledger.find(chargeKey);
      if (charge?.state !== "CAPTURED" || (await ledger.find(refundKey))) return;
      await refuseIfTold(charge, refundKey);
      const { amountMinor, currency } = charge;
      const at = now().toISOString();
      await ledger.enter({
        id: refundKey,
        state: "REFUNDED",
        at,
        ...(amountMinor !== undefined && { amountMinor }),
        ...(currency && { currency }),
      });
    },
  };
}
