/**
 * The sealed history of tickets: every event is chained to the one before it by a hash (see `migrations/seal.ts`). What
 * breaks the chain is named here; what may be erased is erased here, with its salt.
 */
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { Seal } from '../../migrations/seal';
import { hashOf, sealOf } from '../../migrations/seal';
import type { PersonId } from '../domain/person';
import type { Happening, TicketEvent } from '../domain/ticket';
import type { StoredEvent } from './rows';
import { ticketEvents } from './schema';
import { Table } from './table';

export type SealedEvent = StoredEvent & { readonly hash: string | null; readonly seal: Seal | null };

/** What is to become of an event: who is named by another id, and whether its words go. */
export interface Erasing {
  readonly nameOf: (id: PersonId) => PersonId;
  readonly words: boolean;
}

export class History {
  private readonly table: Table<StoredEvent & { hash?: string | null; seal?: Seal | null }>;

  constructor(private readonly manager: EntityManager) {
    this.table = new Table(ticketEvents, manager);
  }

  /** Adds the next event of a ticket, sealed to the hash of the one before it; '' before the first. */
  async add(event: TicketEvent, previous: string): Promise<void> {
    const sealable = sealableOf(event);
    const seal = sealOf(sealable);
    const row = { ...event, kind: event.what.kind, hash: hashOf(previous, sealable, seal), seal };
    await this.table.append(row);
  }

  /** Events with their seals, of the tickets from one number up to and with another, in order. */
  between(from: number, to: number): Promise<SealedEvent[]> {
    return this.manager
      .createQueryBuilder(ticketEvents, 'e')
      .addSelect(['e.hash', 'e.seal'])
      .where('e.ticketId BETWEEN :from AND :to', { from, to })
      .orderBy('e.ticketId', 'ASC')
      .addOrderBy('e.version', 'ASC')
      .getMany() as Promise<SealedEvent[]>;
  }

  of(ticketId: number): Promise<SealedEvent[]> {
    return this.table.findWhole({ ticketId }, { by: 'version' });
  }

  /** Seals what an older version wrote while both ran. @returns how many events */
  async sealAnew(ticketId: number): Promise<number> {
    let previous = '';
    let count = 0;
    for (const event of await this.of(ticketId)) {
      if (event.hash === null) {
        const sealable = sealableOf(event);
        const seal = sealOf(sealable);
        const hash = hashOf(previous, sealable, seal);
        await this.table.set({ id: event.id }, { hash, seal });
        previous = hash;
        count += 1;
      } else previous = event.hash;
    }
    return count;
  }

  /** Takes people and words out of an event; its hash stays, and holds. @returns whether there was anything to take */
  async erase(event: SealedEvent, erasing: Erasing, dryRun: boolean): Promise<boolean> {
    const next = erased(event, erasing);
    if (next === null) return false;
    if (dryRun) return true;
    await this.table.set({ id: event.id }, next);
    return true;
  }

  /** The hash of the event before this one; sealed now where an older version wrote it. */
  async hashBefore({ ticketId, version }: TicketEvent): Promise<string> {
    const [before] = await this.table.findWhole<SealedEvent>({ ticketId, version: version - 1 });
    if (before?.hash != null) return before.hash;
    await this.sealAnew(ticketId);
    return (await this.of(ticketId)).at(-1)?.hash ?? '';
  }
}

export function sealableOf({ ticketId, version, actor, at, what }: TicketEvent) {
  return { ticketId, version, actor, at: at.getTime(), what };
}

/** What remains of an event; null when nothing changes. */
function erased(event: SealedEvent, { nameOf, words }: Erasing): Partial<SealedEvent> | null {
  const { what } = event;
  const actor = nameOf(event.actor);
  const named = what.kind === 'assigned' ? { ...what, to: nameOf(what.to) } : what;
  const silent = words ? withoutWords(named) : named;
  if (actor === event.actor && same(silent, what)) return null;
  const { seal } = event;
  // Sealed before it is erased; only a dry run finds one that is not.
  if (seal === null) return { actor, what: silent };
  const next: Seal = {
    actor: actor === event.actor ? seal.actor : [null, seal.actor[1]],
    ...(seal.to === undefined ? {} : { to: same(named, what) ? seal.to : ([null, seal.to[1]] as const) }),
    ...(seal.words === undefined ? {} : { words: same(silent, named) ? seal.words : ([null, seal.words[1]] as const) }),
  };
  return { actor, what: silent, seal: next };
}

function withoutWords(what: Happening): Happening {
  return {
    ...what,
    ...('text' in what ? { text: '' } : {}),
    ...('reason' in what ? { reason: '' } : {}),
  };
}

function same(a: Happening, b: Happening): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A name for somebody who is to be forgotten: by chance, so that nothing leads back. */
export function pseudonym(): PersonId {
  return `erased:${randomUUID()}`;
}
