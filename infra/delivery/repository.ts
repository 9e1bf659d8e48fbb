/**
 * The name of a repository on GitHub. It decides whose runs a role trusts, so it has no wildcards.
 *
 * @throws Error for anything else.
 */
export function checkedRepository(text: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return text;
  throw new Error(`delivery:repository ${text} must be owner/name, e.g. acme/shop`);
}
