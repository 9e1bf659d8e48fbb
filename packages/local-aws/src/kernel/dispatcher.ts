import type { PolicyStore } from "./iam/policy-store.ts";
import { checkInput } from "./models/check-input.ts";
import type { Outages } from "./outages.ts";
import type { CallContext, Caller, CallManner, Service } from "./service.ts";
import { ServiceError } from "./service-error.ts";
import type { Trace } from "./trace.ts";

/** The one way from any caller to any service: every call is checked, authorised and traced here. */
export class Dispatcher {
  readonly #services = new Map<string, Service>();
  readonly #policies: PolicyStore;
  readonly #trace: Trace;
  readonly #newId: () => string;
  readonly #outages: Outages;

  constructor(policies: PolicyStore, trace: Trace, newId: () => string, outages: Outages) {
    this.#policies = policies;
    this.#trace = trace;
    this.#newId = newId;
    this.#outages = outages;
  }

  /** Adds operations; several parts may serve one service, and a later registration wins. */
  register(...services: Service[]): void {
    for (const service of services) {
      const { name, operations, members } = service;
      const known = this.#services.get(name);
      const first = service.checkFirst ? service : known;
      this.#services.set(name, {
        name,
        operations: { ...known?.operations, ...operations },
        members: { ...known?.members, ...members },
        ...(first?.checkFirst && { checkFirst: first.checkFirst.bind(first) }),
      });
    }
  }

  /**
   * Calls one operation in the caller's name.
   *
   * @throws ServiceError as AWS would return it: unknown operation, an input that breaks its model, denied, or
   * the service's own errors.
   */
  async call<Output = unknown>(
    service: string,
    operation: string,
    input: object,
    caller: Caller,
    requestId: string = this.#newId(),
    manner: CallManner = {},
  ): Promise<Output> {
    const known = this.#services.get(service);
    const target =
      known && Object.hasOwn(known.operations, operation) ? known.operations[operation] : undefined;
    if (!known || !target) {
      throw new ServiceError("UnknownOperationException", notServed(service, operation, known));
    }
    const fields = checkInput(known, operation, input);
    const context: CallContext = { ...manner, caller, requestId };
    const trace = manner.traceHeader && traceId(manner.traceHeader);
    for (const need of target.needs(fields)) {
      const denial = this.#policies.authorise(caller, need, service);
      const hop = {
        from: callerName(caller),
        to: need.resource,
        kind: need.action,
        requestId,
        ...(trace && { traceId: trace }),
      };
      const outage = denial ? undefined : this.#outages.errorOf(need.resource, caller);
      if (denial) this.#trace.emit({ ...hop, decision: "denied", detail: denial.explanation });
      else if (outage) this.#trace.emit({ ...hop, decision: "failed", detail: outage.message });
      else this.#trace.emit({ ...hop, decision: "allowed" });
      if (denial) throw denial.error;
      if (outage) throw outage;
    }
    return (await target.run(fields, context)) as Output;
  }
}

function notServed(service: string, operation: string, known: Service | undefined): string {
  if (!known) return `${service} is not served by the local runtime`;
  const served = Object.keys(known.operations).sort().join(", ");
  return `${service}:${operation} is not served by the local runtime; of ${service} it serves ${served}`;
}

/** The trace's id in an `X-Amzn-Trace-Id`. */
function traceId(header: string): string | undefined {
  return /\bRoot=([\w-]{1,64})/.exec(header)?.[1];
}

/** A caller's name in logs: `you`, the role's name, or the service principal. */
export function callerName(caller: Caller): string {
  if (caller.kind === "administrator") return "you";
  if (caller.kind === "service") return caller.principal;
  return caller.roleArn.slice(caller.roleArn.lastIndexOf("/") + 1);
}
