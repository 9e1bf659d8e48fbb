import { useState } from "preact/hooks";
import { aws } from "../calls.ts";
import { useFacts, type ViewProps } from "../facts.ts";
import { figure } from "../parts/format.ts";
import { Code, Empty, Heading, PickList, Problem, Section } from "../parts/page-parts.tsx";
import { usePolled } from "../poll.ts";
import { routeTo } from "../route.ts";
import { cellText, columnsOf, type Item, plainItem } from "./table-items.ts";

interface Key {
  AttributeName: string;
  KeyType: string;
}
interface Table {
  TableName: string;
  KeySchema: Key[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: Key[] }[];
  ItemCount?: number;
  TableSizeBytes?: number;
}
interface Page {
  Items?: Item[];
  LastEvaluatedKey?: Item;
}

const PAGE = 25;
const MAX_COLUMNS = 6;

/** The tables of the stack, to browse and to query. */
export function TablesView({ item }: ViewProps) {
  const { map } = useFacts();
  const nodes = map.nodes.filter(({ kind }) => kind === "table");
  const chosen = nodes.find(({ name }) => name === item) ?? nodes[0];
  return (
    <>
      <Heading title="Tables" />
      <div class="two narrow">
        <div class="panel">
          <PickList
            label="Tables"
            items={nodes}
            keyOf={({ name }) => name}
            selected={chosen?.name ?? ""}
            href={({ name }) => routeTo("tables", name)}
            row={({ label, group, name }) => (
              <span class="grow" title={name}>
                {group} {label === "table" ? "" : label}
                <span class="under">
                  <code>{name}</code>
                </span>
              </span>
            )}
          />
        </div>
        <div class="panel">
          {chosen ? (
            <TableDetail key={chosen.name} name={chosen.name} />
          ) : (
            <Empty>No tables.</Empty>
          )}
        </div>
      </div>
    </>
  );
}

function TableDetail({ name }: { name: string }) {
  const { value: table, error } = usePolled(
    `table ${name}`,
    async () =>
      (await aws<{ Table: Table }>("dynamodb", "DescribeTable", { TableName: name })).Table,
    0,
  );
  if (!table) return error ? <Problem text={error} /> : <Empty>Reading…</Empty>;
  return <Browser table={table} />;
}

function Browser({ table }: { table: Table }) {
  const [index, setIndex] = useState("");
  const [hash, setHash] = useState("");
  const [range, setRange] = useState("");
  const [asked, setAsked] = useState<{ index: string; hash: string; range: string; at: object[] }>({
    index: "",
    hash: "",
    range: "",
    at: [],
  });
  const [open, setOpen] = useState("");
  const schema =
    table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === index)?.KeySchema ??
    table.KeySchema;
  const [hashKey, rangeKey] = ["HASH", "RANGE"].map(
    (type) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName,
  );
  const { value, error, refresh } = usePolled(
    `items ${table.TableName} ${JSON.stringify(asked)}`,
    () => readPage(table, asked),
    0,
  );
  const keys = table.KeySchema.map(({ AttributeName }) => AttributeName);
  const items = value?.Items ?? [];
  const columns = columnsOf(items, keys, MAX_COLUMNS);
  const submit = (event: Event) => {
    event.preventDefault();
    setAsked({ index, hash, range, at: [] });
    refresh();
  };
  return (
    <>
      <Section title={table.TableName}>
        <form class="row" onSubmit={submit}>
          <select
            aria-label="Index"
            value={index}
            onChange={(event) => setIndex(event.currentTarget.value)}
          >
            <option value="">table</option>
            {table.GlobalSecondaryIndexes?.map(({ IndexName }) => (
              <option key={IndexName}>{IndexName}</option>
            ))}
          </select>
          <input
            aria-label={hashKey}
            placeholder={`${hashKey} (all)`}
            value={hash}
            onInput={(event) => setHash(event.currentTarget.value)}
          />
          {rangeKey && (
            <input
              aria-label={`${rangeKey} begins with`}
              placeholder={`${rangeKey} begins with`}
              value={range}
              onInput={(event) => setRange(event.currentTarget.value)}
            />
          )}
          <button type="submit" class="primary">
            {hash ? "Query" : "Scan"}
          </button>
          <span class="dim">about {figure(table.ItemCount ?? 0)} items</span>
        </form>
        <Problem text={error} />
      </Section>
      {value && items.length === 0 ? (
        <Empty>No items.</Empty>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col">
                  <span class="hidden">Whole item</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => {
                const key = keys.map((name) => cellText(item[name])).join(" ");
                return (
                  <tr key={key}>
                    {columns.map((name) => (
                      <td key={name} class="value mono" title={cellText(item[name])}>
                        {cellText(item[name])}
                      </td>
                    ))}
                    <td>
                      <button
                        type="button"
                        class="quiet"
                        aria-expanded={open === key}
                        aria-label={`Whole item ${key}`}
                        onClick={() => setOpen(open === key ? "" : key)}
                      >
                        {open === key ? "−" : "+"}
                      </button>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {items
        .filter((item) => keys.map((name) => cellText(item[name])).join(" ") === open)
        .map((item) => (
          <Section key={open} title={open}>
            <Code text={JSON.stringify(plainItem(item))} label={`Item ${open}`} />
          </Section>
        ))}
      <div class="pad row">
        {asked.at.length > 0 && (
          <button type="button" onClick={() => setAsked({ ...asked, at: asked.at.slice(0, -1) })}>
            Previous page
          </button>
        )}
        {value?.LastEvaluatedKey && (
          <button
            type="button"
            onClick={() =>
              setAsked({ ...asked, at: [...asked.at, value.LastEvaluatedKey as object] })
            }
          >
            Next page
          </button>
        )}
      </div>
    </>
  );
}

function readPage(
  { TableName, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes = [] }: Table,
  { index, hash, range, at }: { index: string; hash: string; range: string; at: object[] },
): Promise<Page> {
  const base = {
    TableName,
    Limit: PAGE,
    ...(index && { IndexName: index }),
    ...(at.length > 0 && { ExclusiveStartKey: at.at(-1) }),
  };
  if (!hash) return aws("dynamodb", "Scan", base);
  const schema =
    GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === index)?.KeySchema ?? KeySchema;
  const names: Record<string, string> = {};
  const values: Record<string, object> = {};
  const conditions = schema.flatMap(({ AttributeName, KeyType }) => {
    const text = KeyType === "HASH" ? hash : range;
    if (!text) return [];
    const type =
      AttributeDefinitions.find((one) => one.AttributeName === AttributeName)?.AttributeType ?? "S";
    names[`#${KeyType}`] = AttributeName;
    values[`:${KeyType}`] = { [type]: text };
    return KeyType === "HASH" || type === "N"
      ? `#${KeyType} = :${KeyType}`
      : `begins_with(#${KeyType}, :${KeyType})`;
  });
  return aws("dynamodb", "Query", {
    ...base,
    KeyConditionExpression: conditions.join(" AND "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  });
}
