/** Where a chat reaches people and channels: what its adapter keeps about each. */
import type { EntityManager } from 'typeorm';
import type { Address } from '../domain/person';
import { platformOf } from '../domain/person';
import type { PlaceRow } from './rows';
import { places } from './schema';

export class Places {
  constructor(private readonly manager: EntityManager) {}

  async find(place: Address): Promise<string | null> {
    const row = await this.manager.findOneBy(places, { place });
    return row?.reference ?? null;
  }

  /** Those of one platform, the latest heard first. */
  latest(platform: string, limit: number): Promise<PlaceRow[]> {
    return this.manager.find(places, { where: { platform }, order: { heardAt: 'DESC' }, take: limit });
  }

  async keep(place: Address, reference: string, heardAt: Date): Promise<void> {
    await this.manager
      .createQueryBuilder()
      .insert()
      .into(places)
      .values({ place, platform: platformOf(place), reference, heardAt })
      .orUpdate(['reference', 'heardAt'], ['place'])
      .execute();
  }
}
