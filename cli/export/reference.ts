/** Something that only the cloud knows: an output of a resource, or a fact of the account. */
export interface Reference {
  /** Logical name and type of the resource, `name|type`; `account` for facts of the account. */
  of: string;
  /** Name of the output, e.g. `arn`. */
  output: string;
}

/** The owner of facts of the account: `accountId` and `partition`. */
export const ACCOUNT = "account";

// Characters that no name, ARN or policy has, and that JSON leaves as they are.
const REFERENCE = /⟦([^⟦⟧]+?)\.(\w+)⟧/g;

/** The placeholder of a reference while the program runs. */
export function placeholder({ of, output }: Reference): string {
  return `⟦${of}.${output}⟧`;
}

/** A string in parts, in order: literals and references. */
export function partsOf(text: string): (string | Reference)[] {
  const parts: (string | Reference)[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const [whole, of = "", output = ""] = match;
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push({ of, output });
    end = match.index + whole.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}
