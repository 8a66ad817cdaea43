/** Which change of the knowledge base touched an article last, so that each process reads only what changed. */
import { randomInt } from 'node:crypto';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TableColumn } from 'typeorm';
import type { Columns } from './columns';
import { columnsFor } from './columns';
import { createIndex, createTables, dropTables } from './tables';
import type { TableSpec } from './tables';

const BY_REVISION = { name: 'articles_revision', columnNames: ['revision'] };

export class ArticleRevisions1796500000000 implements MigrationInterface {
  name = 'ArticleRevisions1796500000000';

  async up(runner: QueryRunner): Promise<void> {
    const columns = columnsFor(runner);
    await createTables(runner, tables(columns));
    if (!(await runner.hasColumn('articles', 'revision'))) {
      await runner.addColumn('articles', new TableColumn({ ...columns.time('revision'), default: '0' }));
    }
    await createIndex(runner, 'articles', BY_REVISION);
    const known = (await runner.query('SELECT id FROM article_revision')) as unknown[];
    // By chance: two databases that hold the same articles do not count alike.
    if (known.length > 0) return;
    await runner.query(`INSERT INTO article_revision (id, revision) VALUES (1, ${randomInt(1, 2 ** 40)})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('articles', BY_REVISION.name);
    await runner.dropColumn('articles', 'revision');
    await dropTables(runner, tables(columnsFor(runner)));
  }
}

function tables(c: Columns): TableSpec[] {
  return [
    { name: 'article_revision', columns: [{ ...c.integer('id'), isPrimary: true }, c.time('revision')], indices: {} },
    {
      name: 'article_removals',
      columns: [{ ...c.key('articleId'), isPrimary: true }, c.time('revision')],
      indices: { article_removals_revision: ['revision'] },
    },
  ];
}
