/** An article as the search reads it: its title and tags, its headings and sentences, each as words. */
import type { Article } from '../domain/article';
import type { Language } from '../domain/person';
import type { Phrases, Word } from './words';
import { fold, wordsOf } from './words';

/** What begins in an article's sequence of words: these stand between the words, which are 0 and more. */
export const TITLE = -1;
const TAG = -2;
const HEADING = -3;
export const LINE = -4;

/** A sentence so long is none, but a table or a pasted file; reading it at once would hold up everybody else. */
const LINE_LIMIT = 20_000;
/** "vpn-keeps-disconnecting": words, and at least two. */
const NAME = /^[\p{L}\p{N}]+(?:[-_ ]+[\p{L}\p{N}]+)+$/u;

export interface ArticleLine {
  readonly kind: number;
  readonly words: readonly Word[];
}

/** The lines of an article, one at a time: a long article takes long to read. Markdown is not read here, that is slow. */
export function* linesOf(
  { id, title, tags, body }: Article,
  language: Language | null,
  phrases: Phrases,
): Generator<ArticleLine> {
  yield { kind: TITLE, words: wordsOf(title, language, phrases) };
  for (const line of [...nameOf(id, title), ...tags]) yield { kind: TAG, words: wordsOf(line, language, phrases) };
  for (const line of pieces(body)) {
    if (line.startsWith('#')) yield { kind: HEADING, words: wordsOf(line, language, phrases) };
    else {
      for (const text of line.split(/(?<=[.!?;])\s+/)) yield { kind: LINE, words: wordsOf(text, language, phrases) };
    }
  }
}

/** An id is often the name of a file or a page: what its author would call the article in a few words. */
function nameOf(id: string, title: string): string[] {
  const name = id.slice(id.lastIndexOf('/') + 1);
  if (!NAME.test(name)) return [];
  const plain = (text: string): string =>
    fold(text)
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  return plain(name) === plain(title) ? [] : [plain(name)];
}

/** The lines of a text, the longest ones in pieces. */
function* pieces(text: string): Generator<string> {
  let start = 0;
  while (start <= text.length) {
    const newline = text.indexOf('\n', start);
    let end = newline < 0 ? text.length : newline;
    if (end - start > LINE_LIMIT) {
      const space = text.lastIndexOf(' ', start + LINE_LIMIT);
      end = space > start ? space : start + LINE_LIMIT;
      yield text.slice(start, end);
      start = space > start ? end + 1 : end;
    } else {
      yield text.slice(start, end);
      start = end + 1;
    }
  }
}
