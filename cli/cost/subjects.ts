import type { Body, Door, Mix } from "./orders.ts";

/** What is measured. */
export interface Subject {
  /** Whose settings to use. */
  stack: string;
  /** Settings beside those of the stack. */
  settings: Record<string, string>;
  body: Body;
  door: Door;
  mix: Mix;
}

const MIX = { completed: 0.9, declined: 0.07, refunded: 0.03 };

/** Settings for a shop with many orders: what they leave out is in docs/cost.md. */
const LEAN = {
  "orders:workflow": "express",
  "functions:tracing": "passThrough",
  "logs:invocationLines": "false",
};

/** Settings by the name that the page gives them. */
export const PROFILES: readonly [name: string, settings: Record<string, string>][] = [
  ["standard", { "orders:workflow": "standard" }],
  ["express", { "orders:workflow": "express" }],
  ["lean", LEAN],
];

const subject = (settings: Record<string, string>, more: Partial<Subject> = {}): Subject => ({
  stack: "dev",
  settings,
  body: "amount",
  door: "rest",
  mix: MIX,
  ...more,
});

/** What is measured for the page, by name. */
export const SUBJECTS: readonly [name: string, subject: Subject][] = [
  ...PROFILES.map(([name, settings]) => [name, subject(settings)] as const),
  ["lean, HTTP door", subject(LEAN, { door: "http" })],
  ["lean, direct door", subject(LEAN, { door: "direct" })],
  ["lean, lines", subject(LEAN, { body: "lines" })],
].map(([name, it]) => [name as string, it as Subject]);
