import type { Kernel } from "../../kernel/kernel.ts";
import type { LogLine } from "../../kernel/log-line.ts";
import type { Need, Operation, Service } from "../../kernel/service.ts";
import { ServiceError } from "../../kernel/service-error.ts";
import { insightsOperations } from "./insights/operations.ts";
import { Queries } from "./insights/queries.ts";
import { QueryDefinitions } from "./insights/query-definitions.ts";
import {
  describeGroups,
  describeStreams,
  eventsOfStream,
  filterEvents,
  nameOf,
} from "./log-queries.ts";
import { type LogGroup, LogStore, type LogStream } from "./log-store.ts";
import { logsMembers } from "./members.ts";
import { acceptLines, type NewLine } from "./put-events.ts";
import { checkNameLengths, checkOneGroup, reservedNameProblem } from "./request-names.ts";
import { retentionProblem } from "./retention.ts";

type Input = Record<string, unknown>;

/** CloudWatch Logs: groups, streams and lines, and the ways to read them. */
export class Logs implements Service {
  readonly name = "logs";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly members = logsMembers;
  readonly queryDefinitions: QueryDefinitions;
  readonly #kernel: Kernel;
  readonly #store: LogStore;
  readonly #listeners = new Set<(line: LogLine) => void>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#store = new LogStore(kernel);
    this.queryDefinitions = new QueryDefinitions(kernel);
    const queries = new Queries(kernel, (name) => this.#store.group(name));
    const onStream = (action: string) => (input: Input) => this.#onStream(action, input);
    const onGroup = (action: string) => (input: Input) => this.#onGroup(action, input);
    this.operations = {
      CreateLogGroup: {
        needs: onGroup("CreateLogGroup"),
        run: (input) => this.#createGroup(input),
      },
      CreateLogStream: {
        needs: onStream("CreateLogStream"),
        run: (input) => this.#createStream(input),
      },
      PutLogEvents: { needs: onStream("PutLogEvents"), run: (input) => this.#put(input) },
      PutRetentionPolicy: {
        needs: onGroup("PutRetentionPolicy"),
        run: (input) => this.#retain(input),
      },
      DescribeLogGroups: {
        needs: () => [{ action: "logs:DescribeLogGroups", resource: "*" }],
        run: (input) => describeGroups(this.#store.groups, input, (name) => this.#arn(name)),
      },
      DescribeLogStreams: {
        needs: onGroup("DescribeLogStreams"),
        run: (input) => describeStreams(this.#namedGroup(input), input, this.#arn(nameOf(input))),
      },
      GetLogEvents: {
        needs: onStream("GetLogEvents"),
        run: (input) => {
          const group = this.#namedGroup(input);
          return eventsOfStream(group, this.#stream(group, input), input);
        },
      },
      FilterLogEvents: {
        needs: onGroup("FilterLogEvents"),
        run: (input) => filterEvents(this.#namedGroup(input), input),
      },
      ListTagsForResource: {
        needs: ({ resourceArn }) => [
          { action: "logs:ListTagsForResource", resource: String(resourceArn ?? "*") },
        ],
        run: ({ resourceArn }) => ({
          tags: this.#group({ logGroupIdentifier: resourceArn }).tags,
        }),
      },
      ...insightsOperations(queries, this.queryDefinitions, (action, name) =>
        this.#needOfGroup(action, name),
      ),
    };
  }

  checkFirst(_operation: string, input: Readonly<Input>): void {
    checkNameLengths(input);
  }

  /** Makes a group that the program declares; without days, or with 0, it keeps its lines for ever. */
  provisionGroup(name: string, retentionDays?: number): void {
    this.#store.createGroup(name, retentionDays);
  }

  /** Whether there is a group of this name. */
  hasGroup(name: string): boolean {
    return this.#store.group(name) !== undefined;
  }

  /** Stores a line that a service writes to a group that it knows by ARN, with or without `:*` at the end. */
  readonly writeLine = (groupArn: string, stream: string, line: string): void =>
    this.append(groupArn.replace(/^.*:log-group:/, "").replace(/:\*$/, ""), stream, line);

  /** Stores a line that a service of the platform writes; a group that does not exist loses it, as on AWS. */
  append(
    groupName: string,
    streamName: string,
    message: string,
    timestamp: number = this.#kernel.clock.now(),
  ): void {
    const group = this.#store.groupForLines(groupName);
    if (!group) return;
    const stream = group.streams.get(streamName) ?? this.#store.createStream(group, streamName);
    this.#append(group, stream, [{ timestamp, message }]);
  }

  /** Calls back for every line that is stored; returns a function that stops it. */
  onLine(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #append(group: LogGroup, stream: LogStream, lines: NewLine[]): void {
    this.#store.append(group, stream, lines);
    for (const listener of this.#listeners) {
      for (const line of lines) listener({ group: group.name, stream: stream.name, ...line });
    }
  }

  #createGroup(input: Input): void {
    const name = nameOf(input);
    const problem = reservedNameProblem(name);
    if (problem) throw invalid(problem);
    if (this.#store.group(name)) throw exists("log group");
    const tags = input["tags"] as Record<string, string> | undefined;
    this.#store.keep(this.#store.createGroup(name, undefined, tags));
  }

  #createStream(input: Input): void {
    const group = this.#group(input, this.#store.groupForLines(nameOf(input)));
    const logStreamName = String(input["logStreamName"]);
    if (group.streams.has(logStreamName)) throw exists("log stream");
    this.#store.createStream(group, logStreamName);
  }

  #put(input: Input): Input {
    const group = this.#group(input, this.#store.groupForLines(nameOf(input)));
    const stream = this.#stream(group, input);
    const now = this.#kernel.clock.now();
    const { lines, rejected } = acceptLines(input["logEvents"], now, group.retentionDays);
    this.#append(group, stream, lines);
    return {
      nextSequenceToken: String(group.events.at(-1)?.id ?? 0),
      ...(rejected && { rejectedLogEventsInfo: rejected }),
    };
  }

  #retain(input: Input): void {
    const group = this.#group(input);
    const { retentionInDays } = input;
    const problem =
      retentionInDays === 0 ? "0 is not a retention" : retentionProblem(retentionInDays);
    if (problem) throw invalid(problem);
    group.retentionDays = Number(retentionInDays);
    this.#store.keep(group);
  }

  /** The group of an operation with a name or an ARN. */
  #namedGroup(input: Input): LogGroup {
    checkOneGroup(input);
    return this.#group(input);
  }

  #group(input: Input, group = this.#store.group(nameOf(input))): LogGroup {
    if (group) return group;
    throw new ServiceError(
      "ResourceNotFoundException",
      `The specified log group does not exist: ${nameOf(input)}`,
    );
  }

  #stream(group: LogGroup, input: Input): LogStream {
    const stream = group.streams.get(String(input["logStreamName"]));
    if (stream) return stream;
    throw new ServiceError("ResourceNotFoundException", "The specified log stream does not exist.");
  }

  #onGroup(action: string, input: Input): Need[] {
    return [this.#needOfGroup(action, nameOf(input))];
  }

  // IAM knows a group in calls as `…:log-group:NAME:log-stream:`, so that a grant on the bare ARN grants nothing.
  #needOfGroup(action: string, name: string): Need {
    return { action: `logs:${action}`, resource: `${this.#arn(name)}:log-stream:` };
  }

  #onStream(action: string, input: Input): Need[] {
    const resource = `${this.#arn(nameOf(input))}:log-stream:${input["logStreamName"] ?? ""}`;
    return [{ action: `logs:${action}`, resource }];
  }

  #arn(group: string): string {
    const { region, account } = this.#kernel;
    return `arn:aws:logs:${region}:${account}:log-group:${group}`;
  }
}

function exists(what: string): ServiceError {
  return new ServiceError("ResourceAlreadyExistsException", `The specified ${what} already exists`);
}

function invalid(message: string): ServiceError {
  return new ServiceError("InvalidParameterException", message);
}
