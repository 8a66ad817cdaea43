/**
 * Taking people and words out of what is kept, while every number stays: after a line's time, or when a person is to be
 * forgotten. Each ticket is one transaction that erases, adds an event to its history, and announces the redrawing of every
 * message that showed it; so a run that was cut short is simply run again.
 */
import type { Clock } from './clock';
import type { Person, PersonId } from './domain/person';
import { SYSTEM } from './domain/person';
import type { SupportLine } from './domain/support-line';
import type { Done, Scope } from './erasing';
import { eraseDraft, eraseQuestion, eraseTicket, NOTHING } from './erasing';
import { pseudonym } from './store/history';
import type { Traces } from './store/erasures';
import type { Session, Store } from './store/store';

export interface ErasureParts {
  readonly store: Store;
  /** The first line is the one that questions belong to. */
  readonly lines: readonly SupportLine[];
  readonly clock: Clock;
  /** Called after something was announced. */
  readonly onAnnounced?: () => void;
}

/** What was erased of a person, or would be. */
export interface PersonErasure {
  readonly ids: readonly PersonId[];
  readonly pseudonym: PersonId | null;
  readonly tickets: number;
  readonly events: number;
  readonly questions: number;
  /** Of articles that they wrote or reviewed. */
  readonly drafts: number;
  /** Messages that the running helpdesk redraws without the words. */
  readonly messages: number;
  /** E-mails and messages of earlier versions: they stay as they are. */
  readonly beyondReach: number;
  readonly traces: Traces;
  /** Where others wrote of them by name: for a human to look at. */
  readonly mentions: readonly { readonly ticketId: number; readonly version: number }[];
}

const PAGE = 200;
/** Tickets and questions erased by one run of the chores: people come first. */
const A_RUN = 200;
/** How long the last messages of somebody may take to be redrawn. */
const REDRAWING_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
const MENTIONS = 100;

export class Erasure {
  constructor(private readonly parts: ErasureParts) {}

  /** Every id of the person with this id or e-mail address. @throws Error when nobody here is known by it */
  async idsOf(name: string): Promise<PersonId[]> {
    return this.parts.store.read(async (session) => {
      const found = name.includes(':') ? [name] : (await session.erasures.byEmail(name)).map(({ id }) => id);
      const ids = new Set<PersonId>();
      for (const id of found) for (const each of await session.identities.idsOf(id)) ids.add(each);
      // Teams reaches people by another address than their id.
      for (const { address } of (await session.people.named([...ids])).values()) if (address !== '') ids.add(address);
      const known =
        found.length > 0 &&
        ((await session.erasures.ticketsOf([...ids], 0, 1)).length > 0 ||
          (await session.erasures.inquiriesOf([...ids])).length > 0 ||
          Object.values(await session.erasures.traces([...ids])).some((count) => count > 0));
      if (!known)
        throw new Error(`nobody here is known by ${name}; give an id such as slack:U0123ABCD, or an e-mail address`);
      return [...ids];
    });
  }

  /** Erases a person, or with `dryRun` only says what would be. Safe to run again, and beside the service. */
  async person(ids: readonly PersonId[], dryRun: boolean): Promise<PersonErasure> {
    const { store, clock } = this.parts;
    const at = clock.now();
    const known = await store.read(async (session) => ({
      people: [...(await session.people.named(ids)).values()],
      traces: await session.erasures.traces(ids),
      questions: await session.erasures.inquiriesOf(ids),
    }));
    const name = await this.begin(ids, at, dryRun);
    const scope: Scope = { why: 'request', ids: new Set(ids), pseudonym: name, cause: `erase:${name}` };
    let [tickets, done] = [0, NOTHING];
    for await (const id of this.ticketsOf(ids)) {
      const more = await this.one(eraseTicket, id, scope, dryRun);
      if (more === null) continue;
      tickets += 1;
      done = sum(done, more);
    }
    for (const { id } of known.questions)
      done = sum(done, (await this.one(eraseQuestion, id, scope, dryRun)) ?? NOTHING);
    let drafts = 0;
    for (const id of await store.read((session) => session.drafts.having(ids))) {
      const more = await this.one(eraseDraft, id, scope, dryRun);
      if (more === null) continue;
      drafts += 1;
      done = sum(done, more);
    }
    const mentions = await store.read((session) => session.erasures.mentions(namesOf(known.people), MENTIONS));
    if (!dryRun) {
      await store.write(async (session) => {
        await session.erasures.forgetPerson(ids, name);
        await session.articles.rename(ids, name);
        await session.erasures.forgetPlaces(ids, true);
      });
      this.parts.onAnnounced?.();
    }
    const { events, messages, beyondReach } = done;
    const counts = { tickets, events, questions: known.questions.length, drafts, messages, beyondReach };
    return { ids, pseudonym: dryRun ? null : name, ...counts, traces: known.traces, mentions };
  }

  /** Erases the words that a line has kept long enough. @returns how many tickets and questions. */
  async retention(): Promise<number> {
    const { store, lines, clock } = this.parts;
    const now = clock.now();
    const keys = lines.map(({ key }) => key);
    let count = 0;
    for (const [index, { key, keepWordsDays = null }] of lines.entries()) {
      if (keepWordsDays === null) continue;
      const before = new Date(now.getTime() - keepWordsDays * DAY_MS);
      const scope: Scope = { why: 'retention', ids: new Set(), pseudonym: SYSTEM, cause: `retention:${key}` };
      const due = await store.read((session) =>
        session.erasures.dueTickets(key, index === 0 ? keys : null, before, A_RUN),
      );
      for (const id of due) await this.one(eraseTicket, id, scope, false);
      const questions = index > 0 ? [] : await store.read((session) => session.erasures.dueInquiries(before, A_RUN));
      for (const { id } of questions) await this.one(eraseQuestion, id, scope, false);
      count += due.length + questions.length;
    }
    if (count > 0) this.parts.onAnnounced?.();
    return count;
  }

  /** Forgets the places of people once the last message to them is redrawn. */
  async finish(): Promise<void> {
    const { store, clock } = this.parts;
    const now = clock.now();
    for (const row of await store.read((session) => session.erasures.unfinished())) {
      await store.write(async (session) => {
        const waiting = await session.erasures.waitingFor(row.ids);
        if (waiting > 0 && now.getTime() - row.startedAt.getTime() < REDRAWING_MS) return;
        await session.erasures.forgetPlaces(row.ids, false);
        await session.erasures.finish(row, now);
      });
    }
  }

  /** The name they get; of an erasure that was cut short, the one it began with. */
  private async begin(ids: readonly PersonId[], at: Date, dryRun: boolean): Promise<PersonId> {
    return this.parts.store.write(async ({ erasures }) => {
      const earlier = (await erasures.unfinished()).find((row) => row.ids.some((id) => ids.includes(id)));
      const name = earlier?.pseudonym ?? pseudonym();
      if (earlier === undefined && !dryRun)
        await erasures.begin({ pseudonym: name, ids, startedAt: at, finishedAt: null });
      return name;
    });
  }

  private async *ticketsOf(ids: readonly PersonId[]): AsyncGenerator<number> {
    for (let from = 0; ;) {
      const page = await this.parts.store.read((session) => session.erasures.ticketsOf(ids, from, PAGE));
      yield* page;
      if (page.length < PAGE) return;
      from = (page.at(-1) ?? 0) + 1;
    }
  }

  /** @returns null when there was nothing to take out */
  private one(erase: typeof eraseTicket, id: number, scope: Scope, dryRun: boolean): Promise<Done | null> {
    const work = (session: Session): Promise<Done | null> => erase(session, id, scope, this.parts.clock.now(), dryRun);
    return dryRun ? this.parts.store.read(work) : this.parts.store.write(work);
  }
}

function sum(a: Done, b: Done): Done {
  return {
    events: a.events + b.events,
    messages: a.messages + b.messages,
    beyondReach: a.beyondReach + b.beyondReach,
  };
}

/** Names that point to somebody: a first name alone is everybody's. */
function namesOf(people: readonly Person[]): string[] {
  const names = people.flatMap(({ name, email }) => [
    ...(/\S\s+\S/.test(name) ? [name] : []),
    ...(email === null ? [] : [email]),
  ]);
  return [...new Set(names)];
}
