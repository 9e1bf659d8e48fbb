import { type FieldError, type ProblemCode, problems } from "./contract.ts";

/** What a response has in addition to the code and the detail. */
export interface HttpErrorOptions {
  /** What is wrong with the body, field by field. */
  errors?: FieldError[];
  /** Further members of the error body. */
  members?: Record<string, unknown>;
  /** When to try again, in seconds. */
  retryAfterSeconds?: number;
}

/** An error response. The detail is shown to the client and never repeats a value that was sent. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly code: ProblemCode;
  readonly status: number;
  readonly options: HttpErrorOptions;

  constructor(code: ProblemCode, detail: string, options: HttpErrorOptions = {}) {
    super(detail);
    this.code = code;
    this.status = problems[code].status;
    this.options = options;
  }
}
