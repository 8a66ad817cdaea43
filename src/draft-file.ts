/** A draft with everything its readers are shown, read in one go. */
import type { Memberships } from './domain/audience';
import { isFor } from './domain/audience';
import type { Draft, KeptArticle } from './domain/authoring';
import { isOpen, whyWithdrawn } from './domain/authoring';
import type { Person, PersonId } from './domain/person';
import { Refusal } from './domain/refusal';
import type { SupportLine } from './domain/support-line';
import type { Session } from './store/store';

export interface DraftFile {
  readonly draft: Draft;
  /** As it is now; null for a new one, and when not all of its readers may read it. */
  readonly article: KeptArticle | null;
  /** Whether another version of it was published since the draft was begun. */
  readonly moved: boolean;
  /** Why its article is suggested to nobody; null while it is, or when there is none yet. */
  readonly withdrawn: 'retired' | 'gone' | null;
  readonly line: SupportLine;
  /** Whether a second person must agree. */
  readonly reviewed: boolean;
  readonly people: ReadonlyMap<PersonId, Person>;
}

/** The first of what an agent writes and of what waits for a review in their lines, and how many there are in all. */
export interface DraftLists {
  readonly own: readonly Draft[];
  readonly waiting: readonly Draft[];
  readonly counts: { readonly own: number; readonly waiting: number };
  /** Who wrote what waits. */
  readonly people: ReadonlyMap<PersonId, Person>;
}

/** @throws Refusal no-such-draft */
export async function foundDraft(session: Session, id: number): Promise<Draft> {
  const draft = await session.drafts.find(id);
  if (draft === null) throw new Refusal({ code: 'no-such-draft' });
  return draft;
}

/** The whole of it: `seenBy` leaves out what its readers may not see. */
export async function draftFileOf(
  session: Session,
  draft: Draft,
  how: Pick<DraftFile, 'line' | 'reviewed'>,
): Promise<DraftFile> {
  const article = draft.articleId === null ? null : await session.articles.find(draft.articleId);
  const people = await session.people.named([...draft.authors, draft.author, draft.reviewer ?? '']);
  const moved = isOpen(draft) && (article?.version ?? 0) !== draft.baseVersion;
  return { draft, article, moved, withdrawn: whyWithdrawn(draft, article), people, ...how };
}

/** The same without the article when these readers may not read it. */
export function seenBy(reader: Memberships, file: DraftFile): DraftFile {
  return file.article === null || isFor(file.article.audience, reader) ? file : { ...file, article: null };
}
