import { fingerprint } from "../../shared/canonical-json.ts";
import type { User } from "../contract.ts";
import { TransientFailure } from "./http.ts";

/** One request's worth of users. */
export interface Batch {
  /** The same users always get the same key, so that a second run stores nothing new. */
  key: string;
  users: User[];
}

/**
 * The records in an upstream's response: an array, or an object with the array in `users`.
 *
 * @throws TransientFailure when it is anything else: half a response, or a proxy's error page.
 */
export function recordsIn(text: string, url: string): unknown[] {
  const value = jsonIn(text, url);
  const list = Array.isArray(value) ? value : (value as { users?: unknown } | null)?.users;
  if (!Array.isArray(list))
    throw new TransientFailure(`${url} returned JSON without an array of users`);
  return list;
}

/**
 * Checks that a response says that the batch is stored; a proxy's login page has status 200 as well.
 *
 * @throws TransientFailure when it does not.
 */
export function requireStored(text: string, url: string): void {
  const answer = jsonIn(text, url) as { status?: unknown } | null;
  if (answer?.status !== "created")
    throw new TransientFailure(`${url} returned JSON that does not say that the users are stored`);
}

function jsonIn(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TransientFailure(`${url} returned something that is not JSON`);
  }
}

/** The active users, in the order of their ids, each once: the last record of an id counts. */
export function activeUsers(users: readonly User[]): { active: User[]; inactive: number } {
  const byId = new Map(users.map((user) => [user.id, user]));
  const unique = [...byId.values()].sort((a, b) => a.id - b.id);
  const active = unique.filter((user) => user.active);
  return { active, inactive: unique.length - active.length };
}

/** The users in batches, each with the key that its content gives. */
export function batchesOf(users: readonly User[], size: number): Batch[] {
  const batches: Batch[] = [];
  for (let start = 0; start < users.length; start += size) {
    const part = users.slice(start, start + size);
    batches.push({ key: `users-${fingerprint(part)}`, users: part });
  }
  return batches;
}
