import type { RunningService, ServiceContext } from "../../program/service-definition.ts";
import { Sts } from "./service.ts";

/** Starts STS. */
export function start({ kernel }: ServiceContext): RunningService<void> {
  return { api: undefined, endpoints: [new Sts(kernel)] };
}
