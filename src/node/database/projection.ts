/** The words in which projections are written: one row put, or columns of rows set. */
import type { EventOf, EventType } from '../../shared/events.ts';

export type Value = string | number | null;

/** One SQL statement and what is bound to it. */
export type Change = { sql: string; values: Value[] };

export type Projections = {
  readonly [Type in EventType]?: (event: EventOf<Type>) => Change[];
};

type Row = Readonly<Record<string, Value | undefined>>;

/** A row whose key is there already is replaced. */
export function put(table: string, row: Row): Change {
  const names = Object.keys(row);
  const marks = names.map(() => '?').join(', ');
  return {
    sql: `INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${marks})`,
    values: names.map((name) => row[name] ?? null),
  };
}

/** Undefined columns stay as they are. `and` is a further condition, without parameters. */
export function set(table: string, key: Row, columns: Row, and = ''): Change {
  const names = Object.keys(columns).filter((name) => columns[name] !== undefined);
  const keys = Object.keys(key);
  const where = keys.map((name) => `${name} = ?`).join(' AND ');
  return {
    sql: `UPDATE ${table} SET ${names.map((name) => `${name} = ?`).join(', ')} WHERE ${where}${and}`,
    values: [
      ...names.map((name) => columns[name] ?? null),
      ...keys.map((name) => key[name] ?? null),
    ],
  };
}

export function remove(table: string, key: Row): Change {
  const names = Object.keys(key);
  return {
    sql: `DELETE FROM ${table} WHERE ${names.map((name) => `${name} = ?`).join(' AND ')}`,
    values: names.map((name) => key[name] ?? null),
  };
}

export function json(value: unknown): string {
  return JSON.stringify(value);
}
