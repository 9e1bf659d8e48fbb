interface Sized {
  byteLength?: unknown;
}

/** Length of a request's body in bytes. Files and streams are not sent. */
export const calculateBodyLength = (body: string | Sized | undefined): number => {
  if (!body) return 0;
  if (typeof body === "string") return Buffer.byteLength(body);
  if (typeof body.byteLength === "number") return body.byteLength;
  throw new Error("this bundle sends strings and bytes only, no files or streams");
};
