/** The type of a `Content-Type` without its parameters; API Gateway treats a missing one as JSON. */
export function mediaType(contentType: string | undefined): string {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return type ? type : "application/json";
}

/**
 * Whether a media type is among patterns. As on AWS, only a whole subtype may be a wildcard, as in `image/*`: with `*`
 * before another subtype nothing fits.
 */
export function isAmongTypes(type: string, patterns: readonly string[]): boolean {
  const wanted = mediaType(type);
  const [kind] = wanted.split("/");
  return patterns.some((pattern) => {
    const known = pattern.toLowerCase();
    if (known.startsWith("*")) return known === "*/*";
    return known === wanted || (wanted.includes("/") && known === `${kind}/*`);
  });
}
