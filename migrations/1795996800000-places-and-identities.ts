/**
 * Where a chat reaches people and channels, which people of different chats are one, and since when a waiting message may
 * have been posted unnoticed.
 */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { TableColumn } from 'typeorm';
import type { Columns } from './columns';
import { columnsFor, nullable } from './columns';
import { createIndex, createTables, dropTables } from './tables';
import type { TableSpec } from './tables';

const BY_EMAIL = { name: 'people_email', columnNames: ['email'] };

export class PlacesAndIdentities1795996800000 implements MigrationInterface {
  name = 'PlacesAndIdentities1795996800000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables(columnsFor(runner)));
    await createIndex(runner, 'people', BY_EMAIL);
    if (!(await runner.hasColumn('outbox', 'doubtfulSince'))) {
      await runner.addColumn('outbox', new TableColumn(nullable(columnsFor(runner).time('doubtfulSince'))));
    }
    await runner.query(
      'UPDATE outbox SET doubtfulSince = createdAt WHERE attempts > 0 AND settledAt IS NULL AND doubtfulSince IS NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('outbox', 'doubtfulSince');
    await runner.dropIndex('people', BY_EMAIL.name);
    await dropTables(runner, tables(columnsFor(runner)));
  }
}

function tables(c: Columns): TableSpec[] {
  const place = [{ ...c.key('place'), isPrimary: true }, c.word('platform'), c.json('reference'), c.time('heardAt')];
  const identityLink = [c.id(), c.key('person'), c.key('other'), c.word('state'), c.time('at')];
  return [
    { name: 'places', columns: place, indices: { places_heard: ['platform', 'heardAt'] } },
    {
      name: 'identity_links',
      columns: identityLink,
      indices: { identity_links_pair: ['person', 'other'], identity_links_other: ['other'] },
      unique: ['identity_links_pair'],
    },
  ];
}
