/** Where the local stack runs: computed outputs are derived from it. */
export interface Place {
  account: string;
  region: string;
  /** What the program may put before names to keep its stacks apart, e.g. `shop-dev-`. */
  namePrefix?: string;
  /** The AWS-shaped endpoint, e.g. `http://127.0.0.1:4566`. */
  awsEndpoint: string;
  /** The API endpoint, e.g. `http://localhost:3000`. */
  apiEndpoint: string;
  /** The seed of the secrets that AWS would generate, so that no two machines have the same. */
  secret: string;
}

/** The declaration of a resource. */
export interface Declared {
  /** Logical name. */
  name: string;
  inputs: Record<string, unknown>;
  /** Name that AWS would know the resource by where the program sets none: the logical name and a stable suffix. */
  generatedName: string;
}

/** What AWS would return when it creates a resource. */
export interface Computed {
  id: string;
  outputs: Record<string, unknown>;
  /** Where this machine serves what AWS serves at an address of its own, by that address; stack outputs name the former. */
  servedAt?: Readonly<Record<string, string>>;
}

/**
 * What the runtime knows of one resource type while the program is evaluated.
 * Kept apart from the engines, so that evaluation loads none of them.
 */
export interface ResourceType {
  /** Pulumi type token, e.g. `aws:sqs/queue:Queue`. */
  type: string;
  /** Inputs that the runtime acts on. */
  honours: readonly string[];
  /** Inputs that are accepted without effect, each with what does not happen because of it. Any other input is refused. */
  ignores: Readonly<Record<string, string>>;
  /** What has no effect inside an input that is otherwise acted on, by the input, with what does not happen. */
  ignoresWithin?(inputs: Readonly<Record<string, unknown>>): Record<string, string>;
  /** Everything that AWS would compute and a program may read. */
  compute(declared: Declared, place: Place): Computed;
}

/** Tags are accepted everywhere: nothing local reads them. */
export const TAGS = { tags: "tags are not stored", tagsAll: "tags are not stored" } as const;
