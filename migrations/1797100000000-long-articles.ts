/** Room for articles of more than 65,535 bytes on MySQL and MariaDB; on SQLite there always was. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { isMysql } from './columns';

const TABLES = ['articles', 'article_versions', 'article_drafts'];

export class LongArticles1797100000000 implements MigrationInterface {
  name = 'LongArticles1797100000000';

  async up(runner: QueryRunner): Promise<void> {
    await resize(runner, 'mediumtext');
  }

  /** @throws the driver's error when an article is too long to go back */
  async down(runner: QueryRunner): Promise<void> {
    await resize(runner, 'text');
  }
}

async function resize(runner: QueryRunner, type: 'text' | 'mediumtext'): Promise<void> {
  if (!isMysql(runner)) return;
  for (const table of TABLES) {
    // TypeORM would drop the column and add another, without what is in it.
    await runner.query(
      `ALTER TABLE ${table} MODIFY body ${type} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL`,
    );
  }
}
