/** Where a chat reaches people and channels: what its adapter keeps about each. */
import type { EntityManager } from 'typeorm';
import type { Address } from '../domain/person';
import { platformOf } from '../domain/person';
import type { PlaceRow } from './rows';
import { places } from './schema';
import { Table } from './table';

export class Places {
  private readonly table: Table<PlaceRow>;

  constructor(manager: EntityManager) {
    this.table = new Table(places, manager);
  }

  async find(place: Address): Promise<string | null> {
    return (await this.table.one({ place }))?.reference ?? null;
  }

  /** Those of one platform, the latest heard first. */
  latest(platform: string, limit: number): Promise<PlaceRow[]> {
    return this.table.find({ platform }, { by: 'heardAt', newestFirst: true, limit });
  }

  async keep(place: Address, reference: string, heardAt: Date): Promise<void> {
    const row = { place, platform: platformOf(place), reference, heardAt };
    await this.table.upsert([row], ['place'], ['reference', 'heardAt']);
  }
}
