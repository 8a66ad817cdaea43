/** Makes and unmakes tables in steps that can be taken again: MySQL commits each statement by itself. */
import type { QueryRunner, TableColumnOptions } from 'typeorm';
import { Table, TableIndex } from 'typeorm';

export interface TableSpec {
  readonly name: string;
  readonly columns: TableColumnOptions[];
  /** Index name → its columns; a name in `unique` is a unique one. */
  readonly indices: Readonly<Record<string, string[]>>;
  readonly unique?: readonly string[];
}

/** Makes what is not there yet, so that a run that was cut short can go on where it stopped. */
export async function createTables(runner: QueryRunner, specs: readonly TableSpec[]): Promise<void> {
  for (const { name, columns, indices, unique = [] } of specs) {
    if (!(await runner.hasTable(name))) await runner.createTable(new Table({ name, columns }));
    for (const [index, columnNames] of Object.entries(indices)) {
      await createIndex(runner, name, { name: index, columnNames, isUnique: unique.includes(index) });
    }
  }
}

export async function createIndex(
  runner: QueryRunner,
  table: string,
  index: { readonly name: string; readonly columnNames: string[]; readonly isUnique?: boolean },
): Promise<void> {
  const there = await runner.getTable(table);
  if (there?.indices.some((known) => known.name === index.name)) return;
  await runner.createIndex(table, new TableIndex(index));
}

/** Drops what is there: a run that was cut short may have done so already. */
export async function dropIndex(runner: QueryRunner, table: string, name: string): Promise<void> {
  const there = await runner.getTable(table);
  if (there?.indices.some((known) => known.name === name)) await runner.dropIndex(table, name);
}

export async function dropTables(runner: QueryRunner, specs: readonly TableSpec[]): Promise<void> {
  for (const { name } of [...specs].reverse()) await runner.dropTable(name, true);
}
