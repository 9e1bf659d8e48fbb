interface Address {
  bits: 32 | 128;
  value: bigint;
}

/** Why `text` is not an IPv4 or IPv6 range like `10.0.0.0/16`, in AWS's wording; undefined if it is one. */
export function cidrProblem(text: string): string | undefined {
  const [base = "", mask, ...more] = text.split("/");
  if (mask === undefined || more.length > 0) return "Malformed CIDR, one '/' required";
  if (!/^\d+$/.test(mask)) return "Malformed CIDR, mask bits must be an integer";
  if (!parseAddress(base)) return `Nonstandard IP address: ${base}`;
  return range(text) ? undefined : "Malformed CIDR, mask bits must not exceed those of the address";
}

/** Whether an address lies in the range; false for anything that is not an address. */
export function inCidr(cidr: string, address: string): boolean {
  const block = range(cidr);
  const found = parseAddress(address);
  if (!block || !found || block.address.bits !== found.bits) return false;
  const host = BigInt(block.address.bits - block.length);
  return block.address.value >> host === found.value >> host;
}

function range(text: string): { address: Address; length: number } | undefined {
  const [, base = "", prefix = ""] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = parseAddress(base);
  const length = Number(prefix);
  return address && length <= address.bits ? { address, length } : undefined;
}

function parseAddress(text: string): Address | undefined {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Address | undefined {
  const octets = text.split(".");
  if (octets.length !== 4) return undefined;
  let value = 0n;
  for (const octet of octets) {
    if (!/^\d{1,3}$/.test(octet) || Number(octet) > 255) return undefined;
    value = (value << 8n) + BigInt(octet);
  }
  return { bits: 32, value };
}

function parseV6(text: string): Address | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const group of [...head, ...Array<string>(missing).fill("0"), ...tail]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    value = (value << 16n) + BigInt(`0x${group}`);
  }
  return { bits: 128, value };
}
