import type { Stack } from "../../../cli/scan/exceptions.ts";
import type { Registration } from "../support/registrations.ts";

/** Inputs of a resource. */
export type Inputs = Record<string, unknown>;

/** A rule of external auditors: what it asks of each resource of a type, and a change that has to break it. */
export interface Rule {
  /** Ids of the scanners that `cli/scan/exceptions.ts` names. */
  ids: string[];
  type: string;
  /** Stacks that have such resources. @default all */
  only?: readonly Stack[];
  asks: string;
  met(resource: Registration): boolean;
  broken(inputs: Inputs): Inputs;
}

/** An object input, or an empty one. */
export const of = (value: unknown) => (value ?? {}) as Inputs;
const json = (value: unknown) => JSON.parse(String(value));
/** The statements of a policy. */
export const statements = (policy: unknown) =>
  json(policy).Statement as { Effect: string; Principal?: unknown; Action: string | string[] }[];
/** The inputs without this one. */
export const without = (key: string) => (inputs: Inputs) => ({ ...inputs, [key]: undefined });
/** The inputs with another value of this one. */
export const having = (key: string, value: unknown) => (inputs: Inputs) => ({
  ...inputs,
  [key]: value,
});

/** The policy at this input refuses requests without TLS. */
export const deniesPlainHttp = (key: string) => (resource: Registration) =>
  statements(resource.inputs[key]).some(
    (it) => it.Effect === "Deny" && JSON.stringify(it).includes('"aws:SecureTransport":"false"'),
  );
/** The policy at this input lets not everybody in. */
export const allowsNobody = (key: string) => (resource: Registration) =>
  statements(resource.inputs[key]).every(
    (it) =>
      it.Effect === "Deny" ||
      !["*", '{"AWS":"*"}'].includes(JSON.stringify(it.Principal).replace(/^"|"$/g, "")),
  );
/** A policy at this input that lets everybody in. */
export const open = (key: string) =>
  having(key, JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "*" }] }));
