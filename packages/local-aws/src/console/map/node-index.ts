import type { RecordedResource } from "../../program/recorded.ts";
import type { FoundNode } from "./nodes.ts";
import { everyText } from "./read-inputs.ts";
import type { NodeKind } from "./system-map.ts";

// The part of an ARN or of a hop's target that holds the name.
const TARGETS: [kind: NodeKind, pattern: RegExp][] = [
  ["function", /:function:([\w-]+)/],
  ["table", /^arn:[\w-]+:dynamodb:.*:table\/([\w.-]+)/],
  ["queue", /^arn:[\w-]+:sqs:[^:]*:[^:]*:([\w.-]+)$/],
  ["queue", /\bsqs:path\/\d+\/([\w.-]+)/],
  ["topic", /^arn:[\w-]+:sns:[^:]*:[^:]*:([\w.-]+)/],
  ["machine", /:(?:stateMachine|execution):([\w-]+)/],
  ["rule", /:rule\/([\w./-]+)$/],
  ["bus", /:event-bus\/([\w./-]+)$/],
  ["pipe", /:pipe\/([\w-]+)$/],
];
const ROLE = /^arn:[\w-]+:iam::\d*:role\/(?:.*\/)?([\w+=,.@-]+)$/;

/** Finds the node of an ARN, an address or a role. */
export class NodeIndex {
  readonly #byName = new Map<string, string>();
  readonly #byRole = new Map<string, string[]>();

  constructor(nodes: readonly FoundNode[]) {
    for (const { node, resource } of nodes) {
      this.#byName.set(`${node.kind} ${node.name}`, node.id);
      if (resource) this.#addRoles(resource, node.id);
    }
  }

  /** Notes that a node uses the roles that a resource names. */
  #addRoles(resource: RecordedResource, id: string): void {
    const { role, roleArn, body } = resource.inputs;
    for (const text of [role, roleArn, ...(typeof body === "string" ? everyRole(body) : [])]) {
      const [, name] = ROLE.exec(String(text)) ?? [];
      if (name) this.addRole(name, id);
    }
  }

  /** Notes that a node uses a role. */
  addRole(role: string, id: string): void {
    const known = this.#byRole.get(role) ?? [];
    if (!known.includes(id)) this.#byRole.set(role, [...known, id]);
  }

  /** The node that an ARN, or part of an API's document, is about. */
  target(text: string): string | undefined {
    for (const [kind, pattern] of TARGETS) {
      const [, name] = pattern.exec(text) ?? [];
      const id = name && this.#byName.get(`${kind} ${name}`);
      if (id) return id;
    }
    return undefined;
  }

  /** The node of a kind that AWS knows by a name. */
  named(kind: NodeKind, name: string): string | undefined {
    return this.#byName.get(`${kind} ${name}`);
  }

  /** The nodes that work with a role, by its name or ARN. */
  workingAs(role: string): readonly string[] {
    const [, name = role] = ROLE.exec(role) ?? [];
    return this.#byRole.get(name) ?? [];
  }
}

function everyRole(document: string): string[] {
  try {
    return [...everyText(JSON.parse(document))].filter((text) => ROLE.test(text));
  } catch {
    return [];
  }
}
