/** Articles back into Markdown files, each into the file it has already; what a file says that is not known yet is left alone. */
import { chmod, chown, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import type { Article, ArticleId } from '../domain/article';
import type { KeptArticle } from '../domain/authoring';
import { makeFolder } from '../folder';
import { hashOf, locateArticles } from './article-file';
import type { Problem } from './article-file';

/** What an export did with each article, as ids. */
export interface Exported {
  /** Into new files. */
  readonly written: readonly ArticleId[];
  /** Into the files they had. */
  readonly changed: readonly ArticleId[];
  readonly unchanged: readonly ArticleId[];
  /** Their files say something that was never imported: left alone. */
  readonly conflicts: readonly ArticleId[];
  /** They stand in a table or among JSON lines, which is not written. */
  readonly skipped: readonly ArticleId[];
  /** Retired, though they still have a file. */
  readonly retired: readonly ArticleId[];
}

/** @returns the problems of the folder's files instead, when there are any; then nothing is written */
export async function exportArticles(
  articles: readonly KeptArticle[],
  folder: string,
  { overwrite }: { readonly overwrite: boolean },
): Promise<Exported | readonly Problem[]> {
  await makeFolder(folder);
  const { articles: there, problems, fileOf } = await locateArticles([folder]);
  if (problems.length > 0) return problems;
  const inFiles = new Map(there.map((article) => [article.id, article]));
  const taken = new Set([...fileOf.values()].map((file) => path.normalize(file).toLowerCase()));
  const done: Record<keyof Exported, ArticleId[]> = {
    ...{ written: [], changed: [], unchanged: [], conflicts: [], skipped: [], retired: [] },
  };
  for (const article of articles) {
    const fate = fateOf(article, inFiles.get(article.id), fileOf.get(article.id) ?? '', overwrite);
    if (fate === null) continue;
    done[fate].push(article.id);
    if (fate === 'changed') await writeWhole(fileOf.get(article.id) ?? '', markdownOf(article));
    if (fate === 'written') await writeWhole(freeFile(folder, article.id, taken), markdownOf(article));
  }
  return done;
}

/** Such as where the folder may not be written to, or the file alone was mounted: there it can only be written over. */
const IRREPLACEABLE = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

/**
 * Whole or not at all: of half a file, which a stop or a full disk would leave, the next import takes what it says, or takes
 * nothing of the folder. What begins with a dot no import reads.
 */
async function writeWhole(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const draft = path.join(path.dirname(target), `.export-${process.pid}.tmp`);
  try {
    const there = await stat(target).catch(() => null);
    await writeFile(draft, text);
    // Only some may give a file away; then it is theirs who export it.
    if (there !== null) await chown(draft, there.uid, there.gid).catch(() => undefined);
    if (there !== null) await chmod(draft, there.mode);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (!IRREPLACEABLE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await writeFile(target, text);
  }
}

function fateOf(
  article: KeptArticle,
  inFile: Article | undefined,
  file: string,
  overwrite: boolean,
): keyof Exported | null {
  if (inFile === undefined) return article.retiredAt === null ? 'written' : null;
  if (article.retiredAt !== null) return 'retired';
  if (hashOf(inFile) === hashOf(article)) return 'unchanged';
  if (path.extname(file).toLowerCase() !== '.md') return 'skipped';
  const isKnown = article.source === 'chat' && hashOf(inFile) === article.fileHash;
  return isKnown || overwrite ? 'changed' : 'conflicts';
}

/** As the import reads it. */
function markdownOf({ id, title, tags, language, audience, url, body }: Article): string {
  const matter = {
    id,
    title,
    ...(tags.length === 0 ? {} : { tags }),
    ...(language === null ? {} : { language }),
    audience,
    ...(url === null ? {} : { url }),
  };
  return `---\n${stringify(matter, { lineWidth: 0 })}---\n\n${body}\n`;
}

/** File systems take 255 bytes, with the number and the ending. */
const NAME_BYTES = 200;

/** An id may have slashes and dots in it; a file of its own name must stay in the folder. */
function freeFile(folder: string, id: ArticleId, taken: Set<string>): string {
  const whole = [...(id.replace(/[^\p{L}\p{N}\p{M}_-]+/gu, '-').replace(/^-+|-+$/g, '') || 'article')];
  while (Buffer.byteLength(whole.join('')) > NAME_BYTES) whole.pop();
  const name = whole.join('');
  for (let number = 1; ; number += 1) {
    const file = path.join(folder, `${number === 1 ? name : `${name}-${number}`}.md`);
    const key = path.normalize(file).toLowerCase();
    if (taken.has(key)) continue;
    taken.add(key);
    return file;
  }
}
