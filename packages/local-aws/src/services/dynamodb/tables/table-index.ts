import {
  type IndexSettings,
  type KeyAttribute,
  keyAttributes,
  type TableSettings,
} from "./table-settings.ts";

/** An index of a table. */
export interface TableIndex {
  name: string;
  isGlobal: boolean;
  keys: KeyAttribute[];
  /** The attributes that it holds; undefined where it holds all. */
  projected: ReadonlySet<string> | undefined;
}

/** A table's indexes by name. */
export function indexesOf(settings: TableSettings): Map<string, TableIndex> {
  const { localIndexes, globalIndexes } = settings;
  const all = [
    ...localIndexes.map((index) => indexOf(settings, index, false)),
    ...globalIndexes.map((index) => indexOf(settings, index, true)),
  ];
  return new Map(all.map((index) => [index.name, index]));
}

function indexOf(settings: TableSettings, index: IndexSettings, isGlobal: boolean): TableIndex {
  const { keySchema, attributeDefinitions } = settings;
  const keys = keyAttributes(index.KeySchema, attributeDefinitions);
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection;
  const projected = [
    ...keySchema.map(({ AttributeName }) => AttributeName),
    ...keys.map(({ name }) => name),
    ...NonKeyAttributes,
  ];
  return {
    name: index.IndexName,
    isGlobal,
    keys,
    projected: ProjectionType === "ALL" ? undefined : new Set(projected),
  };
}
