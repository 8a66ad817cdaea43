/** Which people of different chats are one: who was asked, and what they said. Nobody becomes somebody through a third. */
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Person, PersonId } from '../domain/person';
import { platformOf } from '../domain/person';
import type { IdentityLink } from './rows';
import { identityLinks, people } from './schema';
import { Table } from './table';

// Two reads off an index each, where OR would be none.
const SAME = `SELECT \`other\` AS one, \`id\` AS at FROM \`identity_links\` WHERE \`person\` = ? AND \`state\` = 'same'
  UNION ALL SELECT \`person\`, \`id\` FROM \`identity_links\` WHERE \`other\` = ? AND \`state\` = 'same'`;

/** Whether a person has said that another id is theirs too; their own stands for each `?`. */
export const HAS_OTHERS =
  "EXISTS (SELECT 1 FROM `identity_links` WHERE `state` = 'same' AND (`person` = ? OR `other` = ?))";

export class Identities {
  private readonly links: Table<IdentityLink>;

  constructor(private readonly manager: EntityManager) {
    this.links = new Table(identityLinks, manager);
  }

  /** Every id of the person behind this one: itself first, then those they said are theirs. */
  async idsOf(id: PersonId): Promise<[PersonId, ...PersonId[]]> {
    const rows = await this.links.rows<{ one: PersonId; at: number }>(this.links.quoted(SAME), [id, id]);
    // The database would make a table of them to sort it.
    rows.sort((a, b) => a.at - b.at);
    return [id, ...new Set(rows.map(({ one }) => one).filter((one) => one !== id))];
  }

  /** People of other platforms with this person's e-mail address about whom nobody was asked yet. */
  async unasked({ id, email }: Pick<Person, 'id' | 'email'>): Promise<Person[]> {
    if (email === null) return [];
    const found = await new Table(people, this.manager).find({ email: email.toLowerCase() });
    const others = found.filter((other) => platformOf(other.id) !== platformOf(id));
    if (others.length === 0) return [];
    const ids = In(others.map((other) => other.id));
    const links = await this.manager.findBy(identityLinks, [
      { person: id, other: ids },
      { person: ids, other: id },
    ]);
    const asked = new Set(links.flatMap(({ person, other }) => [person, other]));
    return others.filter((other) => !asked.has(other.id));
  }

  /** Everything that was asked about any of these ids. */
  linksOf(ids: readonly PersonId[]): Promise<IdentityLink[]> {
    return this.manager.findBy(identityLinks, [{ person: In([...ids]) }, { other: In([...ids]) }]);
  }

  /** What `person` was asked about `other`, and said; null when they were not. */
  link(person: PersonId, other: PersonId): Promise<IdentityLink | null> {
    return this.links.one({ person, other });
  }

  async ask(person: PersonId, other: PersonId, at: Date): Promise<void> {
    await this.links.append({ person, other, state: 'asked', at });
  }

  async answer({ id }: IdentityLink, state: 'same' | 'different', at: Date): Promise<void> {
    await this.links.set({ id }, { state, at });
  }
}
