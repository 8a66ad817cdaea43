/**
 * How articles come about in a chat, and every decision about a draft. Pure: a decision takes a draft as it is and gives it
 * as it will be, or throws a Refusal. An article is only ever changed by publishing a draft, by importing a file, or by
 * retiring it; each leaves a version, and none is ever removed.
 */
import type { Posting } from './announcement';
import { isChatAddress } from './announcement';
import type { Article, ArticleId } from './article';
import { agentsOfLine, isFor } from './audience';
import type { Address, PersonId } from './person';
import { Refusal } from './refusal';
import type { LineKey } from './support-line';

/** What of an article people write. */
export type ArticleText = Pick<Article, 'title' | 'body' | 'tags' | 'language' | 'audience' | 'url'>;

/** An article as it is kept. */
export interface KeptArticle extends Article {
  /** The number of its newest version, from 1. */
  readonly version: number;
  /** Where this version was written. */
  readonly source: 'file' | 'chat';
  /** What its file said when it was last imported (see `hashOf`), once a chat has changed the article; null without a file. */
  readonly fileHash: string | null;
  /** Since when it is suggested to nobody. */
  readonly retiredAt: Date | null;
  /** When somebody last said that it is still right. */
  readonly confirmedAt: Date | null;
  readonly changedAt: Date;
}

/** How a version came about. */
type VersionKind = 'imported' | 'written' | 'retired';

/** An article as it once was. */
export interface ArticleVersion extends ArticleText {
  readonly articleId: ArticleId;
  readonly version: number;
  /** `system` for an import and the operator's command. */
  readonly author: PersonId;
  /** Who approved it, when that was somebody else. */
  readonly approvedBy: PersonId | null;
  readonly at: Date;
  readonly kind: VersionKind;
}

export const TEXT_FACTS = ['title', 'body', 'tags', 'language', 'audience', 'url'] as const;
export type TextFact = (typeof TEXT_FACTS)[number];

/** What differs between two texts. */
export function differences(before: ArticleText, after: ArticleText): TextFact[] {
  return TEXT_FACTS.filter((fact) => JSON.stringify(before[fact]) !== JSON.stringify(after[fact]));
}

/** Only what people write, whatever else is beside it. */
export function textOf({ title, body, tags, language, audience, url }: ArticleText): ArticleText {
  return { title, body, tags: [...tags], language, audience, url };
}

type DraftState = 'writing' | 'review' | 'published' | 'dropped';

/** A text on its way to becoming an article, or the next version of one. */
export interface Draft extends ArticleText {
  readonly id: number;
  /** Null until a new article is published. */
  readonly articleId: ArticleId | null;
  /** The version of the article it was written from; 0 for a new one. */
  readonly baseVersion: number;
  readonly state: DraftState;
  /** Whose agents may review it, and in whose channels. */
  readonly line: LineKey;
  /** Who wrote it last, and is told what becomes of it. */
  readonly author: PersonId;
  /** Everybody who had a hand in it: none of them approves it. */
  readonly authors: readonly PersonId[];
  /** Who decided on it last, with these words; null while nobody has. */
  readonly reviewer: PersonId | null;
  readonly remark: string | null;
  /** What it was made from, such as `ticket:42`: one draft for each. */
  readonly origin: string | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Each names the version that whoever acts has seen, so that nobody decides about words they did not read. */
export type DraftChange =
  | { readonly kind: 'write'; readonly text: ArticleText }
  | { readonly kind: 'submit' }
  | { readonly kind: 'return'; readonly remark: string }
  | { readonly kind: 'publish'; readonly articleId: ArticleId }
  /** Written from this version after all. */
  | { readonly kind: 'rebase'; readonly baseVersion: number }
  | { readonly kind: 'drop' };

/** Who acts on a draft, by all of their ids. */
export interface Writer {
  readonly id: PersonId;
  readonly ids: readonly PersonId[];
}

/**
 * @param seen the version whoever acts has seen
 * @param reviewed whether a second person must agree before it is published
 * @throws Refusal draft-done, draft-moved, draft-in-review, draft-not-in-review, needs-review, own-draft
 */
export function decideDraft(
  draft: Draft,
  change: DraftChange,
  { seen, by, reviewed, at }: { seen: number; by: Writer; reviewed: boolean; at: Date },
): Draft {
  if (!isOpen(draft)) throw new Refusal({ code: 'draft-done' });
  if (draft.version !== seen) throw new Refusal({ code: 'draft-moved' });
  const next = { ...draft, version: draft.version + 1, updatedAt: at };
  switch (change.kind) {
    case 'write':
      // Words that were changed are to be read again.
      return { ...next, ...change.text, state: 'writing', author: by.id, authors: withAuthor(draft, by) };
    case 'submit':
      if (draft.state === 'review') throw new Refusal({ code: 'draft-in-review' });
      return { ...next, state: 'review', reviewer: null, remark: null };
    case 'return':
      if (draft.state !== 'review') throw new Refusal({ code: 'draft-not-in-review' });
      mayReview(draft, by);
      return { ...next, state: 'writing', reviewer: by.id, remark: change.remark };
    case 'publish':
      if (draft.state === 'review') {
        mayReview(draft, by);
        return { ...next, state: 'published', articleId: change.articleId, reviewer: by.id, remark: null };
      }
      if (reviewed) throw new Refusal({ code: 'needs-review' });
      return { ...next, state: 'published', articleId: change.articleId, reviewer: null, remark: null };
    case 'rebase':
      return { ...next, state: 'writing', baseVersion: change.baseVersion };
    case 'drop':
      return { ...next, state: 'dropped' };
  }
}

/** Who is to be told of a draft, besides whoever acted on it. */
interface DraftReaders {
  /** Of its line. */
  readonly channels: readonly Address[];
  /** Where it is shown already. */
  readonly shownIn: readonly Address[];
  /** Where its author before the decision is reached; '' when nowhere. */
  readonly author: Address;
  /** Whether that author decided it. */
  readonly byAuthor: boolean;
}

/** The channels see what waits for them and what became of it; its author is told what somebody else decided. */
export function draftPostings(
  before: Draft,
  after: Draft,
  { channels, shownIn, author, byAuthor }: DraftReaders,
): Posting[] {
  const told = { draftId: after.id, version: after.version };
  const inReview = before.state === 'review' || after.state === 'review';
  const shows = new Set([...(inReview ? channels : []), ...shownIn]);
  const isDecided = before.state === 'review' && after.state !== 'review';
  return [
    ...[...shows].map((to): Posting => ({ to, what: { kind: 'review', ...told } })),
    ...(isDecided && !byAuthor && isChatAddress(author)
      ? [{ to: author, what: { kind: 'reviewed', ...told } } as const]
      : []),
  ];
}

/** Whether it may still become something. */
export function isOpen({ state }: Pick<Draft, 'state'>): boolean {
  return state === 'writing' || state === 'review';
}

function mayReview({ authors }: Draft, { ids }: Writer): void {
  if (authors.some((author) => ids.includes(author))) throw new Refusal({ code: 'own-draft' });
}

/** Everybody who has a hand in it once this writer has. */
export function withAuthor({ authors }: Pick<Draft, 'authors'>, { id, ids }: Writer): PersonId[] {
  return authors.some((author) => ids.includes(author)) ? [...authors] : [...authors, id];
}

/** Of words, for an id: what no file, address or command has trouble with. */
export function slugOf(title: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replace(/[^a-z0-9]+/g, '-');
  const slug = plain.slice(0, 60).replace(/^-+|-+$/g, '');
  return slug === '' ? 'article' : slug;
}

/** What became of an article whose newest version is another than the one somebody saw. */
export function movedFrom(article: KeptArticle | null): Refusal {
  return new Refusal({ code: (article?.retiredAt ?? null) === null ? 'article-moved' : 'article-retired' });
}

/** Why the article of a draft is suggested to nobody; null while it is, or when there is none yet. */
export function whyWithdrawn({ articleId }: Draft, article: KeptArticle | null): 'retired' | 'gone' | null {
  if (articleId === null) return null;
  if (article === null) return 'gone';
  return article.retiredAt === null ? null : 'retired';
}

/** The line that a draft for these readers is of: its channels show it, and its agents review it. */
export function lineFor(audience: string, lines: readonly LineKey[]): LineKey {
  return readersFirst(audience, lines)[0] ?? '';
}

/** Those lines first all of whose agents are among these readers; else as they were. */
export function readersFirst(audience: string, lines: readonly LineKey[]): LineKey[] {
  const mayRead = (key: LineKey): boolean => isFor(audience, agentsOfLine({ key }));
  return [...lines.filter(mayRead), ...lines.filter((key) => !mayRead(key))];
}
