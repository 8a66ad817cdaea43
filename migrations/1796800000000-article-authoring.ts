/**
 * Articles written in a chat: where each came from, every version there was, drafts with the messages that show them for
 * review, and which message says which event of a ticket. What is stored came from files, each in its first version.
 */
import type { MigrationInterface, QueryRunner, TableColumnOptions } from 'typeorm';
import { TableColumn } from 'typeorm';
import type { Columns } from './columns';
import { columnsFor, nullable } from './columns';
import { createTables, dropTables } from './tables';
import type { TableSpec } from './tables';

const TEXT = 'title, body, tags, language, audience, url';

export class ArticleAuthoring1796800000000 implements MigrationInterface {
  name = 'ArticleAuthoring1796800000000';

  async up(runner: QueryRunner): Promise<void> {
    const c = columnsFor(runner);
    for (const column of articleColumns(c)) {
      if (!(await runner.hasColumn('articles', column.name)))
        await runner.addColumn('articles', new TableColumn(column));
    }
    await createTables(runner, tables(c));
    await runner.query(
      `INSERT INTO article_versions (articleId, version, ${TEXT}, author, approvedBy, at, kind)
       SELECT id, version, ${TEXT}, 'system', NULL, changedAt, 'imported' FROM articles
       WHERE NOT EXISTS (SELECT 1 FROM article_versions v WHERE v.articleId = articles.id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, tables(columnsFor(runner)));
    for (const { name } of articleColumns(columnsFor(runner)).reverse()) await runner.dropColumn('articles', name);
  }
}

function articleColumns(c: Columns): TableColumnOptions[] {
  return [
    { ...c.integer('version'), default: 1 },
    { ...c.word('source'), default: "'file'" },
    nullable(c.key('fileHash')),
    nullable(c.time('retiredAt')),
    nullable(c.time('confirmedAt')),
  ];
}

function text(c: Columns): TableColumnOptions[] {
  return [
    c.line('title', 500),
    c.text('body'),
    c.json('tags'),
    nullable(c.word('language')),
    c.key('audience', 1000),
    nullable(c.text('url')),
  ];
}

function tables(c: Columns): TableSpec[] {
  const version = [
    ...[c.id(), c.key('articleId'), c.integer('version'), ...text(c)],
    ...[c.key('author'), nullable(c.key('approvedBy')), c.time('at'), c.word('kind')],
  ];
  const draft = [
    ...[c.id(), nullable(c.key('articleId')), c.integer('baseVersion'), ...text(c)],
    ...[c.word('state'), c.word('line'), c.key('author'), c.json('authors')],
    ...[nullable(c.key('reviewer')), nullable(c.text('remark')), nullable(c.key('origin'))],
    ...[c.integer('version'), c.time('createdAt'), c.time('updatedAt')],
  ];
  const shown = [c.id(), c.integer('draftId'), c.key('place'), c.key('ref'), c.integer('shownVersion')];
  const said = [c.id(), c.integer('ticketId'), c.integer('version'), c.key('ref')];
  return [
    {
      name: 'article_versions',
      columns: version,
      indices: { article_versions_version: ['articleId', 'version'] },
      unique: ['article_versions_version'],
    },
    {
      name: 'article_drafts',
      columns: draft,
      indices: { article_drafts_origin: ['origin'], article_drafts_state: ['state', 'updatedAt'] },
      unique: ['article_drafts_origin'],
    },
    {
      name: 'draft_messages',
      columns: shown,
      indices: { draft_messages_place: ['draftId', 'place'] },
      unique: ['draft_messages_place'],
    },
    { name: 'event_messages', columns: said, indices: { event_messages_ref: ['ref'] }, unique: ['event_messages_ref'] },
  ];
}
