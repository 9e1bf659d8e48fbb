import { ServiceError } from "../../kernel/service-error.ts";

type Input = Readonly<Record<string, unknown>>;

const MAX_LENGTH = 512;
const RESERVED = /^aws\//i;

/** What CloudWatch Logs checks first and reports alone: the length of names. @throws ServiceError */
export function checkNameLengths({ logGroupName, logStreamName }: Input): void {
  const tooLong = (name: unknown) => typeof name === "string" && name.length > MAX_LENGTH;
  if (!tooLong(logGroupName) && !tooLong(logStreamName)) return;
  throw invalid(
    `Invalid LogGroup or LogStream, both must have length less than or equal to ${MAX_LENGTH}.`,
  );
}

/** Why no log group can have this name, though its characters and length are right; undefined where one can. */
export function reservedNameProblem(name: string): string | undefined {
  return RESERVED.test(name) ? "Log groups starting with AWS/ are reserved for AWS." : undefined;
}

/** A log group is named by its name or by its identifier. @throws ServiceError */
export function checkOneGroup({ logGroupName, logGroupIdentifier }: Input): void {
  if (logGroupName !== undefined && logGroupIdentifier !== undefined) {
    throw new ServiceError(
      "ValidationException",
      "LogGroup name and LogGroup ARN are mutually exclusive parameters.",
    );
  }
  if (logGroupName === undefined && logGroupIdentifier === undefined) {
    throw invalid("logGroupName or logGroupIdentifier must be set");
  }
}

/** Filters of DescribeLogGroups that exclude each other. @throws ServiceError */
export function checkGroupFilters(input: Input): void {
  const { logGroupNamePrefix, logGroupNamePattern, logGroupIdentifiers } = input;
  if (logGroupNamePrefix !== undefined && logGroupNamePattern !== undefined) {
    throw invalid(
      "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
    );
  }
  const other = ["logGroupNamePrefix", "logGroupNamePattern", "logGroupClass"].find(
    (name) => input[name] !== undefined,
  );
  if (logGroupIdentifiers !== undefined && other !== undefined) {
    throw invalid(`logGroupIdentifiers and ${other} are mutually exclusive parameters`);
  }
}

/** Filters of FilterLogEvents that exclude each other. @throws ServiceError */
export function checkStreamFilters({ logStreamNames, logStreamNamePrefix }: Input): void {
  if (logStreamNames !== undefined && logStreamNamePrefix !== undefined) {
    throw invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters");
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", message);
}
