/**
 * How tickets like this one were resolved: the newest resolved tickets, searched in memory as articles are. What is shown is
 * read from the database when it is shown, so words that were changed or erased since never appear.
 */
import type { Clock } from './clock';
import type { Article } from './domain/article';
import { audienceOfTickets, EVERYONE, isFor } from './domain/audience';
import type { Memberships } from './domain/audience';
import type { SupportLine } from './domain/support-line';
import type { Ticket } from './domain/ticket';
import { isActive } from './domain/ticket-status';
import type { LiveIndex } from './knowledge/knowledge-index';
import type { Store } from './store/store';

export interface SimilarTicket {
  readonly ticket: Ticket;
  /** The article that solved it, when the readers may see it and it was not retired since. */
  readonly resolvedWith: Article | null;
}

export interface SimilarTicketsParts {
  readonly store: Store;
  readonly createIndex: () => LiveIndex;
  readonly lines: readonly SupportLine[];
  readonly clock: Clock;
}

/** At most so many are shown. */
export const SIMILAR_SHOWN = 3;
/** The newest so many can be found. */
const KEPT = 2000;
/** Read and indexed at once. */
const BATCH = 200;
/** An index of which so many tickets have come is made anew. */
const REMADE_AFTER = 4 * KEPT;
/** Clocks of several processes differ, and a change is seen only when its transaction ends. */
const OVERLAP_MS = 30_000;

export class SimilarTickets {
  private index: LiveIndex;
  /** What is searched, oldest first. */
  private readonly examples = new Map<number, Article>();
  /** Versions of the tickets changed within the overlap, which are read again and again. */
  private seen: ReadonlyMap<number, number> = new Map();
  /** When the last look began. */
  private lookedMs: number | null = null;
  private changes = 0;
  private refreshing: Promise<void> | null = null;

  constructor(private readonly parts: SimilarTicketsParts) {
    this.index = parts.createIndex();
  }

  /** Takes in what was resolved, reopened or closed since, by whichever process. Costs one short query when nothing was. */
  refresh(): Promise<void> {
    this.refreshing ??= this.catchUp().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  /**
   * The tickets most like these words, best first; none when none is like them.
   * @param besides the ticket whose words they are
   */
  async find(
    words: string,
    reader: Memberships,
    { besides = null, limit = SIMILAR_SHOWN }: { readonly besides?: number | null; readonly limit?: number } = {},
  ): Promise<SimilarTicket[]> {
    if (!this.index.audiences().some((audience) => isFor(audience, reader))) return [];
    const found = this.index
      .suggest(words, { limit: limit + 1, audience: reader })
      .map(({ article }) => Number(article.id))
      .filter((id) => id !== besides)
      .slice(0, limit);
    return this.readAll(found, reader);
  }

  /** A resolved ticket, if these readers may see how it was resolved. */
  async one(id: number, reader: Memberships): Promise<SimilarTicket | null> {
    const [found] = await this.readAll([id], reader);
    return found ?? null;
  }

  /** Who may see how a ticket was resolved. */
  audienceOf({ line }: Ticket): string {
    return audienceOfTickets(line, this.parts.lines);
  }

  private async readAll(ids: readonly number[], reader: Memberships): Promise<SimilarTicket[]> {
    if (ids.length === 0) return [];
    const readsArticles = new Set([...reader, EVERYONE]);
    return this.parts.store.read(async (session) => {
      const tickets = await session.tickets.named(ids);
      const shown = ids.flatMap((id): Ticket[] => {
        const ticket = tickets.get(id);
        return ticket !== undefined && isExample(ticket) && isFor(this.audienceOf(ticket), reader) ? [ticket] : [];
      });
      const articles = await session.articles.named(shown.flatMap(({ resolvedWith }) => resolvedWith ?? []));
      return shown.map((ticket) => {
        const article = articles.get(ticket.resolvedWith ?? '');
        // To say which one helped is to suggest it.
        const isSuggested = article?.retiredAt === null && isFor(article.audience, readsArticles);
        return { ticket, resolvedWith: isSuggested ? article : null };
      });
    });
  }

  private async catchUp(): Promise<void> {
    const { store, clock } = this.parts;
    const nowMs = clock.now().getTime();
    const first = this.lookedMs === null;
    // The clock may have been set back meanwhile.
    const since = new Date(Math.min(this.lookedMs ?? nowMs, nowMs) - OVERLAP_MS);
    const changed = await store.read((session) => session.tickets.changedSince(since));
    const fresh = changed.filter(({ id, version }) => this.seen.get(id) !== version);
    const examples = fresh.filter(({ id, status }) => !isActive(status) || this.examples.has(id)).map(({ id }) => id);
    const resolved = first ? await store.read((session) => session.tickets.resolvedLast(KEPT)) : [];
    const ids = [...new Set([...resolved.reverse(), ...examples])];
    for (let start = 0; start < ids.length; start += BATCH) await this.take(ids.slice(start, start + BATCH));
    this.seen = new Map(changed.map(({ id, version }) => [id, version]));
    this.lookedMs = nowMs;
  }

  private async take(ids: readonly number[]): Promise<void> {
    const tickets = await this.parts.store.read((session) => session.tickets.named(ids));
    const put: Article[] = [];
    const gone: string[] = [];
    for (const id of ids) {
      const ticket = tickets.get(id);
      const was = this.examples.delete(id);
      if (ticket !== undefined && isExample(ticket)) {
        const example = exampleOf(ticket, this.audienceOf(ticket));
        this.examples.set(id, example);
        put.push(example);
      } else if (was) gone.push(String(id));
    }
    for (const oldest of this.examples.keys()) {
      if (this.examples.size <= KEPT) break;
      this.examples.delete(oldest);
      gone.push(String(oldest));
    }
    this.changes += put.length;
    if (this.changes <= REMADE_AFTER) return this.index.change(put.map(stamped), gone);
    // An index remembers every word it ever had, so one that has seen many tickets go is made anew.
    const index = this.parts.createIndex();
    await index.change([...this.examples.values()].map(stamped), []);
    this.index = index;
    this.changes = this.examples.size;
  }
}

/** Whether a ticket says how it was resolved. */
function isExample({ status, resolution }: Ticket): boolean {
  return !isActive(status) && resolution !== null && resolution !== '';
}

/** A ticket as the index takes it: what was asked, and what its requester was told. Never what agents noted among themselves. */
function exampleOf({ id, subject, details, resolution }: Ticket, audience: string): Article {
  const body = `${details}\n\n${resolution ?? ''}`;
  return { id: String(id), title: subject, body, tags: [], language: null, audience, url: null };
}

function stamped(article: Article): { article: Article; stamp: string } {
  return { article, stamp: '' };
}
