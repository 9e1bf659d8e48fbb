import type { Letter } from "../../src/kernel/letter.ts";
import { run } from "../calls.ts";

/** The letters that went out, or would have; the newest first. */
export async function readLetters(live: boolean): Promise<Letter[]> {
  const letters = live
    ? ((await (await fetch("/_local/mailbox")).json()) as Letter[])
    : await run<Letter[]>("letters");
  return letters.toSorted((a, b) => (a.time < b.time ? 1 : -1));
}
