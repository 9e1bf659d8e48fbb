/** What the provider is asked to charge. */
export interface ChargeRequest {
  /** The same key is the same charge, however often it is asked for. */
  key: string;
  amountMinor: number;
  currency: string;
  token: string;
}

/** A charge that was captured. */
export interface Charge {
  /** Set where the provider thinks the payment risky. */
  risk?: "high";
}

/** The provider will not charge: asking again cannot help. */
export class PaymentDeclined extends Error {
  override readonly name = "PaymentDeclined";
}

/** The charge was called off before it was captured, and can never be any more. */
export class ChargeVoided extends Error {
  override readonly name = "ChargeVoided";
}

/** The provider will not refund for now: a person has to see to it. */
export class RefundRefused extends Error {
  override readonly name = "RefundRefused";
}

/** A payment provider, as far as orders need one. Its failures that may pass are {@link TransientError}s. */
export interface PaymentGateway {
  /** @throws PaymentDeclined, ChargeVoided, TransientError; the last says nothing of whether money was captured. */
  charge(request: ChargeRequest): Promise<Charge>;
  /**
   * Calls a charge off. `VOIDED`: nothing is captured, and no charge with this key ever will be, even one that is on its
   * way. `CAPTURED`: it is too late, and has to be refunded.
   */
  void(chargeKey: string): Promise<"VOIDED" | "CAPTURED">;
  /** Gives back what a charge has captured, once. @throws RefundRefused, TransientError. */
  refund(chargeKey: string, refundKey: string): Promise<void>;
}

/** The key of an order's charge. */
export const chargeKey = (orderId: string): string => `charge-${orderId}`;

/** The key of an order's refund. */
export const refundKey = (orderId: string): string => `refund-${orderId}`;
