/** The queries behind erasing: whom and what a person stands in, what is old enough, and forgetting a person's places. */
import { In, IsNull } from 'typeorm';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { Inquiry } from '../domain/inquiry';
import type { Person, PersonId } from '../domain/person';
import type { LineKey } from '../domain/support-line';
import type { Ticket } from '../domain/ticket';
import { laterThanAll } from './inquiries';
import { Overtaken } from './tickets';
import type { ErasureRow } from './rows';
import {
  erasures,
  identityLinks,
  inquiries,
  interactions,
  outbox,
  pauses,
  people,
  places,
  postedMessages,
} from './schema';
import { ticketEvents, ticketMessages, tickets } from './schema';

/** How often a person stands in the tables that only serve delivery. */
export interface Traces {
  readonly people: number;
  readonly identityLinks: number;
  readonly places: number;
  readonly ticketMessages: number;
  readonly postedMessages: number;
  readonly outbox: number;
  readonly interactions: number;
}

export class Erasures {
  constructor(private readonly manager: EntityManager) {}

  /** Closed tickets of a line whose words are older than this and not erased yet. @param others lines that are no more */
  async dueTickets(line: LineKey, known: readonly LineKey[] | null, before: Date, limit: number): Promise<number[]> {
    const query = this.manager
      .createQueryBuilder(tickets, 't')
      .select('t.id', 'id')
      .where("t.status = 'closed' AND t.erasedAt IS NULL AND t.closedAt < :before", { before: before.getTime() });
    if (known === null) query.andWhere('t.line = :line', { line });
    else query.andWhere('(t.line = :line OR t.line NOT IN (:...known))', { line, known });
    const rows = await query.orderBy('t.closedAt', 'ASC').limit(limit).getRawMany<{ id: number | string }>();
    return rows.map(({ id }) => Number(id));
  }

  /** Questions older than this, not erased yet, that are no question of a ticket. */
  async dueInquiries(before: Date, limit: number): Promise<Inquiry[]> {
    return this.manager
      .createQueryBuilder(inquiries, 'q')
      .where("q.erasedAt IS NULL AND q.askedAt < :before AND q.outcome <> 'ticket'", { before: before.getTime() })
      .orderBy('q.askedAt', 'ASC')
      .limit(limit)
      .getMany();
  }

  /** Saves what is left of a ticket. @throws Overtaken when somebody changed it meanwhile */
  async saveTicket(ticket: Ticket, erasedAt: Date | null): Promise<void> {
    const { id, ...fields } = ticket;
    const where = { id, version: ticket.version - 1 };
    const { affected } = await this.manager.update(
      tickets,
      where,
      erasedAt === null ? fields : { ...fields, erasedAt },
    );
    if (affected !== 1) throw new Overtaken(`ticket ${id}`);
  }

  async markErased(id: number, at: Date): Promise<void> {
    await this.manager.update(tickets, { id }, { erasedAt: at });
  }

  async eraseInquiry(id: number, person: PersonId | null, at: Date): Promise<void> {
    // By the latest every process sees that what it learned has words to forget.
    const erasedAt = await laterThanAll(this.manager, 'erasedAt', at);
    await this.manager.update(inquiries, { id }, { text: '', erasedAt, ...(person === null ? {} : { person }) });
  }

  async inquiriesOf(ids: readonly PersonId[]): Promise<Inquiry[]> {
    return this.manager.find(inquiries, { where: { person: In([...ids]) }, order: { id: 'ASC' } });
  }

  /** Tickets they asked for, opened, or work on, and those with an event by or about them, from a number on, in order. */
  async ticketsOf(ids: readonly PersonId[], from: number, limit: number): Promise<number[]> {
    const [own, acted] = await Promise.all([
      this.ids(
        this.manager
          .createQueryBuilder(tickets, 't')
          .select('t.id', 'id')
          .where('t.id >= :from AND (t.requester IN (:...ids) OR t.openedBy IN (:...ids) OR t.assignee IN (:...ids))', {
            from,
            ids,
          })
          .orderBy('t.id', 'ASC')
          .limit(limit),
      ),
      this.ids(
        this.manager
          .createQueryBuilder(ticketEvents, 'e')
          .select('e.ticketId', 'id')
          .where(
            `e.ticketId >= :from AND (e.actor IN (:...ids) OR (e.kind = 'assigned' AND (${likes('e.what', ids)})))`,
            {
              from,
              ids,
              ...patterns(ids.map((id) => JSON.stringify(id))),
            },
          )
          .groupBy('e.ticketId')
          .orderBy('e.ticketId', 'ASC')
          .limit(limit),
      ),
    ]);
    return [...new Set([...own, ...acted])].sort((a, b) => a - b).slice(0, limit);
  }

  /** Events of others whose words have one of these names in them: nobody but a human can say what they mean. */
  async mentions(names: readonly string[], limit: number): Promise<{ ticketId: number; version: number }[]> {
    if (names.length === 0) return [];
    // SQLite makes only English letters small.
    const spelt = names.flatMap((name) => [name.toLowerCase(), name, name.toUpperCase()]);
    const rows = await this.manager
      .createQueryBuilder(ticketEvents, 'e')
      .select(['e.ticketId AS ticketId', 'e.version AS version'])
      .where(
        `e.kind IN ('commented','waiting','resolved','reopened','escalated') AND (${likes('LOWER(e.what)', spelt)})`,
        patterns(spelt),
      )
      .limit(limit)
      .getRawMany<{ ticketId: number | string; version: number | string }>();
    return rows.map(({ ticketId, version }) => ({ ticketId: Number(ticketId), version: Number(version) }));
  }

  async byEmail(email: string): Promise<Person[]> {
    return this.manager.findBy(people, { email: email.toLowerCase() });
  }

  async begin(erasure: Omit<ErasureRow, 'id'>): Promise<void> {
    await this.manager.insert(erasures, erasure);
  }

  /** Those of whom somebody's places are still to be forgotten. */
  unfinished(): Promise<ErasureRow[]> {
    return this.manager.find(erasures, { where: { finishedAt: IsNull() }, order: { id: 'ASC' }, take: 100 });
  }

  async finish({ id }: ErasureRow, at: Date): Promise<void> {
    await this.manager.update(erasures, { id }, { ids: [], finishedAt: at });
  }

  /** How many announcements still wait for these places. */
  waitingFor(ids: readonly PersonId[]): Promise<number> {
    return this.manager.countBy(outbox, { place: In([...ids]), settledAt: IsNull() });
  }

  /** What is kept about somebody only to reach them. */
  async kept(ids: readonly PersonId[]): Promise<object> {
    return {
      places: await this.placesOf(ids).getMany(),
      messages: await this.manager.findBy(ticketMessages, { place: In([...ids]) }),
      posted: await this.manager.findBy(postedMessages, { place: In([...ids]) }),
      outbox: await this.outboxOf(ids).getMany(),
      interactions: await this.interactionsOf(ids).getMany(),
    };
  }

  /** How often somebody stands in what only serves delivery. */
  async traces(ids: readonly PersonId[]): Promise<Traces> {
    const all = [...ids];
    return {
      people: await this.manager.countBy(people, { id: In(all) }),
      identityLinks: await this.manager.countBy(identityLinks, [{ person: In(all) }, { other: In(all) }]),
      places: await this.placesOf(ids).getCount(),
      ticketMessages: await this.manager.countBy(ticketMessages, { place: In(all) }),
      postedMessages: await this.manager.countBy(postedMessages, { place: In(all) }),
      outbox: await this.outboxOf(ids).getCount(),
      interactions: await this.interactionsOf(ids).getCount(),
    };
  }

  /** Forgets who they are and whom they were taken for, at once. What chats still have to be told keeps its places. */
  async forgetPerson(ids: readonly PersonId[], pseudonym: PersonId): Promise<void> {
    const all = [...ids];
    await this.manager.delete(identityLinks, { person: In(all) });
    await this.manager.delete(identityLinks, { other: In(all) });
    await this.manager.delete(people, { id: In(all) });
    // Not an address: nobody is told there.
    const nobody: Person = { id: pseudonym, name: 'Erased person', email: null, language: null, address: 'system' };
    if (!(await this.manager.existsBy(people, { id: pseudonym }))) await this.manager.insert(people, nobody);
  }

  /** Forgets where they were reached and what they were told. @param settledOnly leaves what still waits */
  async forgetPlaces(ids: readonly PersonId[], settledOnly: boolean): Promise<void> {
    const rows = await this.outboxOf(ids).getMany();
    const gone = rows.filter(({ settledAt }) => !settledOnly || settledAt !== null).map(({ id }) => id);
    for (let at = 0; at < gone.length; at += 500)
      await this.manager.delete(outbox, { id: In(gone.slice(at, at + 500)) });
    const keys = (await this.interactionsOf(ids).getMany()).map(({ key }) => key);
    for (let at = 0; at < keys.length; at += 500)
      await this.manager.delete(interactions, { key: In(keys.slice(at, at + 500)) });
    if (settledOnly) return;
    const all = [...ids];
    await this.manager.delete(pauses, { place: In(all) });
    await this.manager.delete(ticketMessages, { place: In(all) });
    await this.manager.delete(postedMessages, { place: In(all) });
    const kept = (await this.placesOf(ids).getMany()).map(({ place }) => place);
    if (kept.length > 0) await this.manager.delete(places, { place: In(kept) });
  }

  private placesOf(ids: readonly PersonId[]) {
    return this.manager
      .createQueryBuilder(places, 'p')
      .where(`p.place IN (:...ids) OR ${likes('p.reference', ids)}`, { ids, ...patterns(ids.map(nativeOf)) });
  }

  private outboxOf(ids: readonly PersonId[]) {
    const columns = ['o.key', 'o.payload', 'o.cause'].map((column) => likes(column, ids)).join(' OR ');
    return this.manager
      .createQueryBuilder(outbox, 'o')
      .where(`o.place IN (:...ids) OR ${columns}`, { ids, ...patterns(ids.map(nativeOf)) });
  }

  private interactionsOf(ids: readonly PersonId[]) {
    return this.manager.createQueryBuilder(interactions, 'i').where(likes('i.key', ids), patterns(ids.map(nativeOf)));
  }

  private async ids<T extends object>(query: SelectQueryBuilder<T>): Promise<number[]> {
    return (await query.getRawMany<{ id: number | string }>()).map(({ id }) => Number(id));
  }
}

/** The platform's own id: it stands in keys and notes without ours before it. */
function nativeOf(id: PersonId): string {
  return id.slice(id.indexOf(':') + 1);
}

function likes(column: string, names: readonly unknown[]): string {
  return names.map((_, index) => `${column} LIKE :like${index} ESCAPE '!'`).join(' OR ');
}

function patterns(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map((text, index) => [`like${index}`, `%${text.replace(/[!%_]/g, '!$&')}%`]));
}
