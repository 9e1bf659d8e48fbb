import { NoOpLogger } from "@smithy/core/client";

/** Logs nothing. */
export const loggerMiddleware =
  () =>
  <Next>(next: Next): Next =>
    next;

export const loggerMiddlewareOptions = { name: "loggerMiddleware", step: "initialize" };

/**
 * Refuses a client that was given a logger. The SDK's log of requests walks through input and output of every call,
 * even where nobody listens.
 */
export const getLoggerPlugin = ({ logger }: { logger?: unknown }) => {
  if (logger && !(logger instanceof NoOpLogger)) {
    throw new Error("the log of requests is left out of this bundle; give the client no logger");
  }
  return { applyToStack: (): void => {} };
};
