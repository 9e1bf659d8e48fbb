/**
 * Fills the `<placeholders>` of an input template as EventBridge and Pipes do. Outside quotes a value stands as
 * JSON, so text gets its own quotes; inside quotes it is inserted as text, and objects lose their quotes. A value that
 * is undefined is empty text. What `valueFor` does not know stays as it is.
 *
 * @param keepsQuotes whether objects inside quotes keep their quotes, as in a template that is a JSON object; what comes
 * of it is then no JSON
 */
export function fillTemplate(
  template: string,
  valueFor: (placeholder: string) => { value: unknown } | undefined,
  keepsQuotes = false,
): string {
  let filled = "";
  let quoted = false;
  for (let at = 0; at < template.length; at++) {
    const character = template.charAt(at);
    if (character === "\\" && quoted) {
      filled += template.slice(at, at + 2);
      at++;
      continue;
    }
    if (character === '"') quoted = !quoted;
    const name = character === "<" ? placeholderAt(template, at) : undefined;
    const found = name === undefined ? undefined : valueFor(name);
    if (name === undefined || found === undefined) {
      filled += character;
      continue;
    }
    filled += quoted
      ? asText(found.value, keepsQuotes)
      : JSON.stringify(found.value ?? emptyOf(found.value));
    at += name.length + 1;
  }
  return filled;
}

/** The names of all placeholders in a template. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(/<([^<>"\s]+)>/g)].map(([, name = ""]) => name);
}

function placeholderAt(template: string, at: number): string | undefined {
  const end = template.indexOf(">", at);
  const [name] = end < 0 ? [] : placeholdersOf(template.slice(at, end + 1));
  return name?.length === end - at - 1 ? name : undefined;
}

function emptyOf(value: unknown): "" | null {
  return value === undefined ? "" : null;
}

function asText(value: unknown, keepsQuotes: boolean): string {
  if (value === undefined) return "";
  if (keepsQuotes && typeof value === "object") return JSON.stringify(value);
  const text =
    typeof value === "string"
      ? value
      : // AWS drops the quotes of an object inside a string; it does not escape them.
        JSON.stringify(value).replaceAll('"', "");
  return JSON.stringify(text).slice(1, -1);
}
