import { randomUUID } from "node:crypto";

/** Random ids, without the web's crypto object: Node.js would load all of it for this. */
export const bindV4 = () => (): string => randomUUID();
