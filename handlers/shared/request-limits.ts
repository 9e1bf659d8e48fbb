/**
 * Timeouts of every AWS client, short enough for the function to report a call that hangs.
 */
export const REQUEST_LIMITS = {
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
  },
} as const;
