import { compileAggregate } from "./aggregate.ts";
import { compileExpression } from "./evaluate.ts";
import { type Row, StatsRow } from "./rows.ts";
import type { Column, Command, SortKey } from "./syntax.ts";
import { compare, isTrue, rounded, textOf, type Value } from "./values.ts";

/** Receives rows one by one, and passes its results to the next stage. */
export interface Stage {
  add(row: Row): void;
  /** Called once, after the last row. */
  end(): void;
}

/** Makes what one command does with the rows. */
export function compileStage(command: Command, next: Stage): Stage {
  switch (command.kind) {
    case "fields":
    case "display":
      return computing(command.columns, next);
    case "filter":
      return filtering(command, next);
    case "stats":
      return grouping(command, next);
    case "sort":
      return sorting(command.keys, next);
    case "limit":
      return limiting(command.count, next);
    case "parse":
      return parsing(command, next);
    case "dedup":
      return deduplicating(command, next);
  }
}

function computing(columns: Column[], next: Stage): Stage {
  const computed = columns.flatMap(({ name, expression }) => {
    const isPlain = expression.kind === "field";
    if (isPlain && expression.name === name) return [];
    const evaluate = compileExpression(expression);
    return [{ name, evaluate: isPlain ? evaluate : (row: Row) => rounded(evaluate(row)) }];
  });
  if (computed.length === 0) return next;
  return {
    add: (row) => {
      for (const { name, evaluate } of computed) row.set(name, evaluate(row));
      next.add(row);
    },
    end: () => next.end(),
  };
}

function filtering({ condition }: Extract<Command, { kind: "filter" }>, next: Stage): Stage {
  const holds = compileExpression(condition);
  return {
    add: (row) => {
      if (isTrue(holds(row))) next.add(row);
    },
    end: () => next.end(),
  };
}

function grouping(command: Extract<Command, { kind: "stats" }>, next: Stage): Stage {
  const by = command.by.map(({ name, expression }) => ({
    name,
    evaluate: compileExpression(expression),
  }));
  const aggregates = command.aggregates.map((aggregate) => ({
    slot: aggregate.slot,
    start: compileAggregate(aggregate),
  }));
  const columns = command.columns.map(({ name, expression }) => ({
    name,
    evaluate: compileExpression(expression),
  }));
  const start = (values: Value[]) => ({
    values,
    accumulators: aggregates.map((aggregate) => aggregate.start()),
  });
  const groups = new Map<string, ReturnType<typeof start>>();
  return {
    add: (row) => {
      const values = by.map(({ evaluate }) => evaluate(row));
      const key = keyOf(values);
      const group = groups.get(key) ?? start(values);
      groups.set(key, group);
      for (const accumulator of group.accumulators) accumulator.add(row);
    },
    end: () => {
      for (const { values, accumulators } of groups.values()) {
        const row = new StatsRow();
        for (const [n, { name }] of by.entries()) row.set(name, values[n]);
        for (const [n, { slot }] of aggregates.entries()) row.set(slot, accumulators[n]?.result());
        for (const { name, evaluate } of columns) row.set(name, rounded(evaluate(row)));
        next.add(row);
      }
      next.end();
    },
  };
}

function sorting(keys: SortKey[], next: Stage): Stage {
  const compiled = keys.map(({ expression, descending }) => ({
    evaluate: compileExpression(expression),
    sign: descending ? -1 : 1,
  }));
  const waiting: { row: Row; values: Value[] }[] = [];
  return {
    add: (row) => {
      waiting.push({ row, values: compiled.map(({ evaluate }) => evaluate(row)) });
      row.release();
    },
    end: () => {
      waiting.sort((a, b) => {
        for (const [n, { sign }] of compiled.entries()) {
          const order = compare(a.values[n], b.values[n]) * sign;
          if (order !== 0) return order;
        }
        return 0;
      });
      for (const { row } of waiting) next.add(row);
      next.end();
    },
  };
}

/** As on AWS, the rows beyond the limit are read all the same. */
function limiting(count: number, next: Stage): Stage {
  let rows = 0;
  return {
    add: (row) => {
      if (rows++ < count) next.add(row);
    },
    end: () => next.end(),
  };
}

/** A row that does not match the pattern continues without the names. */
function parsing(command: Extract<Command, { kind: "parse" }>, next: Stage): Stage {
  const { names, pattern } = command;
  const source = compileExpression(command.source);
  return {
    add: (row) => {
      const match = pattern.find(textOf(source(row)) ?? "");
      if (match) {
        const isNamed = pattern.names.length > 0;
        for (const [n, name] of names.entries()) {
          row.set(name, isNamed ? match.named[name] : match.groups[n + 1]);
        }
      }
      next.add(row);
    },
    end: () => next.end(),
  };
}

/** The first row of each stays; a row that lacks one of the fields is no duplicate. */
function deduplicating({ fields }: Extract<Command, { kind: "dedup" }>, next: Stage): Stage {
  const compiled = fields.map(compileExpression);
  const seen = new Set<string>();
  return {
    add: (row) => {
      const values = compiled.map((evaluate) => evaluate(row));
      if (values.every((value) => value !== undefined)) {
        const key = keyOf(values);
        if (seen.has(key)) return;
        seen.add(key);
      }
      next.add(row);
    },
    end: () => next.end(),
  };
}

function keyOf(values: Value[]): string {
  return JSON.stringify(values.map((value) => textOf(value) ?? null));
}
