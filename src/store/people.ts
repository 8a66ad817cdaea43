/** People the helpdesk has met, each read once in a transaction. */
import type { EntityManager } from 'typeorm';
import type { Person, PersonId } from '../domain/person';
import { people } from './schema';
import { Table } from './table';

export class People {
  private readonly known = new Map<PersonId, Person | null>();
  private readonly table: Table<Person>;

  constructor(manager: EntityManager) {
    this.table = new Table(people, manager);
  }

  async find(id: PersonId): Promise<Person | null> {
    await this.load([id]);
    return this.known.get(id) ?? null;
  }

  /** Reads all of them at once, for whoever looks them up one by one. */
  async load(ids: readonly PersonId[]): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.known.has(id));
    const found = unknown.length === 0 ? new Map<PersonId, Person>() : await this.named(unknown);
    for (const id of unknown) this.known.set(id, found.get(id) ?? null);
  }

  /** Those of the ids that are known. */
  async named(ids: readonly PersonId[]): Promise<ReadonlyMap<PersonId, Person>> {
    const found = ids.length === 0 ? [] : await this.table.find({ id: [...new Set(ids)] });
    return new Map(found.map((person) => [person.id, person]));
  }

  /** Keeps the newest name, address, language and e-mail of somebody who just acted; the last in lower case, to be found by. */
  async remember(told: Person): Promise<void> {
    const person = { ...told, email: told.email?.toLowerCase() ?? null };
    const known = await this.find(person.id);
    if (known === null) {
      await this.table.upsert([person], ['id'], ['name', 'address']);
      this.known.delete(person.id);
      return;
    }
    // A chat that did not answer in time gives no e-mail or language: that is no reason to forget them.
    const next = { ...person, email: person.email ?? known.email, language: person.language ?? known.language };
    if (same(known, next)) return;
    await this.table.set({ id: person.id }, next);
    this.known.set(person.id, next);
  }
}

function same(a: Person, b: Person): boolean {
  return a.name === b.name && a.email === b.email && a.language === b.language && a.address === b.address;
}
