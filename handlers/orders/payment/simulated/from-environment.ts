import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { requireEnv } from "../../../shared/env.ts";
import type { PaymentGateway } from "../payment-gateway.ts";
import { ledger } from "./ledger.ts";
import { simulatedGateway } from "./simulated-gateway.ts";

/** The provider that payments go to. A real one takes its place here. */
export function awsPaymentGateway(client: DynamoDBDocumentClient): PaymentGateway {
  return simulatedGateway({
    ledger: ledger(client, requireEnv("PAYMENTS_TABLE")),
    now: () => new Date(),
    sleep: (ms) => sleep(ms),
  });
}
