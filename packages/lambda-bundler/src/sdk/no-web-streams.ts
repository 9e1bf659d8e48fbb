/**
 * Node.js loads the web's streams and blobs when their names are first mentioned. A body that is one of them is told
 * by what it can do.
 */
export const isReadableStream = (body: unknown): boolean => can(body, "getReader");

/** Whether a body is a blob. */
export const isBlob = (body: unknown): boolean => can(body, "arrayBuffer");

function can(body: unknown, method: string): boolean {
  return typeof (body as Record<string, unknown> | undefined)?.[method] === "function";
}
