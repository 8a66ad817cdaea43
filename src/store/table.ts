/**
 * One table, read and written by equal columns: nearly everything that happens to a ticket is that. The schema says what the
 * columns are, and TypeORM's driver how their values are kept; only its query builder is left out, which would make every
 * statement anew each time: here the SQL of each form is made once. Whatever asks for more uses the query builder.
 */
import type { DataSource, EntityManager, EntityMetadata, EntitySchema, QueryRunner } from 'typeorm';
import type { Answered } from './mysql-statement';
import { ask, tell } from './mysql-statement';

type ColumnMetadata = EntityMetadata['columns'][number];

/** Which rows: each named column has this value, or one of these; null is what has none. */
export type Where<T> = { readonly [K in keyof T]?: T[K] | readonly NonNullable<T[K]>[] };

export interface Order<T> {
  readonly by: keyof T & string;
  readonly newestFirst?: boolean;
  readonly limit?: number;
}

/** What is known of one table of one database. */
interface Plan {
  readonly source: DataSource;
  readonly isMysql: boolean;
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnMetadata>;
  /** As they are read: hidden ones only where they are asked for. */
  readonly shown: readonly Reading[];
  readonly whole: readonly Reading[];
  readonly statements: Map<string, string>;
}

/** A column, and how its values become ours. */
interface Reading {
  readonly name: string;
  readonly read: (value: unknown) => unknown;
}

const plans = new WeakMap<DataSource, Map<EntitySchema, Plan>>();

export class Table<T extends object> {
  private readonly plan: Plan;

  constructor(
    schema: EntitySchema<T>,
    private readonly manager: EntityManager,
  ) {
    this.plan = planOf(manager.dataSource, schema);
  }

  /** The row of these columns; null when there is none. */
  async one(where: Where<T>): Promise<T | null> {
    return (await this.find(where))[0] ?? null;
  }

  find(where: Where<T>, order?: Order<T>): Promise<T[]> {
    return this.read(where, this.plan.shown, order);
  }

  /** The same, unless a condition of the caller's own is true: then none. */
  findUnless(condition: string, values: readonly unknown[], where: Where<T>, order: Order<T>): Promise<T[]> {
    return this.read(where, this.plan.shown, order, { sql: ` AND NOT ${condition}`, values });
  }

  /** With the columns that are hidden from everybody else. */
  findWhole<W extends T = T>(where: Where<T>, order?: Order<T>): Promise<W[]> {
    return this.read(where, this.plan.whole, order) as Promise<W[]>;
  }

  /**
   * @returns the id that the database gave to the first of them; 0 where it gives none
   * @throws the driver's error, which isTaken knows when one of them is there already; then none is stored
   */
  async insert(...rows: readonly Partial<T>[]): Promise<number> {
    const { sql, values } = this.inserting(rows);
    return idOf((await this.run(sql, values)).raw);
  }

  /** Adds rows that nobody need know the ids of; what is wrong with them fails the transaction, at the latest its commit. */
  async append(...rows: readonly Partial<T>[]): Promise<void> {
    const { sql, values } = this.inserting(rows);
    await this.runUnasked(sql, values);
  }

  /** Appends rows, or, where a row has these `keys` already, changes its `columns`; all of them when absent. */
  async upsert(
    rows: readonly Partial<T>[],
    keys: readonly (keyof T & string)[],
    columns: readonly (keyof T & string)[] = this.namesOf(rows[0] ?? {}).filter((name) => !keys.includes(name)),
  ): Promise<void> {
    const { sql, values } = this.inserting(rows);
    const form = `${sql} upsert ${keys.join()} ${columns.join()}`;
    await this.runUnasked(
      this.statement(form, () => `${sql} ${this.orUpdate(keys, columns)}`),
      values,
    );
  }

  /** @returns how many rows there were to change */
  async update(where: Where<T>, set: Partial<T>): Promise<number> {
    const { sql, values } = this.updating(where, set);
    return (await this.run(sql, values)).affected ?? 0;
  }

  /** Changes rows that are known to be there. */
  async set(where: Where<T>, set: Partial<T>): Promise<void> {
    const { sql, values } = this.updating(where, set);
    await this.runUnasked(sql, values);
  }

  /** @returns how many rows a statement of the caller's own changed */
  async change(sql: string, values: readonly unknown[]): Promise<number> {
    return (await this.run(sql, [...values])).affected ?? 0;
  }

  /** Rows as the database has them, for a statement of the caller's own. */
  async rows<R>(sql: string, values: readonly unknown[]): Promise<R[]> {
    return (await this.run(sql, [...values])).raw as R[];
  }

  /** SQL with the names in backquotes quoted as the database wants it. */
  quoted(sql: string): string {
    return this.statement(sql, () => (this.plan.isMysql ? sql : sql.replaceAll('`', '"')));
  }

  private async read(
    where: Where<T>,
    columns: readonly Reading[],
    order?: Order<T>,
    also: { readonly sql: string; readonly values: readonly unknown[] } = { sql: '', values: [] },
  ): Promise<T[]> {
    const { form, values } = this.condition(where);
    const { by = '', newestFirst = false, limit } = order ?? {};
    const tail = `${by} ${newestFirst} ${limit === undefined ? '' : 'limit'}`;
    const sql = this.statement(`select ${columns.length} where ${form}${also.sql} order ${tail}`, () => {
      const list = columns.map(({ name }) => this.column(name)).join(', ');
      const sorted = by === '' ? '' : ` ORDER BY ${this.column(by)} ${newestFirst ? 'DESC' : 'ASC'}`;
      return `SELECT ${list} FROM ${this.plan.name}${this.where(where)}${also.sql}${sorted}${limit === undefined ? '' : ' LIMIT ?'}`;
    });
    const all = [...values, ...also.values, ...(limit === undefined ? [] : [limit])];
    const rows = await this.rows<Record<string, unknown>>(sql, all);
    // The driver made them for us.
    for (const { name, read } of columns) if (read !== asItIs) for (const row of rows) row[name] = read(row[name]);
    return rows as T[];
  }

  private inserting(rows: readonly Partial<T>[]): { sql: string; values: unknown[] } {
    const names = this.namesOf(rows[0] ?? {});
    const sql = this.statement(`insert ${rows.length} ${names.join()}`, () => {
      const places = `(${names.map(() => '?').join(', ')})`;
      const columns = names.map((name) => this.column(name)).join(', ');
      return `INSERT INTO ${this.plan.name} (${columns}) VALUES ${rows.map(() => places).join(', ')}`;
    });
    return { sql, values: rows.flatMap((row) => this.valuesOf(names, row)) };
  }

  private updating(where: Where<T>, set: Partial<T>): { sql: string; values: unknown[] } {
    const names = this.namesOf(set);
    const { form, values } = this.condition(where);
    const sql = this.statement(`update ${names.join()} where ${form}`, () => {
      const changes = names.map((name) => `${this.column(name)} = ?`).join(', ');
      return `UPDATE ${this.plan.name} SET ${changes}${this.where(where)}`;
    });
    return { sql, values: [...this.valuesOf(names, set), ...values] };
  }

  private orUpdate(keys: readonly string[], columns: readonly string[]): string {
    const quoted = columns.map((name) => this.column(name));
    return this.plan.isMysql
      ? `ON DUPLICATE KEY UPDATE ${quoted.map((name) => `${name} = VALUES(${name})`).join(', ')}`
      : `ON CONFLICT (${keys.map((name) => this.column(name)).join(', ')}) DO UPDATE SET ${quoted
          .map((name) => `${name} = excluded.${name}`)
          .join(', ')}`;
  }

  /** Which columns, in what form: two conditions of one form differ only in their values. */
  private condition(where: Where<T>): { form: string; values: unknown[] } {
    const form: string[] = [];
    const values: unknown[] = [];
    for (const [name, wanted] of entriesOf(where)) {
      // Left out, it would be every row.
      if (wanted === undefined) throw new Error(`${this.plan.name} is asked for a ${name} that is not known`);
      if (wanted === null) form.push(`${name} null`);
      else if (Array.isArray(wanted)) {
        form.push(`${name} ${wanted.length}`);
        for (const each of wanted) values.push(this.value(name, each));
      } else {
        form.push(name);
        values.push(this.value(name, wanted));
      }
    }
    return { form: form.join(), values };
  }

  private where(where: Where<T>): string {
    const parts = entriesOf(where).flatMap(([name, wanted]) => {
      if (wanted === null) return [`${this.column(name)} IS NULL`];
      if (!Array.isArray(wanted)) return [`${this.column(name)} = ?`];
      // Nothing is one of none.
      return [wanted.length === 0 ? '1 = 0' : `${this.column(name)} IN (${wanted.map(() => '?').join(', ')})`];
    });
    return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
  }

  /** The columns that something has a value for. */
  private namesOf(row: Partial<T>): (keyof T & string)[] {
    const values = row as Readonly<Record<string, unknown>>;
    return [...this.plan.columns.keys()].filter((name): name is keyof T & string => values[name] !== undefined);
  }

  private valuesOf(names: readonly string[], row: Partial<T>): unknown[] {
    const values = row as Readonly<Record<string, unknown>>;
    return names.map((name) => this.value(name, values[name] ?? null));
  }

  private value(name: string, value: unknown): unknown {
    return this.plan.source.driver.preparePersistentValue(value, this.known(name));
  }

  private column(name: string): string {
    return this.plan.source.driver.escape(this.known(name).databaseName);
  }

  private known(name: string): ColumnMetadata {
    const column = this.plan.columns.get(name);
    if (column === undefined) throw new Error(`${this.plan.name} has no column ${name}`);
    return column;
  }

  private statement(form: string, make: () => string): string {
    const { statements } = this.plan;
    let sql = statements.get(form);
    if (sql === undefined) {
      sql = make();
      statements.set(form, sql);
    }
    return sql;
  }

  private run(sql: string, values: unknown[]): Promise<Answered> {
    return this.onRunner((runner) => (this.plan.isMysql ? ask(runner, sql, values) : runner.query(sql, values, true)));
  }

  private async runUnasked(sql: string, values: unknown[]): Promise<void> {
    if (this.plan.isMysql) await this.onRunner((runner) => tell(runner, sql, values));
    else await this.run(sql, values);
  }

  private async onRunner<R>(work: (runner: QueryRunner) => Promise<R>): Promise<R> {
    const { queryRunner, dataSource } = this.manager;
    const runner = queryRunner ?? dataSource.createQueryRunner();
    try {
      return await work(runner);
    } finally {
      if (runner !== queryRunner) await runner.release();
    }
  }
}

/** Whether a row was not stored because another has its key already. */
export function isTaken(error: unknown): boolean {
  return TAKEN.has(codeOf(error));
}

/** The driver's own code of an error, such as ER_LOCK_DEADLOCK; undefined when it has none. */
export function codeOf(error: unknown): unknown {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  return driverError?.code ?? code;
}

const TAKEN = new Set<unknown>(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY']);

function entriesOf(where: object): [string, unknown][] {
  return Object.entries(where);
}

/** @param raw mysql2's header of a result, or the last row's id from better-sqlite3 */
function idOf(raw: unknown): number {
  return Number(typeof raw === 'object' && raw !== null ? (raw as { insertId: number }).insertId : raw);
}

function planOf<T>(source: DataSource, schema: EntitySchema<T>): Plan {
  const ofSource = plans.get(source) ?? new Map<EntitySchema, Plan>();
  plans.set(source, ofSource);
  const known = ofSource.get(schema);
  if (known !== undefined) return known;
  const metadata = source.getMetadata(schema);
  const plan: Plan = {
    source,
    isMysql: source.options.type === 'mysql' || source.options.type === 'mariadb',
    name: source.driver.escape(metadata.tableName),
    columns: new Map(metadata.columns.map((column) => [column.propertyName, column])),
    shown: metadata.columns.filter((column) => column.isSelect).map((column) => readingOf(source, column)),
    whole: metadata.columns.map((column) => readingOf(source, column)),
    statements: new Map(),
  };
  ofSource.set(schema, plan);
  return plan;
}

/** Values of these the drivers leave as they are; of all others TypeORM's driver is asked. */
const PLAIN = new Set<unknown>(['varchar', 'text', 'mediumtext', 'integer', 'bigint']);

function readingOf({ driver }: DataSource, column: ColumnMetadata): Reading {
  const { propertyName: name, type, transformer } = column;
  if (!PLAIN.has(type) || Array.isArray(transformer)) {
    return { name, read: (value) => driver.prepareHydratedValue(value, column) as unknown };
  }
  return { name, read: transformer === undefined ? asItIs : (value) => transformer.from(value) as unknown };
}

const asItIs = (value: unknown): unknown => value;
