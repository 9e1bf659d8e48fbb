/** An error as an AWS service would return it; the protocols write it in their own format. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** The error code without a namespace, e.g. `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Further members of the error's body, e.g. `CancellationReasons`. */
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, status = 400, details: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}
