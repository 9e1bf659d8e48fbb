/** A requested charge. */
export interface ChargeRequest {
  /** The same key is the same charge, however often it is requested. */
  key: string;
  amountMinor: number;
  currency: string;
  token: string;
}

/** A charge that was captured. */
export interface Charge {
  /** Set when the provider rates the payment as risky. */
  risk?: "high";
}

/** The provider declines the charge; a retry cannot help. */
export class PaymentDeclined extends Error {
  override readonly name = "PaymentDeclined";
}

/** The charge was voided before it was captured, and can never be captured. */
export class ChargeVoided extends Error {
  override readonly name = "ChargeVoided";
}

/** The provider refuses the refund; an operator has to look into it. */
export class RefundRefused extends Error {
  override readonly name = "RefundRefused";
}

/** A payment provider, as far as orders need one. Failures that can pass are {@link TransientError}s. */
export interface PaymentGateway {
  /** @throws PaymentDeclined, ChargeVoided, TransientError; the last says nothing of whether money was captured. */
  charge(request: ChargeRequest): Promise<Charge>;
  /**
   * Voids a charge. `VOIDED`: nothing is captured, and no charge with this key ever will be, even one in progress.
   * `CAPTURED`: it is too late, and the charge has to be refunded.
   */
  void(chargeKey: string): Promise<"VOIDED" | "CAPTURED">;
  /** Refunds what a charge has captured, once. @throws RefundRefused, TransientError. */
  refund(chargeKey: string, refundKey: string): Promise<void>;
}

/** The key of an order's charge. */
export const chargeKey = (orderId: string): string => `charge-${orderId}`;

/** The key of an order's refund. */
export const refundKey = (orderId: string): string => `refund-${orderId}`;
