/** The text of one file of articles, Markdown with front matter, JSON lines or CSV, read into articles and problems. */
import { CsvError, parse as parseCsv } from 'csv-parse/sync';
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Article } from '../domain/article';
import { readAudience } from '../domain/audience';
import { LANGUAGES } from '../domain/person';
import type { Language } from '../domain/person';
import { cleanText } from '../domain/text';

/** Why a place in a file cannot be imported, and how to mend it. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** An article and the line of its file where it starts. */
interface FoundArticle {
  readonly article: Article;
  readonly line: number;
}

export interface FileContent {
  readonly articles: readonly FoundArticle[];
  readonly problems: readonly Omit<Problem, 'file'>[];
}

type Complain = (line: number, reason: string) => void;

/** What a file says of one article, unchecked. */
interface Draft {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** The line of a field, for a problem with it. */
  readonly lineOf: (field: string) => number;
}

const FIELDS = ['id', 'title', 'tags', 'language', 'audience', 'url'] as const;
/** As long as the database keeps them. */
const ID_LIMIT = 191;
const TITLE_LIMIT = 500;
/** In characters. Four bytes each still fit into MySQL's `mediumtext`. */
const BODY_LIMIT = 1_000_000;
const URL_LIMIT = 2000;
/** Of all tags together: MySQL keeps 65,535 bytes of them. */
const TAGS_LIMIT = 10_000;

/**
 * Reads the text of a file. Keys that are not ours are refused in front matter, where they are slips of the pen, and passed
 * over in rows, which other programs export with columns of their own.
 * @param extension `.md`, `.jsonl` or `.csv`
 * @param name the id of a Markdown article that does not give one
 * @param audiences the words that audiences may have; null for any of the right shape
 */
export function parseArticles(
  text: string,
  extension: string,
  name: string,
  audiences: readonly string[] | null = null,
): FileContent {
  const problems: Omit<Problem, 'file'>[] = [];
  const complain: Complain = (line, reason) => problems.push({ line, reason });
  const lines = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  const parse = { '.md': markdownDrafts, '.jsonl': jsonDrafts, '.csv': csvDrafts }[extension];
  const drafts = parse?.(lines, complain, name) ?? [];
  const articles = drafts.flatMap((draft): FoundArticle[] => {
    const article = articleOf(draft, complain, audiences);
    return article === null ? [] : [{ article, line: draft.lineOf('id') }];
  });
  return { articles, problems };
}

function markdownDrafts(text: string, complain: Complain, name: string): Draft[] {
  const parts = /^---[ \t]*\n([^]*?\n)??---[ \t]*(?:\n([^]*))?$/.exec(text);
  if (parts === null) {
    const unclosed = /^---[ \t]*(\n|$)/.test(text);
    const reason = unclosed
      ? 'the front matter is not closed: end it with a line "---"'
      : 'there is no front matter: begin the file with "---", "title: …" and "---"';
    complain(1, reason);
    return [];
  }
  const [, matter = '', body = ''] = parts;
  const found = frontMatterOf(matter, complain);
  if (found === null) return [];
  const bodyLine = matter.split('\n').length + 2;
  const lineOf = (field: string): number => (field === 'body' ? bodyLine : (found.lineOfKey.get(field) ?? 1));
  return [{ fields: { id: name, ...found.fields }, body, lineOf }];
}

interface FrontMatter {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly lineOfKey: ReadonlyMap<string, number>;
}

/** The keys between the two "---" and their lines; null, with the problems told, when it cannot be read. */
function frontMatterOf(matter: string, complain: Complain): FrontMatter | null {
  const counter = new LineCounter();
  const document = parseDocument(matter, { lineCounter: counter });
  const lineAt = (offset: number): number => counter.linePos(offset).line + 1;
  for (const { pos, message } of document.errors) {
    const what = message.replace(/ at line \d+[^]*/, '');
    complain(lineAt(pos[0]), `the front matter is not YAML: ${what}; put text with ":" or "#" in it into quotes`);
  }
  let fit = document.errors.length === 0;
  visit(document, {
    Alias(_key, { range }) {
      fit = false;
      complain(lineAt(range?.[0] ?? 0), 'a text that begins with "*" must stand in quotes');
    },
    // An id such as 0042 and a tag such as 3.10 are words: as numbers they would lose what they begin or end with.
    Scalar(_key, scalar) {
      if (typeof scalar.value === 'number') scalar.value = scalar.source;
    },
  });
  const { contents } = document;
  if (!fit) return null;
  if (contents === null) return { fields: {}, lineOfKey: new Map() };
  if (!isMap(contents)) {
    complain(2, 'the front matter is not made of "key: value" lines');
    return null;
  }
  const lineOfKey = new Map<string, number>();
  for (const { key } of contents.items) {
    if (isScalar(key)) lineOfKey.set(String(key.value), lineAt(key.range?.[0] ?? 0));
  }
  for (const [key, line] of lineOfKey) {
    if ((FIELDS as readonly string[]).includes(key)) continue;
    complain(line, `"${key}" is not known in the front matter: use ${FIELDS.join(', ')}, or remove it`);
  }
  return { fields: document.toJS() as Record<string, unknown>, lineOfKey };
}

function jsonDrafts(text: string, complain: Complain): Draft[] {
  return text.split('\n').flatMap((row, index): Draft[] => {
    const line = index + 1;
    if (row.trim() === '') return [];
    let value: unknown;
    try {
      value = JSON.parse(row);
    } catch (error) {
      complain(line, `this line is not JSON (${(error as Error).message}): write one whole object per line`);
      return [];
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      complain(line, 'this line is not a JSON object: write {"id": …, "title": …, "body": …}');
      return [];
    }
    return [draftOfRow(value as Record<string, unknown>, line, complain)].filter((draft) => draft !== null);
  });
}

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Null, with the problem told, when the text is not CSV. */
function csvRows(text: string, delimiter: string, complain: Complain): CsvRow[] | null {
  try {
    const options = { delimiter, info: true, relax_column_count: true, skip_empty_lines: true } as const;
    return parseCsv(text, options) as unknown as CsvRow[];
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED')
      complain(lineOfOpenQuote(text), 'this is not CSV: the quote that opens here is never closed');
    else complain(error instanceof CsvError ? Number(error['lines'] ?? 1) : 1, `this is not CSV: ${message}`);
    return null;
  }
}

function csvDrafts(text: string, complain: Complain): Draft[] {
  const header = text.split('\n', 1)[0] ?? '';
  // Spreadsheets in countries with a decimal comma, Poland among them, write semicolons.
  const delimiter = header.includes(';') && !header.includes(',') ? ';' : ',';
  const rows = csvRows(text, delimiter, complain);
  if (rows === null) return [];
  const columns = rows[0]?.record.map((column) => column.trim().toLowerCase()) ?? [];
  const missing = ['id', 'title', 'body'].filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    complain(1, `the first line does not name the column ${missing.join(', ')}: it must name id, title and body`);
    return [];
  }
  const doubled = [...FIELDS, 'body'].filter((column) => columns.indexOf(column) !== columns.lastIndexOf(column));
  if (doubled.length > 0) {
    complain(1, `the first line names the column ${doubled.join(', ')} more than once: name each once`);
    return [];
  }
  return rows.slice(1).flatMap(({ record }, index): Draft[] => {
    const line = (rows[index]?.info.lines ?? 0) + 1;
    if (record.length !== columns.length) {
      complain(
        line,
        `this row has ${record.length} fields and the first line names ${columns.length}: put a field with "${delimiter}" in it into quotes`,
      );
      return [];
    }
    const fields = Object.fromEntries(columns.map((column, at) => [column, record[at] ?? '']));
    return [draftOfRow(fields, line, complain)].filter((draft) => draft !== null);
  });
}

/** In CSV every quote opens a field, closes it, or stands in one twice; the one that is left open is the last to open. */
function lineOfOpenQuote(text: string): number {
  const open = [...text.matchAll(/"(?:[^"]+|"")*(?:"|$)/g)].at(-1)?.index ?? 0;
  return text.slice(0, open).split('\n').length;
}

function draftOfRow(fields: Readonly<Record<string, unknown>>, line: number, complain: Complain): Draft | null {
  const { body } = fields;
  if (body !== undefined && body !== null && typeof body !== 'string') {
    complain(line, 'body is not text: write it in quotes');
    return null;
  }
  return { fields, body: body ?? '', lineOf: () => line };
}

/** The article of a draft; null, with every problem told, when it is not fit to be one. */
function articleOf(
  { fields, body, lineOf }: Draft,
  complain: Complain,
  audiences: readonly string[] | null,
): Article | null {
  let fit = true;
  const refuse = (field: string, reason: string): void => {
    fit = false;
    complain(lineOf(field), reason);
  };
  const textOf = (field: string): string => {
    const value = fields[field] ?? '';
    if (typeof value === 'string') return cleanText(value);
    if (typeof value === 'number') return String(value);
    refuse(field, `${field} is not text: put it into quotes`);
    return '';
  };
  const article: Article = {
    id: textOf('id'),
    title: textOf('title').replace(/\s+/g, ' '),
    body: cleanText(body),
    tags: wordsIn('tags', fields['tags'], (reason) => refuse('tags', reason)),
    language: (textOf('language').toLowerCase() || null) as Language | null,
    audience: audienceIn(fields['audience'], audiences, (reason) => refuse('audience', reason)),
    url: textOf('url') || null,
  };
  for (const [field, reason] of [...faultsOf(article), ...excessesOf(article)]) refuse(field, reason);
  return fit ? article : null;
}

/** What is longer than it may be. */
function* excessesOf({ title, body, tags, url }: Article): Generator<[field: string, reason: string]> {
  const longer = (what: string, limit: number, mend: string): string =>
    `the ${what} longer than ${limit.toLocaleString('en')} characters: ${mend}`;
  if (title.length > TITLE_LIMIT) yield ['title', longer('title is', TITLE_LIMIT, 'shorten it')];
  if (body.length > BODY_LIMIT) yield ['body', longer('article is', BODY_LIMIT, 'make several of it')];
  if (tags.join().length > TAGS_LIMIT) yield ['tags', longer('tags are', TAGS_LIMIT, 'name fewer')];
  if (url !== null && url.length > URL_LIMIT) yield ['url', longer('url is', URL_LIMIT, 'shorten it')];
}

/** What is wrong with an article, as field and reason. */
function* faultsOf({ id, title, body, language, url }: Article): Generator<[field: string, reason: string]> {
  if (id === '') yield ['id', 'id is missing: give each article an id of its own'];
  else if (id.length > ID_LIMIT)
    yield ['id', `the id is ${id.length} characters long: at most ${ID_LIMIT} are allowed`];
  else if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(id)) {
    yield ['id', `the id ${JSON.stringify(id)} has a line break or another control character: write it on one line`];
  }
  if (title === '') yield ['title', 'title is missing: give the article a title'];
  if (body === '') yield ['body', 'the article is empty: write its text'];
  if (language !== null && !LANGUAGES.includes(language)) {
    yield ['language', `the language "${language}" is not known: use ${LANGUAGES.join(' or ')}, or leave it out`];
  }
  if (url !== null && !/^(?:https?:\/\/|mailto:)\S+$/i.test(url)) {
    yield ['url', `"${url}" is not a web address: begin it with https://`];
  }
}

/** Words as a list, or as text with commas or semicolons between them. */
function wordsIn(field: string, value: unknown, refuse: (reason: string) => void): string[] {
  const list: unknown[] =
    typeof value === 'string' ? value.split(/[,;|]/) : Array.isArray(value) ? value : [value ?? ''];
  if (!list.every((word) => typeof word === 'string' || typeof word === 'number')) {
    refuse(`${field} ${field.endsWith('s') ? 'are' : 'is'} not a list of words: write ${field}: [one, two]`);
    return [];
  }
  return [...new Set(list.map((word) => cleanText(String(word))).filter((word) => word !== ''))];
}

function audienceIn(value: unknown, known: readonly string[] | null, refuse: (reason: string) => void): string {
  const read = readAudience(wordsIn('audience', value, refuse), known);
  if ('audience' in read) return read.audience;
  refuse(read.problem);
  return '';
}
