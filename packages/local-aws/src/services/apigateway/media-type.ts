/** The type of a `Content-Type` without its parameters; API Gateway takes an absent one for JSON. */
export function mediaType(contentType: string | undefined): string {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return type ? type : "application/json";
}

/** Whether a media type is among patterns such as `image/*`. */
export function isAmongTypes(
  contentType: string | undefined,
  patterns: readonly string[],
): boolean {
  if (patterns.length === 0) return false;
  const [kind, subtype] = mediaType(contentType).split("/");
  return patterns.some((pattern) => {
    const [wantedKind, wantedSubtype] = pattern.toLowerCase().split("/");
    return (
      (wantedKind === "*" || wantedKind === kind) &&
      (wantedSubtype === "*" || wantedSubtype === subtype)
    );
  });
}
