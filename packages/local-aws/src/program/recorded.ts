/** One resource that the program declared. */
export interface RecordedResource {
  urn: string;
  /** Pulumi type token, e.g. `aws:sqs/queue:Queue`. */
  type: string;
  /** Logical name. */
  name: string;
  /** URN of its parent component or resource. */
  parent?: string;
  /** Where the program creates it, e.g. `infra/table.ts:31`. */
  source?: string;
  id: string;
  /** What the program set; secrets are in clear, archives are {@link RecordedArchive}. */
  inputs: Record<string, unknown>;
  /** The inputs with everything that AWS would have computed: `arn`, `name`, `url`, … */
  outputs: Record<string, unknown>;
}

/** The contents of a function's package. */
export interface RecordedArchive {
  /** SHA-256 of the contents; equal for equal contents. */
  hash: string;
  /** Text of each file by its path in the archive. */
  files: Record<string, string>;
  /** Absolute path of each file that was read from a file of the machine, by its path in the archive. */
  origins?: Record<string, string>;
}

/** One stack output. */
export interface RecordedOutput {
  value: unknown;
  secret: boolean;
}

/** What one evaluation of `index.ts` declared. */
export interface RecordedProgram {
  project: string;
  stack: string;
  resources: RecordedResource[];
  outputs: Record<string, RecordedOutput>;
}
