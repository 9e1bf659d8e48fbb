import type { HttpAnswer } from "./http-answer.ts";

/** One request that a stage answered. Times are in milliseconds. */
export interface ServedHttpRequest {
  apiId: string;
  stageName: string;
  /** Undefined where no route fits the request. */
  routeKey?: string | undefined;
  /** Whether the stage has metrics of each route. */
  detailed: boolean;
  status: number;
  latencyMs: number;
  /** Undefined where no function was called. */
  integrationLatencyMs?: number | undefined;
  /** Of both bodies. */
  bytes: number;
}

/** What came of a request, and how. */
export interface Outcome {
  answer: HttpAnswer;
  why?: string | undefined;
  routeKey?: string | undefined;
  integrationLatencyMs?: number | undefined;
}
