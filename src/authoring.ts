/**
 * Articles written in a chat: drafts, their review by a second person, publishing, retiring, and bringing an older version
 * back. Each operation asks the chat for the role first and is one transaction; what others see goes through the outbox.
 */
import type { Memberships } from './domain/audience';
import { agentsOfLine, isFor } from './domain/audience';
import { readArticleReport, REPORT_DAYS } from './article-report';
import type { ArticleHistory } from './article-versions';
import { fileHashOf, foundArticle, freeId, readHistory, refuseSame, versionToRestore } from './article-versions';
import type { Article, ArticleId } from './domain/article';
import type { ArticleReport } from './domain/article-report';
import { reportFor } from './domain/article-report';
import type { ArticleText, Draft, DraftChange, KeptArticle, Writer } from './domain/authoring';
import {
  decideDraft,
  differences,
  draftPostings,
  isOpen,
  lineFor,
  movedFrom,
  readersFirst,
  textOf,
  withAuthor,
} from './domain/authoring';
import type { Language, PersonId } from './domain/person';
import { Refusal } from './domain/refusal';
import type { LineKey, SupportLine } from './domain/support-line';
import type { KnowledgeIndex } from './knowledge/knowledge-index';
import type { DraftFile, DraftLists } from './draft-file';
import { draftFileOf, foundDraft, seenBy } from './draft-file';
import { fold } from './knowledge/words';
import type { Act, OnceParts } from './once';
import { once } from './once';
import type { Readership } from './readership';
import type { Roles } from './roles';
import type { Session } from './store/store';

/** How this desk keeps its articles. */
export interface ArticleRules {
  /** Lines whose agents publish nothing before a second one of them has approved it. */
  readonly reviewed: readonly LineKey[];
  /** After so many days without a change or a confirmation an article is due for a look. */
  readonly staleAfterDays: number;
}

export interface AuthoringParts extends OnceParts {
  readonly roles: Roles;
  readonly rules: ArticleRules;
  readonly knowledge: Pick<KnowledgeIndex, 'suggest' | 'audiences'>;
  readonly readership: Readership;
  /** The line of a key; the first where the configuration no longer has it. */
  readonly line: (key: LineKey) => SupportLine;
}

/** Where a text belongs that somebody sends. */
export interface Place {
  readonly articleId: ArticleId | null;
  /** The version of the article it was written from; 0 for a new one. */
  readonly baseVersion: number;
  /** The draft they went on with, and the version of it they saw. */
  readonly draft: { readonly id: number; readonly version: number } | null;
}

interface FindHow {
  readonly person: PersonId;
  readonly language: Language;
  readonly retired: boolean;
}

const FOUND = 5;
/** How many drafts a list shows. */
const LISTED = 20;

export class Authoring {
  constructor(private readonly parts: AuthoringParts) {}

  /** As any agent of its line may see it. @throws Refusal no-such-draft */
  async file(draftId: number): Promise<DraftFile> {
    const file = await this.wholeFile(draftId);
    return seenBy(agentsOfLine(file.line), file);
  }

  /** As this person may see it, who wrote in it. @throws Refusal no-such-draft */
  async fileOf(draftId: number, person: PersonId): Promise<DraftFile> {
    const file = await this.wholeFile(draftId);
    const reader = await this.parts.readership.of(person, file.article === null ? [] : [file.article.audience]);
    return seenBy(reader, file);
  }

  /** The same for an agent of its line. @throws Refusal no-such-draft, not-an-agent */
  async fileFor(draftId: number, person: PersonId): Promise<DraftFile> {
    const file = await this.fileOf(draftId, person);
    await this.agentOf(file.line, person);
    return file;
  }

  private wholeFile(draftId: number): Promise<DraftFile> {
    return this.parts.store.read(async (session) => {
      const draft = await foundDraft(session, draftId);
      const line = this.parts.line(draft.line);
      return draftFileOf(session, draft, { line, reviewed: this.isReviewed(line) });
    });
  }

  /** What an agent writes, and what waits for a review in their lines. @throws Refusal not-an-agent */
  async overview(person: PersonId): Promise<DraftLists> {
    const lines = await this.parts.roles.linesOf(person);
    return this.parts.store.read(async (session) => {
      const [own, all] = await session.drafts.writtenBy(await session.identities.idsOf(person), LISTED);
      const [waiting, allWaiting] = await session.drafts.inReview(lines, LISTED);
      const people = await session.people.named(waiting.map(({ author }) => author));
      return { own, waiting, counts: { own: all, waiting: allWaiting }, people };
    });
  }

  /** An article as an agent works on it, with what they have begun to write of it. @throws Refusal not-an-agent, no-such-article */
  async article(articleId: ArticleId, person: PersonId): Promise<{ article: KeptArticle; begun: Draft | null }> {
    await this.mayWorkOn(articleId, person);
    return this.parts.store.read(async (session) => {
      const article = await foundArticle(session, articleId);
      const ids = await session.identities.idsOf(person);
      return { article, begun: await session.drafts.ofArticle(articleId, ids) };
    });
  }

  /** As it is kept, the retired too. @throws Refusal no-such-article */
  kept(articleId: ArticleId): Promise<KeptArticle> {
    return this.parts.store.read((session) => foundArticle(session, articleId));
  }

  /**
   * Articles to work on, by words of theirs, of those the person may read; the retired first, when they are wanted too.
   * @throws Refusal not-an-agent
   */
  async find(words: string, { person, language, retired }: FindHow): Promise<Pick<Article, 'id' | 'title'>[]> {
    const { roles, readership, knowledge, store } = this.parts;
    await roles.linesOf(person);
    const named = fold(words).split(/\s+/);
    const shelved = (retired ? await store.read((session) => session.articles.retired()) : []).filter(({ id, title }) =>
      named.every((word) => fold(`${id} ${title}`).includes(word)),
    );
    const audiences = [...knowledge.audiences(), ...shelved.map(({ audience }) => audience)];
    const audience = await readership.of(person, audiences);
    const found = knowledge.suggest(words, { limit: FOUND, language, audience, all: true });
    const readable = shelved.filter((each) => isFor(each.audience, audience)).slice(0, FOUND);
    return [...readable, ...found.map(({ article }) => article)];
  }

  /** Which articles need somebody, by what was asked lately; of those that agents of their lines may read. @throws Refusal not-a-manager */
  async report(person: PersonId): Promise<ArticleReport> {
    const { roles, rules, clock, store } = this.parts;
    const lines = await roles.linesManagedBy(person);
    const how = { now: clock.now(), days: REPORT_DAYS, staleAfterDays: rules.staleAfterDays };
    const report = await readArticleReport(store, how);
    const named = [...report.failing, ...report.stale].map(({ article }) => article.audience);
    return reportFor(report, await this.readerLeading(lines, person, named));
  }

  /** Every version of an article that the person may read, newest first. @throws Refusal not-an-agent, no-such-article */
  async history(articleId: ArticleId, person: PersonId): Promise<ArticleHistory> {
    await this.mayWorkOn(articleId, person);
    return this.historyFor(articleId, person);
  }

  private async historyFor(articleId: ArticleId, person: PersonId): Promise<ArticleHistory> {
    const history = await this.parts.store.read((session) => readHistory(session, articleId));
    const audiences = history.versions.map(({ audience }) => audience);
    const reader = await this.parts.readership.of(person, audiences);
    return { ...history, versions: history.versions.filter(({ audience }) => isFor(audience, reader)) };
  }

  /**
   * Keeps a text as a draft. One that somebody else changed, published or dropped meanwhile is left as it is: then the text
   * becomes a draft of its own, for nothing anybody wrote is lost. @returns the draft. @throws Refusal not-an-agent; unchanged
   * when an article says all of it already
   */
  async write(text: ArticleText, { articleId, baseVersion, draft: on }: Place, by: Act): Promise<number> {
    const lines =
      articleId === null ? await this.parts.roles.linesOf(by.person.id) : await this.mayWorkOn(articleId, by.person.id);
    const known = on === null ? null : await this.fileFor(on.id, by.person.id);
    return once(this.parts, by, async (session, at) => {
      const draft = on === null ? null : await foundDraft(session, on.id);
      if (draft === null && articleId !== null) await refuseSame(session, articleId, text);
      const writer = await writerOf(session, by);
      if (draft !== null && on !== null && isOpen(draft) && draft.version === on.version) {
        const how = { seen: on.version, by: writer, reviewed: false, at };
        const line = lineFor(text.audience, [draft.line, ...lines]);
        await this.save(session, draft, { ...decideDraft(draft, { kind: 'write', text }, how), line }, by, at);
        return draft.id;
      }
      const line = lineFor(text.audience, [...(known === null ? [] : [known.draft.line]), ...lines]);
      const from = draft ?? { articleId, baseVersion };
      const where = { articleId: from.articleId, baseVersion: from.baseVersion, line, origin: null };
      const copy = newDraft({ ...textOf(text), ...where }, writer, at);
      // A copy has the words of those before, too.
      return session.drafts.add(draft === null ? copy : { ...copy, authors: withAuthor(draft, writer) });
    });
  }

  /**
   * Publishes a draft, or hands it to somebody else to review where that is asked for; whoever reviews it publishes it.
   * @throws Refusal of `decideDraft`; article-moved or article-retired when that became of the article since the draft was
   * begun; no-such-article when it became one that is not for the author
   */
  async publish(draftId: number, seen: number, by: Act): Promise<number> {
    const { draft } = await this.fileFor(draftId, by.person.id);
    // Whoever approves reads what is in front of them.
    if (draft.state === 'writing') await this.mayGoOver(draft, by);
    return this.onDraft(draftId, by, async (session, draft, writer, at) => {
      await session.articles.changes.lock();
      const reviewed = this.isReviewed(this.parts.line(draft.line));
      const articleId = draft.articleId ?? (await freeId(session, draft.title));
      const how = { seen, by: writer, reviewed, at };
      const change: DraftChange =
        draft.state === 'writing' && reviewed ? { kind: 'submit' } : { kind: 'publish', articleId };
      const next = decideDraft(draft, change, how);
      const article = await session.articles.find(articleId);
      if ((article?.version ?? 0) !== draft.baseVersion) throw movedFrom(article);
      if (change.kind === 'submit') return this.save(session, draft, next, by, at);
      const where = { id: articleId, source: 'chat', fileHash: fileHashOf(article) } as const;
      const kept = { ...textOf(draft), ...where, retiredAt: null, confirmedAt: null };
      const approvedBy = draft.state === 'review' ? by.person.id : null;
      await session.articles.write([kept], { author: draft.author, approvedBy, kind: 'written' }, at);
      await this.save(session, draft, next, by, at);
    });
  }

  /**
   * Sends a draft back, drops it, or puts it over another version that was published meanwhile.
   * @throws Refusal of `decideDraft`; no-such-article when that version is not for them
   */
  async decide(
    draftId: number,
    seen: number,
    change: Exclude<DraftChange, { kind: 'write' | 'publish' | 'submit' }>,
    by: Act,
  ): Promise<number> {
    const { draft } = await this.fileFor(draftId, by.person.id);
    if (change.kind === 'rebase') await this.mayGoOver(draft, by);
    return this.onDraft(draftId, by, async (session, draft, writer, at) => {
      const next = decideDraft(draft, change, { seen, by: writer, reviewed: false, at });
      await this.save(session, draft, next, by, at);
    });
  }

  /**
   * Makes a draft of a ticket, once: afterwards there is that one, whoever asks. One that was dropped is begun anew.
   * @throws Refusal not-an-agent
   */
  async fromTicket(ticketId: number, line: SupportLine, text: ArticleText, by: Act): Promise<number> {
    await this.agentOf(line, by.person.id);
    const origin = `ticket:${ticketId}`;
    return once(this.parts, by, async (session, at) => {
      const writer = await writerOf(session, by);
      const draft = newDraft({ ...text, articleId: null, baseVersion: 0, line: line.key, origin }, writer, at);
      const there = await session.drafts.ofOrigin(origin);
      if (there === null) return session.drafts.add(draft);
      if (there.state === 'dropped')
        await session.drafts.save({ ...there, ...draft, createdAt: there.createdAt, version: there.version + 1 });
      return there.id;
    });
  }

  /**
   * Makes an older version, or a retired article, a draft for the next version; whoever asks again gets the one they have.
   * @throws Refusal unchanged; no-such-article, also when that version is not for them
   */
  async restore(articleId: ArticleId, version: number, by: Act): Promise<number> {
    const lines = await this.mayWorkOn(articleId, by.person.id);
    const { versions } = await this.historyFor(articleId, by.person.id);
    if (!versions.some((each) => each.version === version)) throw new Refusal({ code: 'no-such-article' });
    return once(this.parts, by, async (session, at) => {
      // Of two clicks at once the second waits, and finds what the first began.
      await session.articles.changes.lock();
      const { older, article } = await versionToRestore(session, articleId, version);
      const writer = await writerOf(session, by);
      const baseVersion = article?.version ?? 0;
      const begun = await session.drafts.ofArticle(articleId, writer.ids);
      if (begun?.baseVersion === baseVersion && differences(begun, older).length === 0) return begun.id;
      const where = { articleId, baseVersion, line: lineFor(older.audience, lines), origin: null };
      return session.drafts.add(newDraft({ ...textOf(older), ...where }, writer, at));
    });
  }

  /** From now on it is suggested to nobody; its history stays. @throws Refusal article-moved, article-retired */
  async retire(articleId: ArticleId, seen: number, by: Act): Promise<void> {
    await this.mayWorkOn(articleId, by.person.id);
    await once(this.parts, by, async (session, at) => {
      await session.articles.changes.lock();
      const article = await foundArticle(session, articleId);
      if (article.retiredAt !== null) throw new Refusal({ code: 'article-retired' });
      if (article.version !== seen) throw new Refusal({ code: 'article-moved' });
      const { version: _version, changedAt: _changedAt, ...kept } = article;
      const retired = { ...kept, source: 'chat', fileHash: fileHashOf(article), retiredAt: at } as const;
      await session.articles.write([retired], { author: by.person.id, approvedBy: null, kind: 'retired' }, at);
      return article.version + 1;
    });
  }

  /**
   * An agent or manager who may read it has looked: it is still right. @returns what they looked at
   * @throws Refusal article-moved; no-such-article, also when it is not for them
   */
  async confirm(articleId: ArticleId, seen: number, by: Act): Promise<Article> {
    const { roles } = this.parts;
    const { id } = by.person;
    const [works, leads] = await Promise.allSettled([roles.linesOf(id), roles.linesManagedBy(id)]);
    if (works.status === 'rejected' && leads.status === 'rejected') throw works.reason;
    const looked = await this.kept(articleId);
    const led = leads.status === 'fulfilled' ? leads.value : [];
    if (!isFor(looked.audience, await this.readerLeading(led, id, [looked.audience])))
      throw new Refusal({ code: 'no-such-article' });
    await once(this.parts, by, async (session, at) => {
      const article = await foundArticle(session, articleId);
      if (article.version !== seen) throw movedFrom(article);
      await session.articles.note(articleId, { confirmedAt: at });
      return article.version;
    });
    return looked;
  }

  /** What somebody may read who leads these lines: also what any of their agents may. */
  private async readerLeading(
    lines: readonly SupportLine[],
    person: PersonId,
    audiences: readonly string[],
  ): Promise<Memberships> {
    const own = await this.parts.readership.of(person, audiences);
    return new Set([...own, ...lines.flatMap((line) => [...agentsOfLine(line)])]);
  }

  /**
   * The lines whose agent a person is, when they may also read this article; those first all of whose agents may. One whose
   * file was taken away has its versions still. @throws Refusal not-an-agent; no-such-article, also when it is not for them
   */
  private async mayWorkOn(articleId: ArticleId, person: PersonId): Promise<LineKey[]> {
    const { roles, readership, store } = this.parts;
    const lines = await roles.linesOf(person);
    const kept = await store.read(({ articles }) => articles.find(articleId));
    const newest = kept ?? (await store.read(({ articles }) => articles.versions(articleId))).at(-1);
    if (newest === undefined || !isFor(newest.audience, await readership.of(person, [newest.audience])))
      throw new Refusal({ code: 'no-such-article' });
    return readersFirst(newest.audience, lines);
  }

  /** @throws Refusal no-such-article when a draft changes an article that is not for them */
  private async mayGoOver({ articleId }: Draft, { person }: Act): Promise<void> {
    if (articleId !== null) await this.mayWorkOn(articleId, person.id);
  }

  private async onDraft(
    draftId: number,
    by: Act,
    work: (session: Session, draft: Draft, writer: Writer, at: Date) => Promise<void>,
  ): Promise<number> {
    return once(this.parts, by, async (session, at) => {
      await work(session, await foundDraft(session, draftId), await writerOf(session, by), at);
      return draftId;
    });
  }

  private async save(session: Session, before: Draft, draft: Draft, by: Act, at: Date): Promise<void> {
    await session.drafts.save(draft);
    const author = await session.people.find(before.author);
    const postings = draftPostings(before, draft, {
      channels: this.parts.line(draft.line).channels,
      shownIn: (await session.drafts.messages(draft.id)).map(({ place }) => place),
      author: author?.address ?? '',
      byAuthor: (await session.identities.idsOf(by.person.id)).includes(before.author),
    });
    await session.outbox.add(postings, by.cause, at);
  }

  private readonly isReviewed = ({ key }: SupportLine): boolean => this.parts.rules.reviewed.includes(key);

  private async agentOf(line: SupportLine, person: PersonId): Promise<void> {
    if (!(await this.parts.roles.isAgent(line, person))) throw new Refusal({ code: 'not-an-agent', line: line.name });
  }
}

async function writerOf(session: Session, { person }: Act): Promise<Writer> {
  return { id: person.id, ids: await session.identities.idsOf(person.id) };
}

type Begun = ArticleText & Pick<Draft, 'articleId' | 'baseVersion' | 'line' | 'origin'>;

function newDraft(begun: Begun, { id: author }: Writer, at: Date): Omit<Draft, 'id'> {
  const fresh = { state: 'writing', reviewer: null, remark: null, version: 1 } as const;
  return { ...begun, ...fresh, author, authors: [author], createdAt: at, updatedAt: at };
}
