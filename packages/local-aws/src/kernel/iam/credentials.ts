import type { Caller } from "../service.ts";

/** One set of keys, as a function finds them in its environment. */
export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Issues the keys that functions get for their roles, and identifies the caller of a key. */
export class Credentials {
  readonly #callers = new Map<string, Caller>();
  readonly #newId: () => string;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** New keys for a session of a role. */
  mint(roleArn: string, sessionName: string): AccessKey {
    // ASIA marks temporary keys on AWS as well.
    const accessKeyId = `ASIA${this.#fragment(16)}`;
    this.#callers.set(accessKeyId, { kind: "role", roleArn, sessionName });
    return {
      accessKeyId,
      secretAccessKey: this.#fragment(40),
      sessionToken: this.#fragment(64),
    };
  }

  /** The owner of a key. A key that was not issued here belongs to the developer. */
  callerOf(accessKeyId: string): Caller {
    return this.#callers.get(accessKeyId) ?? { kind: "administrator" };
  }

  #fragment(length: number): string {
    let text = "";
    while (text.length < length) text += this.#newId().replaceAll("-", "").toUpperCase();
    return text.slice(0, length);
  }
}
