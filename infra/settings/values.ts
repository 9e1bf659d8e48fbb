import * as v from "valibot";

// Pulumi passes every value as a string.

/** `true` or `false`. */
export const flag = v.pipe(
  v.picklist(["true", "false"], "true or false"),
  v.transform((text) => text === "true"),
);

/** A whole number in these limits. */
export function count(min: number, max: number) {
  const allowed = `a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(allowed),
    v.regex(/^\d{1,10}$/, allowed),
    v.transform(Number),
    v.minValue(min, allowed),
    v.maxValue(max, allowed),
  );
}

/** A whole number in these limits, or `off`. */
export function optionalCount(min: number, max: number) {
  const allowed = `off, or a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(allowed),
    v.regex(/^(off|\d{1,10})$/, allowed),
    v.transform((text) => (text === "off" ? undefined : Number(text))),
    v.check((number) => number === undefined || (number >= min && number <= max), allowed),
  );
}

/** One of these words. */
export function choice<const Words extends readonly string[]>(words: Words) {
  return v.picklist(words, `one of ${words.join(", ")}`);
}

// "1 minute", but "5 minutes": EventBridge checks the grammar.
const SCHEDULE = String.raw`(rate\((1 (minute|hour|day)|(?!1 )[1-9]\d* (minutes|hours|days))\)|cron\(.+\))`;

/** An EventBridge schedule. */
export const schedule = v.pipe(
  v.string(),
  v.regex(new RegExp(`^${SCHEDULE}$`), "an EventBridge schedule such as rate(5 minutes)"),
);

/** An EventBridge schedule, or `off`. */
export const optionalSchedule = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(off|${SCHEDULE})$`),
    "off, or an EventBridge schedule such as rate(1 hour)",
  ),
  v.transform((text) => (text === "off" ? undefined : text)),
);

/** An e-mail address, or `none`. */
export const address = optional(/[^@\s]+@[^@\s]+\.[^@\s]+/, "an e-mail address");

/** An ARN of a service, or `none`. */
export function optionalArn(service: string, example: string) {
  return optional(new RegExp(`arn:aws[a-z-]*:${service}:\\S+`), `an ARN such as ${example}`);
}

/** A string of this form, or `none`. */
export function optional(form: RegExp, what: string) {
  return v.pipe(
    v.string(),
    v.regex(new RegExp(`^(none|${form.source})$`), `none, or ${what}`),
    v.transform((text) => (text === "none" ? undefined : text)),
  );
}

const CONSUMER = String.raw`[a-z][a-z0-9-]{0,30}(\.\d{1,6})?`;

const ORIGIN = String.raw`https?://[a-z0-9.-]+(:\d{1,5})?`;

/** Origins of web pages, separated by commas, or `*` for any. */
export const origins = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^(\\*|${ORIGIN}(, ?${ORIGIN})*)$`),
    "*, or origins such as https://shop.example, separated by commas",
  ),
  v.transform((text) => text.split(/, ?/)),
);

/** Names of consumers, each of whom has a key. */
export const consumers = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^${CONSUMER}(, ?${CONSUMER})*$`),
    "names of lowercase letters, digits and -, separated by commas",
  ),
  v.check((text) => {
    const names = text.split(/, ?/);
    return new Set(names).size === names.length;
  }, "names that differ"),
  v.transform((text) => text.split(/, ?/)),
);

// The only retentions that CloudWatch Logs offers.
const retentions = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827];

/** A retention of CloudWatch Logs, in days. */
export const retentionDays = v.pipe(
  v.picklist(retentions.map(String), `one of ${retentions.join(", ")}`),
  v.transform(Number),
);
