import * as pulumi from "@pulumi/pulumi";
import { nearestName, shellWords } from "command-text";
import type * as v from "valibot";

type Namespaces = Record<string, { entries: Record<string, { default: string }> }>;

/** A line about one setting that is unknown or invalid, with the command that corrects it. */
export function explain(issue: v.BaseIssue<unknown>, namespaces: object): string {
  const known = namespaces as Namespaces;
  const [namespace = "", key] = (issue.path ?? []).map((item) => String(item.key));
  const entries = known[namespace]?.entries;
  if (!entries) {
    const keys = Object.keys(issue.path?.[0]?.value as object);
    const names = keys.map((unknown) => `${namespace}:${unknown}`);
    const [first = ""] = names;
    const all = Object.keys(known).join(", ");
    return `${names.join(" and ")}: settings begin with one of ${all}${nearest(first, known)} Remove it with: ${command("rm", first)}`;
  }
  const name = `${namespace}:${key}`;
  const setting = entries[key ?? ""];
  if (!setting) {
    const all = Object.keys(entries).join(", ");
    return `${name} is not a setting; ${namespace} has: ${all}${nearest(name, known)} Remove it with: ${command("rm", name)}`;
  }
  return `${name} is ${JSON.stringify(issue.input)}, but must be ${issue.message}; set it with: ${command("set", name, setting.default)}`;
}

function nearest(name: string, known: Namespaces): string {
  const names = Object.entries(known).flatMap(([namespace, { entries }]) =>
    Object.keys(entries).map((key) => `${namespace}:${key}`),
  );
  // The namespace may be the project's, which Pulumi takes where none is given.
  const key = name.slice(name.indexOf(":"));
  const found = nearestName(name, names) ?? names.find((known) => known.endsWith(key));
  return found ? `; did you mean ${found}?` : ".";
}

/** The line about a region that neither the settings nor the environment name. */
export function missingRegion(): string {
  return `aws:region is not set, nor is AWS_REGION; set it with: ${command("set", "aws:region", "eu-central-1")}`;
}

/** The line about alarms that would notify nobody. */
export function missingEmail(): string {
  return `monitoring:email is not set, but monitoring:emailRequired is true: alarms would notify nobody; set it with: ${command("set", "--secret", "monitoring:email", "alerts@example.com")}`;
}

/** The line about an authorizer that knows no issuer. */
export function missingJwt(): string {
  return `api:httpAuthorizer is jwt, but api:jwtIssuer or api:jwtAudience is not set; set it with: ${command("set", "api:jwtIssuer", "https://login.example.com/")}`;
}

/** The line about a storefront whose visitors would not be let in. */
export function lockedStorefront(): string {
  return `storefront:enabled is true, but api:httpAuthorizer is set: visitors could not order; open the HTTP API with: ${command("set", "api:httpAuthorizer", "none")}`;
}

/** The line about a domain without a certificate, or the other way round. */
export function halfDomain(namespace: "api" | "storefront"): string {
  const [domain, certificate] = [`${namespace}:domainName`, `${namespace}:certificateArn`];
  const region = namespace === "api" ? "eu-central-1" : "us-east-1";
  const arn = `arn:aws:acm:${region}:111122223333:certificate/abc`;
  return `${domain} and ${certificate} need each other; set both, the second with: ${command("set", certificate, arn)}`;
}

/** The line about a secret setting that would become readable in names and policies. */
export function plainSecret(name: string): string {
  return `${name} is encrypted, but its value is not kept secret on AWS; set it in clear with: ${command("set", "--plaintext", name, "VALUE")}`;
}

function command(...words: string[]): string {
  return shellWords("npx", "pulumi", "config", ...words, "--stack", pulumi.getStack());
}
