/** `X-Amzn-Trace-Id` of a request that came without one. @param now in milliseconds since 1970. */
export function newTraceHeader(requestId: string, now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  const root = requestId.replaceAll("-", "").slice(0, 24).padEnd(24, "0");
  return `Root=1-${seconds.padStart(8, "0")}-${root};Parent=${root.slice(0, 16)};Sampled=1`;
}
