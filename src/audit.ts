/**
 * Whether the history of tickets is as it was written: walks every chain of hashes and names each event that was changed,
 * taken out or put in. With a list of seals that was kept elsewhere it also finds a chain that was made anew as a whole.
 */
import type { SealedPart } from '../migrations/seal';
import { hashOf, opens, partsOf } from '../migrations/seal';
import { platformOf } from './domain/person';
import type { SealedEvent } from './store/history';
import { sealableOf } from './store/history';
import type { Store } from './store/store';

type ProblemKind = 'changed' | 'removed' | 'inserted' | 'unsealed' | 'replaced';

interface AuditProblem {
  readonly ticketId: number;
  readonly version: number;
  readonly kind: ProblemKind;
  /** In words, for the operator. */
  readonly told: string;
}

export interface AuditReport {
  readonly tickets: number;
  readonly events: number;
  /** Events of which something was erased. */
  readonly erased: number;
  /** How many problems, and the first of them. */
  readonly found: number;
  readonly problems: readonly AuditProblem[];
}

/** The newest event of a ticket at some time, kept where nobody who can write to the database can write. */
export interface KeptSeal {
  readonly ticket: number;
  readonly version: number;
  readonly hash: string;
}

/** Tickets in memory at once: a history of millions must not need the memory for them. */
const PAGE = 200;
const SHOWN = 1000;

/** Reads the whole history. @param kept by ticket; checked on the way */
export async function verifyHistory(
  store: Store,
  kept: ReadonlyMap<number, KeptSeal> = new Map(),
): Promise<AuditReport> {
  let [tickets, events, erased, found] = [0, 0, 0, 0];
  const problems: AuditProblem[] = [];
  const seen = new Set<number>();
  const note = (list: readonly AuditProblem[]): void => {
    found += list.length;
    problems.push(...list.slice(0, Math.max(0, SHOWN - problems.length)));
  };
  for await (const { id, version, history } of histories(store)) {
    if (version !== null) tickets += 1;
    events += history.length;
    erased += history.filter(isErased).length;
    note(verifyTicket(id, version, history));
    const seal = kept.get(id);
    if (seal !== undefined) note(compare(seal, history));
    if (kept.size > 0) seen.add(id);
  }
  for (const seal of kept.values()) if (!seen.has(seal.ticket)) note(compare(seal, []));
  return { tickets, events, erased, found, problems };
}

/** The newest seal of each ticket, to be kept elsewhere. What an older version left unsealed is sealed first. */
export async function* seals(store: Store): AsyncGenerator<KeptSeal> {
  for await (const { id, history } of histories(store)) {
    const open = history.some(({ hash }) => hash === null);
    if (open) await store.write((session) => session.history.sealAnew(id));
    const newest = open ? (await store.read((session) => session.history.of(id))).at(-1) : history.at(-1);
    if (newest?.hash != null) yield { ticket: id, version: newest.version, hash: newest.hash };
  }
}

interface TicketHistory {
  readonly id: number;
  /** Of the ticket; null when there is none with this number. */
  readonly version: number | null;
  readonly history: readonly SealedEvent[];
}

async function* histories(store: Store): AsyncGenerator<TicketHistory> {
  for (let from = 1; ;) {
    const page = await store.read((session) => session.tickets.versionsFrom(from, PAGE));
    const last = page.length < PAGE ? Number.MAX_SAFE_INTEGER : (page.at(-1)?.id ?? 0);
    yield* pageOf(page, await events(store, from, last));
    if (page.length < PAGE) return;
    from = last + 1;
  }
}

async function events(store: Store, from: number, to: number): Promise<SealedEvent[]> {
  return store.read((session) => session.history.between(from, to));
}

function* pageOf(
  tickets: readonly { readonly id: number; readonly version: number }[],
  events: readonly SealedEvent[],
): Generator<TicketHistory> {
  const byTicket = new Map<number, SealedEvent[]>();
  for (const event of events) {
    const list = byTicket.get(event.ticketId);
    if (list === undefined) byTicket.set(event.ticketId, [event]);
    else list.push(event);
  }
  const versions = new Map(tickets.map(({ id, version }) => [id, version]));
  for (const id of [...new Set([...versions.keys(), ...byTicket.keys()])].sort((a, b) => a - b))
    yield { id, version: versions.get(id) ?? null, history: byTicket.get(id) ?? [] };
}

/** @param version the ticket's own: the number of its events; null when there is no such ticket */
function verifyTicket(ticketId: number, version: number | null, history: readonly SealedEvent[]): AuditProblem[] {
  const problem = (at: number, kind: ProblemKind, told: string): AuditProblem => ({
    ticketId,
    version: at,
    kind,
    told,
  });
  const there = new Set(history.map((event) => event.version));
  const last = Math.max(version ?? 0, history.at(-1)?.version ?? 0);
  const gone = Array.from({ length: last }, (_, index) => index + 1).filter((each) => !there.has(each));
  const surplus = history.filter((event) => version !== null && event.version > version);
  return [
    ...(version === null ? [problem(0, 'removed', `ticket #${ticketId} was removed, its history is still there`)] : []),
    ...gone.map((at) => problem(at, 'removed', `event ${at} of #${ticketId} was removed`)),
    ...links(history).map(({ at, kind, told }) => problem(at, kind, `event ${at} of #${ticketId} ${told}`)),
    ...surplus.map((event) =>
      problem(
        event.version,
        'inserted',
        `event ${event.version} of #${ticketId} was put in, or the ticket was set back`,
      ),
    ),
  ];
}

interface BrokenLink {
  readonly at: number;
  readonly kind: ProblemKind;
  readonly told: string;
}

/** Walks one chain. After a broken link it goes on from the hash that is there, so that each break is named once. */
function links(history: readonly SealedEvent[]): BrokenLink[] {
  const lastErasure = history.findLast(({ what }) => what.kind === 'erased')?.version ?? 0;
  const broken: BrokenLink[] = [];
  /** Null when nobody knows it: after a gap. */
  let previous: string | null = '';
  /** How many events were put in, by which later ones were moved on. */
  let moved = 0;
  history.forEach((event, index) => {
    const at = event.version;
    if (at !== (history[index - 1]?.version ?? 0) + 1) previous = null;
    if (!holds(event, previous, at - moved) && isInserted(history, index, previous, moved)) {
      moved += 1;
      broken.push({ at, kind: 'inserted', told: 'was put in' });
      return;
    }
    const link = brokenLink(event, previous, moved, lastErasure);
    if (link !== null) broken.push(link);
    previous = event.hash;
  });
  return broken;
}

function brokenLink(
  event: SealedEvent,
  previous: string | null,
  moved: number,
  lastErasure: number,
): BrokenLink | null {
  const at = event.version;
  if (event.hash === null || event.seal === null)
    return { at, kind: 'unsealed', told: 'has no seal: an older version wrote it, or somebody else did' };
  if (!holds(event, previous, at - moved))
    return { at, kind: 'changed', told: 'was changed, or does not follow the one before it' };
  if (moved > 0) return { at, kind: 'changed', told: `was moved from place ${at - moved}` };
  return isWhole(event, lastErasure) ? null : { at, kind: 'changed', told: 'was changed' };
}

/** Whether the hash is that of the event at this place. After a gap nobody knows the hash before it. */
function holds(event: SealedEvent, previous: string | null, place: number): boolean {
  if (previous === null || event.hash === null || event.seal === null) return true;
  return hashOf(previous, { ...sealableOf(event), version: place }, event.seal) === event.hash;
}

/** Whether the next event follows what was before this one: then this one was put in between. */
function isInserted(history: readonly SealedEvent[], index: number, previous: string | null, moved: number): boolean {
  const next = history[index + 1];
  if (next === undefined || previous === null || next.seal === null) return false;
  return holds(next, previous, next.version - moved - 1);
}

/** Whether people and words are those that were sealed, or were erased, of which a later event tells. */
function isWhole(event: SealedEvent, lastErasure: number): boolean {
  const { actor, to, words } = partsOf(sealableOf(event));
  const { seal, version } = event;
  if (seal === null) return false;
  const fits = (part: SealedPart | undefined, content: string | null, leftover: (text: string | null) => boolean) => {
    if (part === undefined) return content === null;
    if (part[0] === null) return version < lastErasure && leftover(content);
    return content !== null && opens(part, content);
  };
  const isNobody = (id: string | null): boolean => id !== null && platformOf(id) === 'erased';
  return (
    fits(seal.actor, actor, isNobody) && fits(seal.to, to, isNobody) && fits(seal.words, words, (text) => text === null)
  );
}

function isErased({ seal }: SealedEvent): boolean {
  return seal !== null && [seal.actor, seal.to, seal.words].some((part) => part !== undefined && part[0] === null);
}

function compare({ ticket, version, hash }: KeptSeal, history: readonly SealedEvent[]): AuditProblem[] {
  const event = history.find((each) => each.version === version);
  if (event?.hash === hash) return [];
  const told =
    event === undefined
      ? `event ${version} of #${ticket}, of which a seal was kept, is gone`
      : `the history of #${ticket} up to event ${version} is not the one of which a seal was kept`;
  return [{ ticketId: ticket, version, kind: event === undefined ? 'removed' : 'replaced', told }];
}
