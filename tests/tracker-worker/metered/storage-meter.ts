// Counts what an object does to its storage, as the platform bills it: rows that SQL reads and writes, a row for each
// key, and a row for each time that the alarm is set or deleted.

import type { ClassMeter } from "./meter.ts";

/** Lets every call on `storage` count in `rows`; to be called before the object touches it. */
export function meterStorage(storage: DurableObjectStorage, rows: Pick<ClassMeter, "rowsRead" | "rowsWritten">): void {
  count(storage.kv, ["get", "list"], () => rows.rowsRead++);
  count(storage.kv, ["put", "delete"], () => rows.rowsWritten++);
  count(storage, ["getAlarm"], () => rows.rowsRead++);
  count(storage, ["setAlarm", "deleteAlarm", "deleteAll"], () => rows.rowsWritten++);
  const { sql } = storage;
  const exec = sql.exec.bind(sql);
  const metered: typeof sql.exec = (query, ...bindings) => {
    const cursor = exec(query, ...bindings);
    // A cursor counts while its rows are taken, which every caller here does before it goes on.
    queueMicrotask(() => {
      rows.rowsRead += cursor.rowsRead;
      rows.rowsWritten += cursor.rowsWritten;
    });
    return cursor as never;
  };
  Object.defineProperty(sql, "exec", { value: metered });
}

function count<Target extends object>(target: Target, names: readonly (keyof Target)[], note: () => void): void {
  for (const name of names) {
    const method = target[name];
    if (typeof method !== "function") throw new TypeError(`There is no ${String(name)} to count`);
    const value = (...args: unknown[]) => {
      note();
      return method.apply(target, args);
    };
    Object.defineProperty(target, name, { value });
  }
}
