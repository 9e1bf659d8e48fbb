import type { DropReason, User } from "../contract.ts";

/** Users that passed, and how many did not, by reason. */
export interface CleanedUsers {
  users: User[];
  dropped: Partial<Record<DropReason, number>>;
}

const MAX_NAME_LENGTH = 200;
const EMAIL = /^[^\s@]{1,64}@[^\s@]+\.[^\s@]{2,}$/;

/** Normalises messy records and counts those that are invalid. */
export function cleanUsers(records: readonly unknown[]): CleanedUsers {
  const users: User[] = [];
  const dropped: CleanedUsers["dropped"] = {};
  for (const record of records) {
    const cleaned = cleanUser(record);
    if (typeof cleaned === "string") dropped[cleaned] = (dropped[cleaned] ?? 0) + 1;
    else users.push(cleaned);
  }
  return { users, dropped };
}

/** One normalised user, or why the record is invalid. */
export function cleanUser(record: unknown): User | DropReason {
  if (record === null || typeof record !== "object" || Array.isArray(record)) return "not_a_record";
  const { id, name, email, active } = record as Record<string, unknown>;
  const cleanId = integer(id);
  if (cleanId === undefined) return "invalid_id";
  const cleanName = text(name);
  if (!cleanName || cleanName.length > MAX_NAME_LENGTH) return "invalid_name";
  const cleanEmail = text(email)?.toLowerCase();
  if (!cleanEmail || cleanEmail.length > 254 || !EMAIL.test(cleanEmail)) return "invalid_email";
  const cleanActive = boolean(active);
  if (cleanActive === undefined) return "invalid_active";
  return { id: cleanId, name: cleanName, email: cleanEmail, active: cleanActive };
}

/** A positive integer, also from a string of digits. */
function integer(value: unknown): number | undefined {
  const number =
    typeof value === "string" && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number > 0
    ? number
    : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value !== "string" || !value.isWellFormed()) return undefined;
  const trimmed = value.normalize("NFC").trim().replace(/\s+/g, " ");
  return /\p{Cc}/u.test(trimmed) ? undefined : trimmed;
}

function boolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return undefined;
  const word = value.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : undefined;
}
