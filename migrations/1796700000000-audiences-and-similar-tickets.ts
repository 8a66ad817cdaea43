/**
 * Room for an audience of many groups, the tickets that changed since a moment by an index, and which resolved tickets a
 * card tells of.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TableColumn } from 'typeorm';
import { columnsFor, isMysql, nullable } from './columns';
import { createIndex } from './tables';

const BEFORE = 191;
const BY_CHANGE = { name: 'tickets_updated', columnNames: ['updatedAt'] };

export class AudiencesAndSimilarTickets1796700000000 implements MigrationInterface {
  name = 'AudiencesAndSimilarTickets1796700000000';

  async up(runner: QueryRunner): Promise<void> {
    await resize(runner, 1000);
    await createIndex(runner, 'tickets', BY_CHANGE);
    if (!(await runner.hasColumn('ticket_messages', 'tellsOf'))) {
      await runner.addColumn('ticket_messages', new TableColumn(nullable(columnsFor(runner).text('tellsOf'))));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('ticket_messages', 'tellsOf');
    await runner.dropIndex('tickets', BY_CHANGE.name);
    // What does not fit any more is better seen by few than by many.
    await runner.query(`UPDATE articles SET audience = 'agents' WHERE LENGTH(audience) > ${BEFORE}`);
    await resize(runner, BEFORE);
  }
}

async function resize(runner: QueryRunner, length: number): Promise<void> {
  if (isMysql(runner)) {
    // TypeORM would drop the column and add another, without what is in it.
    const type = `varchar(${length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
    await runner.query(`ALTER TABLE articles MODIFY audience ${type} NOT NULL`);
    return;
  }
  await runner.changeColumn('articles', 'audience', new TableColumn(columnsFor(runner).key('audience', length)));
}
