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

/** A stack's settings file, and settings beside it. */
type Profile = Pick<Subject, "stack" | "settings">;

/** What production lacks until it is deployed, and a signature that a measurement does not have. */
const MEASURABLE = { "monitoring:email": "alerts@example.com", "api:httpAuthorizer": "none" };

/** Configurations by the name that the page gives them. */
export const PROFILES = {
  prod: { stack: "prod", settings: MEASURABLE },
  "prod, standard": {
    stack: "prod",
    settings: { ...MEASURABLE, "orders:workflow": "standard" },
  },
  dev: { stack: "dev", settings: {} },
} satisfies Record<string, Profile>;

const subject = (profile: Profile, more: Partial<Subject> = {}): Subject => ({
  ...profile,
  body: "amount",
  door: "rest",
  mix: MIX,
  ...more,
});

const { prod } = PROFILES;

/** What is measured for the page, by name. */
export const SUBJECTS = {
  ...(Object.fromEntries(
    Object.entries(PROFILES).map(([name, profile]) => [name, subject(profile)]),
  ) as Record<keyof typeof PROFILES, Subject>),
  "prod, HTTP door": subject(prod, { door: "http" }),
  "prod, direct door": subject(prod, { door: "direct" }),
  "prod, lines": subject(prod, { body: "lines" }),
} satisfies Record<string, Subject>;

/** The name of something that is measured for the page. */
export type SubjectName = keyof typeof SUBJECTS;
