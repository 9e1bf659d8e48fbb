import { statfsSync } from "node:fs";

/** A disk with less free space than this accepts no new work... */
const MIN_FREE_BYTES = 64 * 1024 * 1024;
/** ...or, where it is small, with less than this part of it. */
const MIN_FREE_PART = 1 / 8;
// So that it does not go to and fro.
const RESUME_FACTOR = 1.25;
const CHECK_EVERY_MS = 1_000;

/** Whether the disk of a folder has room for new work. Work in progress may use the rest of the disk. */
export class DiskRoom {
  readonly #folder: string;
  readonly #tell: (message: string) => void;
  #refusal: string | undefined;
  #failure: string | undefined;
  #checkedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(folder: string, tell: (message: string) => void = console.error) {
    this.#folder = folder;
    this.#tell = tell;
    this.#look();
  }

  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Looks at the disk, at most once a second. To be called before each commit. */
  check(): void {
    if (performance.now() - this.#checkedAt >= CHECK_EVERY_MS) this.#look();
  }

  /** A commit has succeeded. */
  succeeded(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    this.#look();
  }

  /** A commit has failed. */
  failed(error: Error): void {
    this.#failure = error.message;
    this.#look();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.#checkedAt = performance.now();
    const { bavail, blocks, bsize } = statfsSync(this.#folder);
    const free = bavail * bsize;
    const least = Math.min(MIN_FREE_BYTES, blocks * bsize * MIN_FREE_PART);
    const isFull = free < least * (this.#refusal ? RESUME_FACTOR : 1);
    const problem = isFull ? `${inMegabytes(free)} are left` : this.#failure;
    if (problem && !this.#refusal) {
      this.#tell(
        `the disk of ${this.#folder} is full (${problem}): new requests are refused with 503, nothing that was accepted is lost; requests are accepted again once there is space`,
      );
    }
    if (!problem && this.#refusal) {
      this.#tell(`the disk of ${this.#folder} has room again: requests are taken`);
    }
    this.#refusal = problem && `the disk of the data folder is full: ${problem}`;
    clearTimeout(this.#timer);
    if (isFull) this.#timer = setTimeout(() => this.#look(), CHECK_EVERY_MS).unref();
  }
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
