/** Tickets, their history, and the messages that show them. */
import { In, LessThan, MoreThanOrEqual, Not } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Address, PersonId } from '../domain/person';
import type { LineKey } from '../domain/support-line';
import type { Decision, Ticket, TicketEvent } from '../domain/ticket';
import type { TicketStatus } from '../domain/ticket-status';
import { History } from './history';
import { HAS_OTHERS } from './identities';
import type { EventMessage, TicketMessage } from './rows';
import { eventMessages, ticketEvents, ticketMessages, tickets } from './schema';
import { Table } from './table';

/** Somebody changed the row since it was read; `Store.write` starts again. */
export class Overtaken extends Error {
  constructor(what: string) {
    super(`${what} was changed by somebody else`);
    this.name = 'Overtaken';
  }
}

const ACTIVE: TicketStatus[] = ['open', 'claimed', 'waiting'];
/** What a person is shown as theirs: also what they may still reopen. */
const THEIRS: TicketStatus[] = [...ACTIVE, 'resolved'];

const CHANGED_SINCE = 'SELECT `id`, `version`, `status` FROM `tickets` WHERE `updatedAt` >= ? AND `version` > 1';

/** Whole numbers, as either database has them. */
interface ChangedRow extends Record<'id' | 'version', number | string> {
  readonly status: TicketStatus;
}

/** Which tickets a list shows; everything that is absent does not matter. */
export interface TicketFilter {
  readonly status?: readonly TicketStatus[];
  readonly line?: LineKey;
  readonly assignee?: PersonId;
  readonly requester?: PersonId;
}

/** A message as it was drawn. */
type Shown = Omit<TicketMessage, 'id' | 'tellsOf'> & {
  /** The resolved tickets that it tells of as similar ones. */
  readonly tellsOf: readonly number[];
};

export class Tickets {
  private readonly table: Table<Ticket>;
  private readonly messageTable: Table<TicketMessage>;

  constructor(private readonly manager: EntityManager) {
    this.table = new Table(tickets, manager);
    this.messageTable = new Table(ticketMessages, manager);
  }

  find(id: number): Promise<Ticket | null> {
    return this.table.one({ id });
  }

  ofInquiry(inquiryId: number): Promise<Ticket | null> {
    return this.table.one({ inquiryId });
  }

  async add(ticket: Omit<Ticket, 'id'>): Promise<Ticket> {
    return { ...ticket, id: await this.table.insert(ticket) };
  }

  /** Saves a decision made on a ticket. @throws Overtaken when that is no longer its newest version. */
  async save(before: Ticket, { ticket, event }: Decision): Promise<void> {
    const { id, version } = before;
    const history = new History(this.manager);
    const saving = this.table.update({ id, version }, changed(before, ticket));
    const [saved, hash] = await Promise.all([saving, history.hashBefore(event)]);
    if (saved !== 1) throw new Overtaken(`ticket ${id}`);
    await history.add(event, hash);
  }

  /** Adds the first event of a ticket. */
  async addEvent(event: TicketEvent): Promise<void> {
    await new History(this.manager).add(event, '');
  }

  /** The whole history, oldest first. */
  events(ticketId: number): Promise<TicketEvent[]> {
    return new Table(ticketEvents, this.manager).find({ ticketId }, { by: 'version' });
  }

  event(ticketId: number, version: number): Promise<TicketEvent | null> {
    return new Table(ticketEvents, this.manager).one({ ticketId, version });
  }

  /** What a person asked for by any of their ids, newest change first; and how many there are in all. */
  async ofRequester(ids: readonly PersonId[], limit: number): Promise<[Ticket[], number]> {
    const where = { requester: ids, status: THEIRS };
    const found = await this.table.find(where, { by: 'updatedAt', newestFirst: true, limit });
    return this.counted(found, ids, limit);
  }

  /** The same of a person with no other id; of everybody else none. */
  async ofRequesterWithOneId(id: PersonId, limit: number): Promise<[Ticket[], number]> {
    const where = { requester: id, status: THEIRS };
    const order = { by: 'updatedAt', newestFirst: true, limit } as const;
    return this.counted(
      await this.table.findUnless(this.table.quoted(HAS_OTHERS), [id, id], where, order),
      [id],
      limit,
    );
  }

  /** Nearly everybody has fewer than are listed: for them nothing more is asked of the database. */
  private async counted(found: Ticket[], ids: readonly PersonId[], limit: number): Promise<[Ticket[], number]> {
    if (found.length < limit) return [found, found.length];
    return [found, await this.manager.countBy(tickets, { requester: In([...ids]), status: In(THEIRS) })];
  }

  /** What waits for an agent: most urgent first, then oldest; and how many there are in all. */
  queue(lines: readonly LineKey[], limit: number): Promise<[Ticket[], number]> {
    const where = { line: In([...lines]), status: In(ACTIVE) };
    return this.manager.findAndCount(tickets, { where, order: { priority: 'ASC', openedAt: 'ASC' }, take: limit });
  }

  /** Numbers and versions from a number on, in order. */
  async versionsFrom(id: number, limit: number): Promise<Pick<Ticket, 'id' | 'version'>[]> {
    const where = { id: MoreThanOrEqual(id) };
    return this.manager.find(tickets, {
      select: { id: true, version: true },
      where,
      order: { id: 'ASC' },
      take: limit,
    });
  }

  /** Newest first, `limit` of them before ticket `beforeId`. */
  list(filter: TicketFilter, limit: number, beforeId?: number): Promise<Ticket[]> {
    const { status, ...rest } = filter;
    const where = {
      ...rest,
      ...(status === undefined ? {} : { status: In([...status]) }),
      ...(beforeId === undefined ? {} : { id: LessThan(beforeId) }),
    };
    return this.manager.find(tickets, { where, order: { id: 'DESC' }, take: limit });
  }

  /** Resolved before this moment and not spoken of since. */
  resolvedBefore(moment: Date, limit: number): Promise<Ticket[]> {
    const where = { status: 'resolved' as const, resolvedAt: LessThan(moment) };
    return this.manager.find(tickets, { where, order: { resolvedAt: 'ASC' }, take: limit });
  }

  /** The ids of those resolved last that say how, newest first. */
  async resolvedLast(limit: number): Promise<number[]> {
    // One status at a time, so that each is read off its index.
    const of = (status: TicketStatus): Promise<Pick<Ticket, 'id' | 'resolvedAt'>[]> =>
      this.manager.find(tickets, {
        select: { id: true, resolvedAt: true },
        where: { status, resolution: Not('') },
        order: { resolvedAt: 'DESC' },
        take: limit,
      });
    const found = [...(await of('resolved')), ...(await of('closed'))];
    found.sort((a, b) => (b.resolvedAt?.getTime() ?? 0) - (a.resolvedAt?.getTime() ?? 0));
    return found.slice(0, limit).map(({ id }) => id);
  }

  /**
   * Which tickets changed since a moment, and to what, but those that were only opened: in a rush these are very many.
   */
  async changedSince(moment: Date): Promise<Pick<Ticket, 'id' | 'version' | 'status'>[]> {
    const rows = await this.table.rows<ChangedRow>(this.table.quoted(CHANGED_SINCE), [moment.getTime()]);
    return rows.map(({ id, version, status }) => ({ id: Number(id), version: Number(version), status }));
  }

  /** Those of the ids that are there. */
  async named(ids: readonly number[]): Promise<ReadonlyMap<number, Ticket>> {
    const found = ids.length === 0 ? [] : await this.table.find({ id: ids });
    return new Map(found.map((ticket) => [ticket.id, ticket]));
  }

  /** Who had a part in a line's tickets opened since then, but those of one platform, the latest first. */
  async lately(
    part: 'assignee' | 'requester',
    line: LineKey,
    since: Date,
    besides: string,
    limit: number,
  ): Promise<PersonId[]> {
    const rows = await this.manager
      .createQueryBuilder(tickets, 't')
      .select(`t.${part}`, 'person')
      .where('t.line = :line AND t.openedAt >= :since', { line, since: since.getTime() })
      .andWhere(`t.${part} IS NOT NULL AND t.${part} NOT LIKE :besides`, { besides: `${besides}:%` })
      .groupBy(`t.${part}`)
      .orderBy('MAX(t.openedAt)', 'DESC')
      .limit(limit)
      .getRawMany<{ person: PersonId }>();
    return rows.map(({ person }) => person);
  }

  messages(ticketId: number): Promise<TicketMessage[]> {
    return this.messageTable.find({ ticketId }, { by: 'id' });
  }

  message(ticketId: number, place: Address): Promise<TicketMessage | null> {
    return this.messageTable.one({ ticketId, place });
  }

  /** Active tickets of every line, oldest first. */
  active(): Promise<Ticket[]> {
    return this.manager.find(tickets, { where: { status: In(ACTIVE) }, order: { id: 'ASC' } });
  }

  /** How many tickets are in each state that somebody still has something to do in. */
  async activeByStatus(): Promise<Readonly<Record<string, number>>> {
    const rows = await this.manager
      .createQueryBuilder(tickets, 't')
      .select('t.status', 'status')
      .addSelect('COUNT(*)', 'count')
      .where('t.status IN (:...active)', { active: ACTIVE })
      .groupBy('t.status')
      .getRawMany<{ status: string; count: string | number }>();
    const counted = new Map(rows.map(({ status, count }) => [status, Number(count)]));
    return Object.fromEntries(ACTIVE.map((status) => [status, counted.get(status) ?? 0]));
  }

  /** Forgets where a ticket was shown, so that it is posted anew. */
  async forgetMessages(ticketId: number): Promise<void> {
    await this.manager.delete(ticketMessages, { ticketId });
  }

  /** The message with this reference, if it shows a ticket. */
  messageAt(ref: string): Promise<TicketMessage | null> {
    return this.messageTable.one({ ref });
  }

  /** Which event the message with this reference says, if it says one. */
  eventAt(ref: string): Promise<EventMessage | null> {
    return new Table(eventMessages, this.manager).one({ ref });
  }

  /** Notes which message says an event. */
  async said(message: Omit<EventMessage, 'id'>): Promise<void> {
    await new Table(eventMessages, this.manager).upsert([message], ['ref'], ['ticketId', 'version']);
  }

  /** Notes where a ticket is shown now, and from which version. */
  async shown({ tellsOf, ...shown }: Shown): Promise<void> {
    const message = { ...shown, tellsOf: tellsOf.length === 0 ? null : `,${tellsOf.join(',')},` };
    await this.messageTable.upsert([message], ['ticketId', 'place'], ['view', 'ref', 'shownVersion', 'tellsOf']);
  }

  /** The messages of active tickets that tell of this one; they are drawn anew by the next delivery, whatever they show. */
  async outdate(ticketId: number): Promise<Pick<TicketMessage, 'ticketId' | 'place' | 'view'>[]> {
    const found = await this.manager
      .createQueryBuilder(ticketMessages, 'm')
      // Only cards of active tickets tell of others, and those are few.
      .innerJoin(tickets.options.name, 't', 't.id = m.ticketId AND t.status IN (:...active)', { active: ACTIVE })
      .where('m.tellsOf LIKE :ticket', { ticket: `%,${ticketId},%` })
      .getMany();
    if (found.length > 0) {
      await this.manager.update(ticketMessages, { id: In(found.map(({ id }) => id)) }, { shownVersion: 0 });
    }
    return found;
  }
}

/** What a decision left other than it was; what it did not touch is the same value. */
function changed(before: Ticket, after: Ticket): Partial<Ticket> {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== before[name as keyof Ticket]));
}
