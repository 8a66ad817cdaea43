/** What the search learns from: which articles people opened, how questions ended; and from which score it shows an article. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Columns } from './columns';
import { columnsFor, nullable } from './columns';
import { createIndex, createTables, dropTables } from './tables';
import type { TableSpec } from './tables';

const BY_END = { name: 'inquiries_settled', columnNames: ['settledAt'] };

export class Learning1796600000000 implements MigrationInterface {
  name = 'Learning1796600000000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables(columnsFor(runner)));
    await createIndex(runner, 'inquiries', BY_END);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('inquiries', BY_END.name);
    await dropTables(runner, tables(columnsFor(runner)));
  }
}

function tables(c: Columns): TableSpec[] {
  const articleRead = [c.id(), c.integer('inquiryId'), c.key('articleId'), c.time('at')];
  const calibration = [c.id(), nullable(c.json('result')), c.time('at')];
  return [
    {
      name: 'article_reads',
      columns: articleRead,
      indices: { article_reads_once: ['inquiryId', 'articleId'] },
      unique: ['article_reads_once'],
    },
    { name: 'calibrations', columns: calibration, indices: {} },
  ];
}
