/** A number in [0, 1) that is a function of its arguments and of nothing else. */
export function chance(...parts: (string | number)[]): number {
  return hash(parts.join("\0")) / 2 ** 32;
}

/** Numbers in [0, 1), one for each index, that belong to its arguments: reading the arguments is most of the work. */
export function chances(...parts: (string | number)[]): (index: number) => number {
  const start = hash(parts.join("\0"));
  return (index) => finish(start ^ Math.imul(index + 1, 0x9e3779b1)) / 2 ** 32;
}

/** A UUID that is a function of its arguments. */
export function uuidOf(...parts: (string | number)[]): string {
  const text = parts.join("\0");
  const hex = [0, 1, 2, 3].map((n) => hash(`${n}\0${text}`).toString(16).padStart(8, "0")).join("");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** One of a list, by a number in [0, 1). */
export function pick<T>(list: readonly T[], number: number): T {
  const found = list[Math.floor(number * list.length)];
  if (found === undefined) throw new Error("nothing to pick from");
  return found;
}

/** FNV-1a with the finaliser of MurmurHash3, so that neighbouring texts have nothing in common. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) h = Math.imul(h ^ text.charCodeAt(at), 0x01000193);
  return finish(h);
}

function finish(start: number): number {
  let h = start;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
