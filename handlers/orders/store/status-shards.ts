import { requireEnv } from "../../shared/env.ts";

/** Over how many keys the index spreads each status, from `ORDER_STATUS_SHARDS`. @throws Error when it is not set. */
export function statusShards(): number {
  return Number(requireEnv("ORDER_STATUS_SHARDS"));
}
