/** What erasing needs: which messages were posted besides the cards, what is erased already, and whom to forget. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TableColumn } from 'typeorm';
import type { Columns } from './columns';
import { columnsFor, nullable } from './columns';
import { createIndex, createTables, dropTables } from './tables';
import type { TableSpec } from './tables';

const INDICES = {
  tickets: { name: 'tickets_line_erased', columnNames: ['line', 'erasedAt', 'closedAt'] },
  inquiries: { name: 'inquiries_erased', columnNames: ['erasedAt', 'askedAt'] },
};

export class Erasure1796986400000 implements MigrationInterface {
  name = 'Erasure1796986400000';

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    await createTables(runner, tables(c));
    for (const [table, index] of Object.entries(INDICES)) {
      if (!(await runner.hasColumn(table, 'erasedAt')))
        await runner.addColumn(table, new TableColumn(nullable(c.time('erasedAt'))));
      await createIndex(runner, table, index);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, index] of Object.entries(INDICES)) {
      await runner.dropIndex(table, index.name);
      await runner.dropColumn(table, 'erasedAt');
    }
    await dropTables(runner, tables(columnsFor(runner)));
  }
}

function tables(c: Columns): TableSpec[] {
  const posted = [
    c.id(),
    c.key('key'),
    c.key('place'),
    c.key('ref'),
    nullable(c.integer('ticketId')),
    c.json('payload'),
    c.time('at'),
  ];
  const erasure = [c.id(), c.key('pseudonym'), c.json('ids'), c.time('startedAt'), nullable(c.time('finishedAt'))];
  return [
    {
      name: 'posted_messages',
      columns: posted,
      indices: { posted_messages_key: ['key'], posted_messages_ticket: ['ticketId'], posted_messages_place: ['place'] },
      unique: ['posted_messages_key'],
    },
    { name: 'erasures', columns: erasure, indices: { erasures_finished: ['finishedAt'] } },
  ];
}
