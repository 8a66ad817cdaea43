/** Articles as they are kept, with every version they had: reading them and bringing one back, whoever asks for it. */
import type { ArticleId } from './domain/article';
import type { ArticleText, ArticleVersion, KeptArticle } from './domain/authoring';
import { differences, slugOf, textOf } from './domain/authoring';
import type { Person, PersonId } from './domain/person';
import { SYSTEM } from './domain/person';
import { Refusal } from './domain/refusal';
import { hashOf } from './knowledge/article-file';
import type { Session } from './store/store';

export interface ArticleHistory {
  /** Null when its file was taken away. */
  readonly article: KeptArticle | null;
  /** Newest first. */
  readonly versions: readonly ArticleVersion[];
  readonly people: ReadonlyMap<PersonId, Person>;
}

/** @throws Refusal no-such-article */
export async function readHistory(session: Session, articleId: ArticleId): Promise<ArticleHistory> {
  const versions = (await session.articles.versions(articleId)).reverse();
  if (versions.length === 0) throw new Refusal({ code: 'no-such-article' });
  const people = await session.people.named(versions.flatMap(({ author, approvedBy }) => [author, approvedBy ?? '']));
  return { article: await session.articles.find(articleId), versions, people };
}

/**
 * Makes an older version the newest at once, as the operator wants it; a retired article is back.
 * @throws Refusal no-such-article, unchanged
 */
export async function restoreVersion(session: Session, articleId: ArticleId, version: number, at: Date): Promise<void> {
  await session.articles.changes.lock();
  const { older, article } = await versionToRestore(session, articleId, version);
  const where = { id: articleId, source: 'chat', fileHash: fileHashOf(article) } as const;
  const kept = { ...textOf(older), ...where, retiredAt: null, confirmedAt: null };
  await session.articles.write([kept], { author: SYSTEM, approvedBy: null, kind: 'written' }, at);
}

/** @throws Refusal no-such-article; unchanged when the newest says the same */
export async function versionToRestore(
  session: Session,
  articleId: ArticleId,
  version: number,
): Promise<{ older: ArticleVersion; article: KeptArticle | null }> {
  const older = await session.articles.version(articleId, version);
  if (older === null) throw new Refusal({ code: 'no-such-article' });
  const article = await session.articles.find(articleId);
  const isSame = article !== null && article.retiredAt === null && differences(article, older).length === 0;
  if (isSame) throw new Refusal({ code: 'unchanged' });
  return { older, article };
}

/** @throws Refusal unchanged when the article says all of this already; empty lines around a text are no words */
export async function refuseSame(session: Session, articleId: ArticleId, text: ArticleText): Promise<void> {
  const article = await session.articles.find(articleId);
  if (article === null) return;
  if (differences({ ...article, body: article.body.trim() }, text).length === 0)
    throw new Refusal({ code: 'unchanged' });
}

/** What its file said last: as it is, until a chat changes it. */
export function fileHashOf(article: KeptArticle | null): string | null {
  if (article === null) return null;
  return article.source === 'file' ? hashOf(article) : article.fileHash;
}

/** @throws Refusal no-such-article */
export async function foundArticle(session: Session, id: ArticleId): Promise<KeptArticle> {
  const article = await session.articles.find(id);
  if (article === null) throw new Refusal({ code: 'no-such-article' });
  return article;
}

/** An id that no article has or had. */
export async function freeId(session: Session, title: string): Promise<ArticleId> {
  const slug = slugOf(title);
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? slug : `${slug}-${number}`;
    if ((await session.articles.find(id)) === null && (await session.articles.version(id, 1)) === null) return id;
  }
}
