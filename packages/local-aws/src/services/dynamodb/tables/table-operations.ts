import { isDeepStrictEqual } from "node:util";
import type { Kernel } from "../../../kernel/kernel.ts";
import { ServiceError } from "../../../kernel/service-error.ts";
import { validationError } from "../dynamo-error.ts";
import type { Engine } from "../engine.ts";
import { settingsOf } from "./create-table.ts";
import { describeTable } from "./describe-table.ts";
import type { Table } from "./table.ts";
import {
  keyAttributes,
  type StreamSettings,
  type StreamViewType,
  type TableSettings,
} from "./table-settings.ts";
import { checkStreamSwitch, updatedSettings } from "./update-table.ts";

type Input = Record<string, unknown>;

interface StreamSpecification {
  StreamEnabled?: boolean;
  StreamViewType?: StreamViewType;
}

const MAX_TABLES = 100;
const RECOVERY_DAYS = 35;
const RECOVERY_LAG_MS = 5 * 60 * 1000;

/** Operations on whole tables. Here tables are ready immediately; the responses have the status that AWS shows meanwhile. */
export class TableOperations {
  readonly #engine: Engine;
  readonly #kernel: Kernel;

  constructor(engine: Engine, kernel: Kernel) {
    this.#engine = engine;
    this.#kernel = kernel;
  }

  /** CreateTable. */
  create(input: Input): Input {
    const now = this.#kernel.clock.now();
    const settings = settingsOf(input, { id: this.#kernel.newId(), at: now });
    const spec = (input["StreamSpecification"] ?? {}) as StreamSpecification;
    const stream = spec.StreamEnabled && this.#newStream(settings.name, spec.StreamViewType);
    const table = this.#engine.tables.create({ ...settings, ...(stream && { stream }) });
    return { TableDescription: describeTable(table, "CREATING") };
  }

  /**
   * Makes a table as a program declares it. An existing table keeps its items and gets the new settings.
   *
   * @throws Error that starts with the resource's name, if the existing table has other keys.
   */
  declare(resource: string, input: Input, declared: Partial<TableSettings>): void {
    const { tables } = this.#engine;
    const old = tables.find(String(input["TableName"]));
    const id = old?.settings.tableId ?? this.#kernel.newId();
    const at = old?.settings.createdAt ?? this.#kernel.clock.now();
    const settings = { ...settingsOf(input, { id, at }), ...declared };
    if (!old) {
      tables.create(settings);
      return;
    }
    const keys = keyAttributes(settings.keySchema, settings.attributeDefinitions);
    if (!isDeepStrictEqual(keys, old.keys)) {
      const names = old.keys.map(({ name, type }) => `${name} (${type})`).join(", ");
      throw new Error(
        `${resource}: the table ${old.name} that is stored has the keys ${names}; give the new one another name, or start without what is stored`,
      );
    }
    tables.change(old, settings);
  }

  describe({ TableName }: Input): Input {
    return { Table: describeTable(this.#engine.tables.describe(TableName)) };
  }

  list({ ExclusiveStartTableName: after, Limit }: Input): Input {
    const names = this.#engine.tables.all.map(({ name }) => name);
    const left = after == null ? names : names.filter((name) => name > String(after));
    const TableNames = left.slice(0, Number(Limit ?? MAX_TABLES));
    const isCut = TableNames.length < left.length;
    return { TableNames, ...(isCut && { LastEvaluatedTableName: TableNames.at(-1) }) };
  }

  update(input: Input): Input {
    const table = this.#engine.tables.describe(input["TableName"]);
    const settings = updatedSettings(table.settings, input, this.#kernel.clock.now());
    const spec = input["StreamSpecification"] as StreamSpecification | undefined;
    if (spec) checkStreamSwitch(table.settings, spec);
    this.#engine.tables.change(table, {
      ...settings,
      ...(spec && this.#switched(table.settings, spec)),
    });
    return { TableDescription: describeTable(table, "UPDATING") };
  }

  delete({ TableName }: Input): Input {
    const table = this.#engine.tables.describe(TableName);
    if (table.settings.deletionProtection) {
      throw validationError(
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first: ${table.name}`,
      );
    }
    const { AttributeDefinitions, KeySchema, CreationDateTime, ...description } = describeTable(
      table,
      "DELETING",
    );
    this.#engine.tables.drop(table);
    return { TableDescription: description };
  }

  describeBackups({ TableName }: Input): Input {
    const { settings } = this.#tableForBackups(TableName);
    return { ContinuousBackupsDescription: this.#backups(settings) };
  }

  updateBackups({ TableName, PointInTimeRecoverySpecification: spec }: Input): Input {
    const table = this.#tableForBackups(TableName);
    const enabled = (spec as Input | undefined)?.["PointInTimeRecoveryEnabled"] === true;
    const { recoverySince, ...settings } = table.settings;
    const since = enabled ? (recoverySince ?? this.#kernel.clock.now()) : undefined;
    const changed = { ...settings, ...(since !== undefined && { recoverySince: since }) };
    this.#engine.tables.change(table, changed);
    return { ContinuousBackupsDescription: this.#backups(changed) };
  }

  listTags({ ResourceArn }: Input): Input {
    const { tags } = this.#tagged(ResourceArn).settings;
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  }

  tag({ ResourceArn, Tags }: Input): Input {
    const table = this.#tagged(ResourceArn);
    const list = (Tags ?? []) as { Key: string; Value: string }[];
    const added = Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
    const tags = { ...table.settings.tags, ...added };
    this.#engine.tables.change(table, { ...table.settings, tags });
    return {};
  }

  untag({ ResourceArn, TagKeys }: Input): Input {
    const table = this.#tagged(ResourceArn);
    const gone = new Set((TagKeys ?? []) as string[]);
    const left = Object.entries(table.settings.tags).filter(([key]) => !gone.has(key));
    this.#engine.tables.change(table, { ...table.settings, tags: Object.fromEntries(left) });
    return {};
  }

  #newStream(table: string, view: StreamViewType | undefined): StreamSettings {
    const label = new Date(this.#kernel.clock.now()).toISOString().replace("Z", "");
    const arn = `${this.#engine.tables.arnOf(table)}/stream/${label}`;
    return { arn, label, view: view ?? "NEW_AND_OLD_IMAGES", enabled: true };
  }

  #switched({ name, stream }: TableSettings, spec: StreamSpecification) {
    if (spec.StreamEnabled) return { stream: this.#newStream(name, spec.StreamViewType) };
    return stream ? { stream: { ...stream, enabled: false } } : {};
  }

  #tableForBackups(nameOrArn: unknown): Table {
    const name = this.#engine.tables.nameIn(nameOrArn);
    const table = this.#engine.tables.find(name);
    if (table) return table;
    throw new ServiceError("TableNotFoundException", `Table not found: ${name}`);
  }

  #backups({ recoverySince }: TableSettings): Input {
    const latest = this.#kernel.clock.now() - RECOVERY_LAG_MS;
    return {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription:
        recoverySince === undefined
          ? { PointInTimeRecoveryStatus: "DISABLED" }
          : {
              PointInTimeRecoveryStatus: "ENABLED",
              RecoveryPeriodInDays: RECOVERY_DAYS,
              EarliestRestorableDateTime: recoverySince / 1000,
              LatestRestorableDateTime: Math.max(recoverySince, latest) / 1000,
            },
    };
  }

  #tagged(arn: unknown): Table {
    const text = String(arn ?? "");
    if (!/^arn:aws:dynamodb:[^:]+:\d{12}:table\/[\w.-]+$/.test(text)) {
      throw validationError(`Invalid TableArn: Invalid ResourceArn provided as input ${text}`);
    }
    const name = text.slice(text.lastIndexOf("/") + 1);
    const table = this.#engine.tables.find(name);
    if (table && table.arn === text) return table;
    throw new ServiceError(
      "AccessDeniedException",
      `User is not authorized to perform this action on the resource ${text}: it does not exist`,
    );
  }
}
