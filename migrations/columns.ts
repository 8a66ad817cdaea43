/** A small column vocabulary, so that one migration runs on SQLite, MySQL and MariaDB alike. */
import type { QueryRunner, TableColumnOptions } from 'typeorm';

/** Builds a table's columns for the database at hand. */
export interface Columns {
  id(): TableColumnOptions;
  integer(name: string): TableColumnOptions;
  /** An id or key: compared byte by byte, which MySQL's default collation would not do. */
  key(name: string, length?: number): TableColumnOptions;
  /** A short word of ours, such as a status. */
  word(name: string, length?: number): TableColumnOptions;
  /** Words of people, up to `length` characters. */
  line(name: string, length: number): TableColumnOptions;
  /** Long words of people; on MySQL up to 65,535 bytes. */
  text(name: string): TableColumnOptions;
  json(name: string): TableColumnOptions;
  /** Epoch milliseconds. */
  time(name: string): TableColumnOptions;
}

/** Whether the database is MySQL or MariaDB. */
export function isMysql(runner: QueryRunner): boolean {
  const { type } = runner.connection.options;
  return type === 'mysql' || type === 'mariadb';
}

export function columnsFor(runner: QueryRunner): Columns {
  const mysql = isMysql(runner);
  const people = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_unicode_ci' } : {};
  const bytes = mysql ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
  return {
    id: () => ({ name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' }),
    integer: (name) => ({ name, type: 'integer' }),
    key: (name, length = 191) => ({ name, type: 'varchar', length: String(length), ...bytes }),
    word: (name, length = 32) => ({ name, type: 'varchar', length: String(length), ...bytes }),
    line: (name, length) => ({ name, type: 'varchar', length: String(length), ...people }),
    text: (name) => ({ name, type: 'text', ...people }),
    json: (name) => ({ name, type: 'text', ...bytes }),
    time: (name) => ({ name, type: 'bigint' }),
  };
}

export function nullable(column: TableColumnOptions): TableColumnOptions {
  return { ...column, isNullable: true };
}
