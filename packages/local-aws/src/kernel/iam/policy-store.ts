import type { Caller, Need } from "../service.ts";
import type { RequestContext } from "./conditions.ts";
import { type Denial, denialOf } from "./denial.ts";
import { type AccessRequest, type Match, matchesIn, type Principal } from "./evaluate.ts";
import {
  many,
  POLICY_VERSIONS,
  type PolicyDocument,
  readPolicy,
  type Statement,
} from "./policy-document.ts";

/** A role as the program declares it. */
export interface Role {
  arn: string;
  name: string;
  trust: string | PolicyDocument;
  /** Where the program creates it, e.g. `infra/lambda.ts:40`. */
  source?: string | undefined;
}

/** An action on a resource pattern that a role is granted. */
export interface Grant {
  role: string;
  policyName: string;
  action: string;
  resource: string;
}

interface StoredRole {
  role: Role;
  trust: PolicyDocument;
  policies: Map<string, PolicyDocument>;
  used: Set<string>;
}

interface ResourcePolicy {
  version: string;
  id?: string | undefined;
  statements: Statement[];
  source?: string | undefined;
}

const [OLDER_VERSION = ""] = POLICY_VERSIONS;
// IAM counts the characters of all inline policies of a role together, without white space.
const MAX_POLICIES = 10_240;

// Services whose calls carry the account of the resource they act for; the default policy of a topic requires it.
const TELL_OWNER = ["cloudwatch.amazonaws.com"];
/** Every policy of the stack, and the one place that decides what a caller may do. */
export class PolicyStore {
  readonly #account: string;
  readonly #roles = new Map<string, StoredRole>();
  readonly #resourcePolicies = new Map<string, ResourcePolicy>();

  constructor(account: string) {
    this.#account = account;
  }

  /** Stores a role. @throws Error naming it when its trust policy is malformed. */
  putRole(role: Role): void {
    const trust = readPolicy(`role ${role.name}`, role.trust, "trust");
    const known = this.#roles.get(role.arn);
    this.#roles.set(role.arn, {
      role,
      trust,
      policies: known?.policies ?? new Map(),
      used: new Set(),
    });
  }

  /** Stores an inline policy of a role. @throws Error naming both when it is malformed or too long. */
  putRolePolicy(roleArn: string, policyName: string, document: string | PolicyDocument): void {
    const stored = this.#roles.get(roleArn);
    if (!stored) throw new Error(`policy ${policyName}: role ${roleArn} does not exist`);
    const owner = `policy ${policyName} of role ${stored.role.name}`;
    stored.policies.set(policyName, readPolicy(owner, document, "identity"));
    const length = [...stored.policies.values()].reduce(
      (sum, p) => sum + JSON.stringify(p).length,
      0,
    );
    if (length > MAX_POLICIES) {
      throw new Error(
        `${owner}: the role's policies have ${length} characters; IAM allows ${MAX_POLICIES}`,
      );
    }
  }

  /** Stores the policy of a resource, in place of the one it had. */
  putResourcePolicy(resourceArn: string, document: string | PolicyDocument, source?: string): void {
    const policy = readPolicy(`policy of ${resourceArn}`, document, "resource");
    const { Version: version = OLDER_VERSION, Id: id, Statement } = policy;
    this.#resourcePolicies.set(resourceArn, { version, id, statements: many(Statement), source });
  }

  /** Adds one statement to the policy of a resource. */
  addResourceStatement(resourceArn: string, statement: Statement, source?: string): void {
    const version = "2012-10-17";
    const document = { Version: version, Statement: [statement] };
    readPolicy(`policy of ${resourceArn}`, document, "resource");
    const known = this.#resourcePolicies.get(resourceArn) ?? { version, statements: [], source };
    this.#resourcePolicies.set(resourceArn, {
      ...known,
      statements: [...known.statements, statement],
    });
  }

  /** Forgets the policy of a resource. */
  removeResourcePolicy(resourceArn: string): void {
    this.#resourcePolicies.delete(resourceArn);
  }

  /** The policy of a resource, as its service shows it. */
  resourcePolicy(resourceArn: string): PolicyDocument | undefined {
    const stored = this.#resourcePolicies.get(resourceArn);
    if (!stored) return undefined;
    const { version, id, statements } = stored;
    return { Version: version, ...(id !== undefined && { Id: id }), Statement: statements };
  }

  /** Whether a service may take on a role, for a resource of its own. */
  canAssume(roleArn: string, servicePrincipal: string, sourceArn?: string): boolean {
    const stored = this.#roles.get(roleArn);
    if (!stored) return false;
    const request: AccessRequest = {
      principal: { kind: "service", principal: servicePrincipal },
      action: "sts:AssumeRole",
      resource: roleArn,
      context: this.#context(sourceArn),
    };
    const found = matchesIn(stored.trust, request, "resource");
    return found.some(isAllow) && !found.some(isDeny);
  }

  /** Undefined when the caller may do what is needed; otherwise why not. */
  authorise(caller: Caller, need: Need, service: string): Denial | undefined {
    if (caller.kind === "administrator") return undefined;
    const request = this.#request(caller, need);
    const role = caller.kind === "role" ? this.#roles.get(caller.roleArn) : undefined;
    const resourcePolicy = this.resourcePolicy(need.policyOf ?? need.resource);
    const onResource = resourcePolicy ? matchesIn(resourcePolicy, request, "resource") : [];
    const identity = role ? this.#identityMatches(role, request) : [];
    const denied = [...identity, ...onResource].some(isDeny);
    // An account as principal of a resource policy only means that the account's own policies decide.
    // KMS evaluates the key's own policy first: a role's grant counts only if that policy allows the account or the role.
    const identityCounts = !need.action.startsWith("kms:") || onResource.some(isAllow);
    const allowed =
      (identityCounts && identity.some(isAllow)) ||
      onResource.some((match) => isAllow(match) && match.direct);
    if (allowed && !denied) {
      for (const match of identity)
        role?.used.add(`${match.policyName}|${match.action}|${match.resource}`);
      return undefined;
    }
    return this.#denial(caller, need, service, denied);
  }

  /** Every grant of every role that no allowed call has needed so far. */
  unusedGrants(): Grant[] {
    const unused: Grant[] = [];
    for (const { role, policies, used } of this.#roles.values()) {
      for (const [policyName, policy] of policies) {
        for (const { Effect, Action, Resource } of many(policy.Statement)) {
          if (Effect !== "Allow") continue;
          for (const action of many(Action)) {
            for (const resource of many(Resource)) {
              if (used.has(`${policyName}|${action}|${resource}`)) continue;
              unused.push({ role: role.name, policyName, action, resource });
            }
          }
        }
      }
    }
    return unused;
  }

  #identityMatches(role: StoredRole, request: AccessRequest): (Match & { policyName: string })[] {
    return [...role.policies].flatMap(([policyName, policy]) =>
      matchesIn(policy, request, "identity").map((match) => ({ ...match, policyName })),
    );
  }

  #request(caller: Exclude<Caller, { kind: "administrator" }>, need: Need): AccessRequest {
    const { action, resource } = need;
    if (caller.kind === "service") {
      const principal: Principal = { kind: "service", principal: caller.principal };
      const owner = TELL_OWNER.includes(caller.principal) && { "aws:SourceOwner": this.#account };
      const context = { ...this.#context(caller.sourceArn), ...owner, ...need.context };
      return { principal, action, resource, context };
    }
    const principal: Principal = {
      kind: "role",
      roleArn: caller.roleArn,
      sessionArn: this.#sessionArn(caller),
      account: this.#account,
    };
    const context = { ...this.#context(), "aws:PrincipalArn": caller.roleArn, ...need.context };
    return { principal, action, resource, context };
  }

  #context(sourceArn?: string): RequestContext {
    // Everything here stays on the machine, which is as good as TLS.
    const always = { "aws:SecureTransport": "true" };
    if (!sourceArn) return always;
    return { ...always, "aws:SourceArn": sourceArn, "aws:SourceAccount": this.#account };
  }

  #sessionArn(caller: { roleArn: string; sessionName: string }): string {
    const name = caller.roleArn.slice(caller.roleArn.lastIndexOf("/") + 1);
    return `arn:aws:sts::${this.#account}:assumed-role/${name}/${caller.sessionName}`;
  }

  #denial(
    caller: Exclude<Caller, { kind: "administrator" }>,
    need: Need,
    service: string,
    explicit: boolean,
  ): Denial {
    const isRole = caller.kind === "role";
    return denialOf({
      caller,
      principal: isRole ? this.#sessionArn(caller) : caller.principal,
      need,
      service,
      explicit,
      role: isRole ? this.#roles.get(caller.roleArn)?.role : undefined,
      policySource: this.#resourcePolicies.get(need.resource)?.source,
    });
  }
}

const isAllow = ({ effect }: Match) => effect === "Allow";
const isDeny = ({ effect }: Match) => effect === "Deny";
