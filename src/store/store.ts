/**
 * The one door to the database. `write` runs its work in a transaction and runs it again when somebody else was faster;
 * so the work must do nothing but read and write here, above all not call a chat.
 */
import type { DataSource, EntityManager } from 'typeorm';
import { openDataSource, isMysql } from './data-source';
import type { DatabaseUrl } from './data-source';
import { Articles } from './articles';
import { backUp } from './backup';
import { Drafts } from './drafts';
import { Erasures } from './erasures';
import { examineDatabase } from './examine';
import type { DatabaseFinding } from './examine';
import { GroupCommit } from './group-commit';
import { History } from './history';
import { Identities } from './identities';
import { Inquiries } from './inquiries';
import { Interactions } from './interactions';
import { bringUpToDate, pendingMigrations } from './migrate';
import { Outbox } from './outbox';
import { OutboxDesk } from './outbox-desk';
import { PastQuestions } from './past-questions';
import { People } from './people';
import { Places } from './places';
import { Posted } from './posted';
import { SummaryNumbers } from './summary-numbers';
import { inOneGo, inTransaction } from './mysql-statement';
import { codeOf, isTaken } from './table';
import { Overtaken, Tickets } from './tickets';

/** The tables, inside one transaction or one read. */
export interface Session {
  readonly people: People;
  readonly identities: Identities;
  readonly places: Places;
  readonly articles: Articles;
  readonly drafts: Drafts;
  readonly inquiries: Inquiries;
  readonly past: PastQuestions;
  readonly tickets: Tickets;
  readonly history: History;
  readonly posted: Posted;
  readonly erasures: Erasures;
  readonly outbox: Outbox;
  readonly outboxDesk: OutboxDesk;
  readonly interactions: Interactions;
  readonly numbers: SummaryNumbers;
}

/** Told of each read and transaction, and how long it took. */
export type Worked = (work: 'read' | 'write', ms: number) => void;

/** How long others may be faster than one write: of many who change one ticket at once, each attempt lets one through. */
const OVERTAKEN_MS = 3000;
/** How long a write waits for whoever has the database to themselves, such as an import by the operator's command. */
const PATIENCE_MS = 10_000;
const LONGEST_PAUSE_MS = 200;

export class Store {
  /** On SQLite everything waits its turn: TypeORM shares one connection, where transactions would run into each other. */
  private readonly turns: GroupCommit | null;

  private failure: string | null = null;

  /** Called after each transaction of this process that changed articles. */
  onArticlesChanged: () => void = () => undefined;

  private constructor(
    private readonly source: DataSource,
    private readonly url: DatabaseUrl,
    private readonly worked: Worked,
  ) {
    // By statements of our own: TypeORM counts how deep it is in a transaction, and counts wrongly for ever when SQLite
    // ended one by itself (a full disk); from then on nothing would be committed.
    this.turns = isMysql(url) ? null : new GroupCommit((sql) => source.query(sql));
  }

  /** Why the last change could not be stored, such as a full disk; null when it could. */
  get failing(): string | null {
    return this.failure;
  }

  /** Connects. @throws Error of the driver when the database cannot be reached. */
  static async open(url: DatabaseUrl, worked: Worked = () => undefined): Promise<Store> {
    return new Store(await openDataSource(url), url, worked);
  }

  /** Brings the tables up to date; one process at a time. @throws Error when the database is newer than this code. */
  migrate(): Promise<string[]> {
    return this.inTurn(() => bringUpToDate(this.source, isMysql(this.url)));
  }

  /** Names of migrations that are still to run; null when the database is newer than this code. */
  pending(): Promise<string[] | null> {
    return this.inTurn(() => pendingMigrations(this.source));
  }

  /** Reads; what it sees may be from different moments on MySQL, so decisions belong in `write`. */
  read<T>(work: (session: Session) => Promise<T>): Promise<T> {
    return this.timed('read', () => this.inTurn(() => this.reading(work)));
  }

  /** Runs the work in one transaction: all of it is stored, or nothing. The work may run several times. */
  async write<T>(work: (session: Session) => Promise<T>): Promise<T> {
    let isOfArticles = false;
    const inSession = async (manager: EntityManager): Promise<T> => {
      const session = sessionOn(manager);
      const done = await work(session);
      isOfArticles = session.articles.changes.any;
      return done;
    };
    const result = await this.written(
      () => this.turns?.write(() => inSession(this.source.manager)) ?? this.transaction(inSession),
    );
    if (isOfArticles) this.onArticlesChanged();
    return result;
  }

  /**
   * As write, for work of exactly one statement, which on MySQL needs no transaction and saves the two statements around one.
   * It must do no harm when it is run twice.
   */
  writeOne<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.turns !== null) return this.write(work);
    return this.written(() => confirmed(work(sessionOn(this.source.manager))));
  }

  /** The database's own time. */
  now(): Promise<Date> {
    const sql = isMysql(this.url) ? 'SELECT UNIX_TIMESTAMP(NOW(3)) AS now' : "SELECT unixepoch('now', 'subsec') AS now";
    return this.inTurn(async () => {
      const rows = await this.source.query<{ now: string | number }[]>(sql);
      return new Date(Number(rows[0]?.now) * 1000);
    });
  }

  /** What an operator should know of the database's settings and room. */
  examine(): Promise<DatabaseFinding[]> {
    return this.inTurn(() => examineDatabase(this.source, this.url));
  }

  /** Writes a copy that can be restored, while others go on. @returns its size in bytes; see backUp */
  backUp(file: string, searched: string): Promise<number> {
    return this.inTurn(() => backUp(this.source, this.url, file, searched));
  }

  async close(): Promise<void> {
    await this.inTurn(() => this.source.destroy());
  }

  private async timed<T>(kind: 'read' | 'write', work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.worked(kind, performance.now() - began);
    }
  }

  private async written<T>(work: () => Promise<T>): Promise<T> {
    try {
      const result = await this.timed('write', () => this.patiently(work));
      this.failure = null;
      return result;
    } catch (error) {
      // Whoever was too late for somebody else says nothing of the database.
      if (isStorageError(error) && !isWorthRepeating(error)) this.failure = (error as Error).message;
      throw error;
    }
  }

  private async reading<T>(work: (session: Session) => Promise<T>): Promise<T> {
    if (this.turns !== null) return work(sessionOn(this.source.manager));
    const runner = this.source.createQueryRunner();
    try {
      return await inOneGo(runner, () => work(sessionOn(runner.manager)));
    } finally {
      await runner.release();
    }
  }

  private async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    let worked = false;
    const runner = this.source.createQueryRunner();
    try {
      return await inTransaction(
        runner,
        () => work(runner.manager),
        () => (worked = true),
      );
    } catch (error) {
      // Lost before the commit, nothing is stored; lost during it, nobody knows.
      throw worked && isLost(error) ? new Unconfirmed(error) : error;
    } finally {
      await runner.release();
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.patiently(() => this.turns?.inTurn(work) ?? work());
  }

  /**
   * Runs the work, and again when somebody else was faster, has the database to themselves, or when the connection broke at
   * the commit: what was stored then is found by its key.
   * @throws Unconfirmed when it cannot be told whether it was stored
   */
  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    let doubt: Unconfirmed | null = null;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Unconfirmed) doubt = error;
        const waits = isLockedOut(error) || (doubt !== null && isLost(error));
        const goOn = performance.now() - began < (waits ? PATIENCE_MS : OVERTAKEN_MS);
        if (!goOn || !(waits || isWorthRepeating(error))) throw doubt !== null && isStorageError(error) ? doubt : error;
        await pause(attempt);
      }
    }
  }
}

function sessionOn(manager: EntityManager): Session {
  return {
    people: new People(manager),
    identities: new Identities(manager),
    places: new Places(manager),
    articles: new Articles(manager),
    drafts: new Drafts(manager),
    inquiries: new Inquiries(manager),
    past: new PastQuestions(manager),
    tickets: new Tickets(manager),
    history: new History(manager),
    posted: new Posted(manager),
    erasures: new Erasures(manager),
    outbox: new Outbox(manager),
    outboxDesk: new OutboxDesk(manager),
    interactions: new Interactions(manager),
    numbers: new SummaryNumbers(manager),
  };
}

/**
 * Deadlock (1213), a row changed since the snapshot (MariaDB 1020), a key taken by a repetition of the same request: a fresh
 * look decides rightly.
 */
function isWorthRepeating(error: unknown): boolean {
  const code = codeOf(error);
  const isFaster = code === 'ER_LOCK_DEADLOCK' || code === 'ER_CHECKREAD' || isTaken(error);
  return error instanceof Overtaken || isLockedOut(error) || isFaster;
}

/** Another process holds the database, or the rows, for longer than the database itself waits. */
function isLockedOut(error: unknown): boolean {
  const code = codeOf(error);
  return typeof code === 'string' && (code === 'ER_LOCK_WAIT_TIMEOUT' || code.startsWith('SQLITE_BUSY'));
}

/** @throws Unconfirmed when the connection was lost: a statement by itself is its own commit */
function confirmed<T>(result: Promise<T>): Promise<T> {
  return result.catch((error: unknown) => {
    throw isLost(error) ? new Unconfirmed(error) : error;
  });
}

/** Random, growing: those who collided must not collide again at once. */
function pause(attempt: number): Promise<void> {
  const longest = Math.min(10 * 2 ** attempt, LONGEST_PAUSE_MS);
  return new Promise((done) => setTimeout(done, Math.random() * longest));
}

/** The connection was lost while the transaction was committed, and nothing since has told whether it was. */
class Unconfirmed extends Error {
  constructor(cause: unknown) {
    super('the connection to the database was lost at the commit', { cause });
    this.name = 'Unconfirmed';
  }
}

/** Whether it may have been stored though nobody could confirm it. */
export function isUnconfirmed(error: unknown): boolean {
  return error instanceof Unconfirmed;
}

const LOST = /^(PROTOCOL_CONNECTION_LOST|ECONN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ER_SERVER_SHUTDOWN|ER_CONNECTION_KILLED)/;

/** There is no connection, or no longer one. */
function isLost(error: unknown): boolean {
  if (error instanceof Unconfirmed) return true;
  const code = codeOf(error);
  return typeof code === 'string' && LOST.test(code);
}

/** Whether the database cannot be reached, or somebody else has it: no fault of what was to be read or stored. */
export function isAway(error: unknown): boolean {
  return isLost(error) || isLockedOut(error);
}

/** The server is not found, or it or the file is not to be used by whoever asks. */
const CLOSED = /^(ENOTFOUND|ER_\w*ACCESS_DENIED|ER_BAD_DB|ER_HOST_|SQLITE_(CANTOPEN|NOTADB|PERM|AUTH|READONLY))/;

/** Whether the way to the database is what fails: what was to be read or stored does not matter. */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error);
  return isLost(error) || (typeof code === 'string' && CLOSED.test(code));
}

/** Whether the database did not take it: its driver said so, or it could not be reached. */
export function isStorageError(error: unknown): boolean {
  if (error instanceof Overtaken || error instanceof Unconfirmed) return true;
  const { code, name, driverError } = error as { code?: unknown; name?: unknown; driverError?: unknown };
  if (driverError !== undefined || name === 'QueryFailedError') return true;
  return (
    typeof code === 'string' && /^(ER_|SQLITE_|PROTOCOL_|POOL_|ECONN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENOTFOUND)/.test(code)
  );
}
