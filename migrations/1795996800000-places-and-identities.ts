/** Where a chat reaches people and channels, and which people of different chats are one. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Columns } from './columns';
import { columnsFor } from './columns';
import { createIndex, createTables, dropTables } from './tables';
import type { TableSpec } from './tables';

const BY_EMAIL = { name: 'people_email', columnNames: ['email'] };

export class PlacesAndIdentities1795996800000 implements MigrationInterface {
  name = 'PlacesAndIdentities1795996800000';

  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, tables(columnsFor(runner)));
    await createIndex(runner, 'people', BY_EMAIL);
  }

  async down(runner: QueryRunner): Promise<void> {
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
