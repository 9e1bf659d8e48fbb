import type { AttributeValue } from "./attribute-value.ts";
import { parseDecimal } from "./decimal.ts";

// Keys are blobs that sort as DynamoDB sorts: by the hash of the partition key, then by the sort key. In front stand the
// partition key's 32-bit hash, which a parallel scan is split by, and its length, so that none is a prefix of another.
const HASH_BYTES = 4;
const LENGTH_BYTES = 2;
const NEGATIVE = 1;
const ZERO = 2;
const POSITIVE = 3;
const LOWEST_POWER = -129;

/** How many parts the hashes of partition keys fall in. */
export const HASH_RANGE = 2 ** 32;

/** The key of an item: its partition key, and its sort key where the table or index has one. */
export function encodeKey(partition: AttributeValue, sort: AttributeValue | undefined): Buffer {
  return join(encodePartition(partition), sort ? encodeScalar(sort) : undefined);
}

/** What the keys of all items with this partition key begin with, and nothing else does. */
export function encodePartition(partition: AttributeValue): Buffer {
  const bytes = encodeScalar(partition);
  const key = Buffer.allocUnsafe(HASH_BYTES + LENGTH_BYTES + bytes.length);
  key.writeUInt32BE(hash(bytes), 0);
  key.writeUInt16BE(bytes.length, HASH_BYTES);
  key.set(bytes, HASH_BYTES + LENGTH_BYTES);
  return key;
}

/** A key value as bytes that sort as DynamoDB sorts values of one type. */
export function encodeScalar(value: AttributeValue): Buffer {
  if (value.S !== undefined) return Buffer.from(value.S);
  if (value.N !== undefined) return encodeNumber(value.N);
  return Buffer.from(value.B ?? "", "base64");
}

/** The two, one after the other. */
export function join(prefix: Buffer, rest: Buffer | undefined): Buffer {
  return rest ? Buffer.concat([prefix, rest]) : prefix;
}

/** The key right after this one. */
export function successor(key: Buffer): Buffer {
  const next = Buffer.alloc(key.length + 1);
  next.set(key);
  return next;
}

/** The first key after all that begin with this prefix; undefined where there is none. */
export function afterPrefix(prefix: Buffer): Buffer | undefined {
  for (let index = prefix.length - 1; index >= 0; index--) {
    const byte = prefix[index] ?? 0;
    if (byte === 0xff) continue;
    const end = Buffer.from(prefix.subarray(0, index + 1));
    end[index] = byte + 1;
    return end;
  }
  return undefined;
}

/** The first key whose partition's hash is at least that number; undefined at the end of the range. */
export function firstKeyOfHash(number: number): Buffer | undefined {
  if (number >= HASH_RANGE) return undefined;
  const key = Buffer.alloc(HASH_BYTES);
  key.writeUInt32BE(number);
  return key;
}

// Sign, power of ten, then two digits a byte; negative numbers are the complement, so that they sort the other way round.
function encodeNumber(text: string): Buffer {
  const { sign, digits, exponent } = parseDecimal(text);
  if (digits === "") return Buffer.of(ZERO);
  const pairs = Math.ceil(digits.length / 2);
  const bytes = Buffer.alloc(2 + pairs + (sign < 0 ? 1 : 0));
  bytes[0] = sign < 0 ? NEGATIVE : POSITIVE;
  bytes[1] = exponent - LOWEST_POWER;
  for (let index = 0; index < pairs; index++) {
    bytes[2 + index] = Number(digits.slice(index * 2, index * 2 + 2).padEnd(2, "0")) + 1;
  }
  if (sign < 0) {
    for (let index = 1; index < bytes.length; index++) bytes[index] = 0xff - (bytes[index] ?? 0);
  }
  return bytes;
}

// FNV-1a, its bits mixed once more so that keys which differ only at the end are spread too.
function hash(bytes: Buffer): number {
  let value = 0x811c9dc5;
  for (const byte of bytes) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
