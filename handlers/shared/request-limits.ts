/**
 * Settings for every AWS client: it gives up on a call that hangs while the function still has time to say so.
 */
export const REQUEST_LIMITS = {
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  },
} as const;
