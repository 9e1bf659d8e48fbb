import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { requireEnv } from "../../../shared/env.ts";
import type { PaymentGateway } from "../payment-gateway.ts";
import { ledger } from "./ledger.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

/** The simulated provider, with its books in the table that `PAYMENTS_TABLE` names. */
export function simulatedPayments(client: DynamoDBDocumentClient): PaymentGateway {
  return simulatedGateway({
    ledger: ledger(client, requireEnv("PAYMENTS_TABLE")),
    now: () => new Date(),
    sleep: (ms) => sleep(ms),
  });
}
