/** Articles from files and folders, and what an import would change. Nothing is applied here. */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Article, ArticleId } from '../domain/article';
import type { ArticleText, KeptArticle } from '../domain/authoring';
import { TEXT_FACTS } from '../domain/authoring';
import { parseArticles } from './article-formats';
import type { FileContent, Problem } from './article-formats';

export type { Problem } from './article-formats';

/** More at once are no faster. */
const STATED_AT_ONCE = 200;
const EXTENSIONS = ['.md', '.jsonl', '.csv'];

/** What an import does to the stored articles, as ids. */
export interface Comparison {
  readonly added: readonly ArticleId[];
  readonly changed: readonly ArticleId[];
  readonly unchanged: readonly ArticleId[];
  /** Only with `prune`: what is stored and was not imported. */
  readonly removed: readonly ArticleId[];
  /** Changed or made in a chat, and left as they are: their file says nothing new, or they have none. */
  readonly kept: readonly ArticleId[];
  /** Changed in a chat and in the file, or taken away there: left as they are until somebody says whose words count. */
  readonly conflicts: readonly ArticleId[];
}

/** Whose words count where a chat and the file have changed the same article; `neither` leaves it a conflict. */
export type Winner = 'file' | 'chat' | 'neither';

/**
 * Reads files, and folders with all that is in them (`.md`, `.jsonl`, `.csv`; what starts with a dot is passed over), in
 * the order given and by name within a folder. Only when `problems` is empty are `articles` fit to be applied.
 * @param audiences the words that audiences may have; null for any of the right shape
 */
export async function readArticles(
  paths: readonly string[],
  audiences: readonly string[] | null = null,
): Promise<{ articles: Article[]; problems: Problem[] }> {
  const { articles, problems } = await locateArticles(paths, audiences);
  return { articles, problems };
}

/** The same, and in which file each article stands. */
export async function locateArticles(
  paths: readonly string[],
  audiences: readonly string[] | null = null,
): Promise<{ articles: Article[]; problems: Problem[]; fileOf: ReadonlyMap<ArticleId, string> }> {
  const articles: Article[] = [];
  const problems: Problem[] = [];
  const placeOf = new Map<ArticleId, string>();
  const fileOf = new Map<ArticleId, string>();
  const files = new Set<string>();
  for (const given of paths) {
    const found = await filesAt(given);
    if (Array.isArray(found)) for (const file of found) files.add(path.normalize(file));
    else problems.push(found);
  }
  for (const file of files) {
    const content = await readArticleFile(file, audiences);
    problems.push(...content.problems.map((problem) => ({ file, ...problem })));
    for (const { article, line } of content.articles) {
      const place = placeOf.get(article.id);
      if (place === undefined) {
        placeOf.set(article.id, `${file}:${line}`);
        fileOf.set(article.id, file);
        articles.push(article);
      } else {
        const reason = `the id "${article.id}" is already taken by ${place}: give one of the two another id`;
        problems.push({ file, line, reason });
      }
    }
  }
  return { articles, problems, fileOf };
}

/** The difference between the stored articles and those imported. */
export function compareArticles(
  stored: readonly KeptArticle[],
  imported: readonly Article[],
  { prune, winner }: { readonly prune: boolean; readonly winner: Winner },
): Comparison {
  const before = new Map(stored.map((article) => [article.id, article]));
  const after = new Set(imported.map(({ id }) => id));
  const missing = prune ? stored.filter(({ id }) => !after.has(id)) : [];
  const fates: readonly (readonly [ArticleId, keyof Comparison])[] = [
    ...imported.map((article) => [article.id, fateOf(before.get(article.id), article, winner)] as const),
    ...missing.map((article) => [article.id, fateWithoutFile(article, winner)] as const),
  ];
  const idsOf = (fate: keyof Comparison): ArticleId[] => fates.filter((each) => each[1] === fate).map(([id]) => id);
  return {
    added: idsOf('added'),
    changed: idsOf('changed'),
    unchanged: idsOf('unchanged'),
    removed: idsOf('removed'),
    kept: idsOf('kept'),
    conflicts: idsOf('conflicts'),
  };
}

function fateOf(kept: KeptArticle | undefined, article: Article, winner: Winner): keyof Comparison {
  if (kept === undefined) return 'added';
  const hash = hashOf(article);
  if (kept.retiredAt === null && hashOf(kept) === hash) return 'unchanged';
  if (kept.source === 'file') return 'changed';
  if (kept.fileHash === hash || winner === 'chat') return 'kept';
  return winner === 'file' ? 'changed' : 'conflicts';
}

function fateWithoutFile({ source, fileHash, retiredAt }: KeptArticle, winner: Winner): keyof Comparison {
  if (source === 'file') return 'removed';
  // It never had a file, or both say that it is no longer wanted.
  if (fileHash === null || retiredAt !== null || winner === 'chat') return 'kept';
  return winner === 'file' ? 'removed' : 'conflicts';
}

/** Equal for the same words. */
export function hashOf(article: ArticleText): string {
  const words = JSON.stringify(TEXT_FACTS.map((fact) => article[fact]));
  return createHash('sha256').update(words).digest('hex');
}

/**
 * What tells whether any of these files may have changed, without reading them: their names, sizes, places on the disk and
 * when they were last touched. Of a file that only looks the same, such as one from an image or an archive, the time of its
 * last change of state tells (`ctime`), which nobody can set.
 * @returns null when there is a path that cannot be read
 */
export async function stateOfFiles(paths: readonly string[]): Promise<string | null> {
  const hash = createHash('sha256');
  for (const given of paths) {
    const found = await filesAt(given);
    if (!Array.isArray(found)) return null;
    for (let start = 0; start < found.length; start += STATED_AT_ONCE) {
      const some = found.slice(start, start + STATED_AT_ONCE);
      const states = await Promise.all(some.map((file) => stat(file, { bigint: true }).catch(() => null)));
      if (states.includes(null)) return null;
      const facts = states.map((state, at) => [
        some[at],
        ...[state!.dev, state!.ino, state!.size, state!.mtimeNs, state!.ctimeNs].map(String),
      ]);
      hash.update(JSON.stringify(facts));
    }
  }
  return hash.digest('hex');
}

/** The folders among the paths in which there is nothing to read. */
export async function emptyFolders(paths: readonly string[]): Promise<Problem[]> {
  const reason = `there is no article in this folder: check the path; ${EXTENSIONS.join(', ')} are read`;
  const found = await Promise.all(paths.map(async (file) => ({ file, files: await filesAt(file) })));
  return found.flatMap(({ file, files }) =>
    Array.isArray(files) && files.length === 0 ? [{ file, line: 1, reason }] : [],
  );
}

/** The article files at a path, or why there are none to read. */
async function filesAt(given: string): Promise<string[] | Problem> {
  try {
    if ((await stat(given)).isDirectory()) return await filesIn(given);
  } catch (error) {
    // It may be a folder further in.
    return { file: (error as NodeJS.ErrnoException).path ?? given, line: 1, reason: unreadable(error) };
  }
  if (EXTENSIONS.includes(extensionOf(given))) return [given];
  return { file: given, line: 1, reason: `this kind of file is not read: use ${EXTENSIONS.join(', ')}, or a folder` };
}

/** @param read the folders that were read already: a link may lead to one of them, or back up */
async function filesIn(folder: string, read = new Set<string>()): Promise<string[]> {
  const real = await realpath(folder);
  if (read.has(real)) return [];
  read.add(real);
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
  // By code unit: the order must not depend on the machine's language.
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(at))))
      files.push(...(await filesIn(at, read)));
    else if (EXTENSIONS.includes(extensionOf(at))) files.push(at);
  }
  return files;
}

/** @returns false also for a link that leads nowhere */
function isFolder(at: string): Promise<boolean> {
  return stat(at).then(
    (state) => state.isDirectory(),
    () => false,
  );
}

async function readArticleFile(file: string, audiences: readonly string[] | null): Promise<FileContent> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    return { articles: [], problems: [{ line: 1, reason: unreadable(error) }] };
  }
  const line = lineOfBadUtf8(bytes);
  if (line !== null) return { articles: [], problems: [{ line, reason: 'the file is not UTF-8: save it as UTF-8' }] };
  const name = path.basename(file).slice(0, -extensionOf(file).length);
  return parseArticles(bytes.toString('utf8'), extensionOf(file), name, audiences);
}

function extensionOf(file: string): string {
  return path.extname(file).toLowerCase();
}

function unreadable(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file or folder: check the path';
  if (code === 'EACCES') return 'it may not be read: give the helpdesk the right to';
  return `it cannot be read: ${message}`;
}

/** The first line that is not UTF-8; null when all is well. */
function lineOfBadUtf8(bytes: Buffer): number | null {
  if (isUtf8(bytes)) return null;
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end === -1 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) return line;
    start = stop + 1;
  }
  return 1;
}
