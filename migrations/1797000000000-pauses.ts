/** Places that are left alone for a while have a row of their own, and what waits is found in the order it came. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Columns } from './columns';
import { columnsFor } from './columns';
import { createIndex, createTables, dropIndex, dropTables } from './tables';
import type { TableSpec } from './tables';

const WAITING = { name: 'outbox_waiting', columnNames: ['settledAt', 'id'] };
const DUE = { name: 'outbox_due', columnNames: ['settledAt', 'dueAt'] };

export class Pauses1797000000000 implements MigrationInterface {
  name = 'Pauses1797000000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables(columnsFor(runner)));
    await createIndex(runner, 'outbox', WAITING);
    await dropIndex(runner, 'outbox', DUE.name);
  }

  async down(runner: QueryRunner): Promise<void> {
    await createIndex(runner, 'outbox', DUE);
    await dropIndex(runner, 'outbox', WAITING.name);
    await dropTables(runner, tables(columnsFor(runner)));
  }
}

function tables(c: Columns): TableSpec[] {
  return [{ name: 'pauses', columns: [{ ...c.key('place'), isPrimary: true }, c.time('until')], indices: {} }];
}
