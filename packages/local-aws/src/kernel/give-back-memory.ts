import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Gives back at once what start-up has used and nothing uses any more. V8 by itself takes several seconds of rest. */
export function giveBackMemory(): void {
  setFlagsFromString("--expose-gc");
  const collect: (options: object) => void = runInNewContext("gc");
  // The other flavours leave the room for new objects as large as start-up has made it.
  collect({ type: "major", flavor: "last-resort" });
}
