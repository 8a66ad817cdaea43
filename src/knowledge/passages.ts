/** An article's Markdown as plain text: the short passage that answers a question, and the whole article in neutral blocks. */
import { decodeHTMLStrict } from 'entities';
import { marked } from 'marked';
import type { Token, Tokens } from 'marked';
import type { Article } from '../domain/article';
import { detectLanguage, wordsOf } from './words';
import type { Phrases } from './words';

/** A part of an article, all plain text; a link reads "text (address)", and so does a picture. */
export type ArticleBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** `start`: the number of the first item, when it is not 1. */
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[]; readonly start?: number }
  | { readonly kind: 'code'; readonly text: string }
  /** Whose lines stand for themselves: a row of a table a line, "|" between its cells. */
  | { readonly kind: 'lines'; readonly text: string };

export const PASSAGE_LIMIT = 300;
/** A passage is looked for in so much of an article: reading Markdown is what a suggestion spends most of its time on. */
const READ_LIMIT = 20_000;
/** A passage is cut after a whole sentence when that leaves at least so much of it. */
const SENTENCE_CUT_FROM = 120;

/** The opening is shown when it tells at least so much of what the best passage tells. */
const OPENING_SHARE = 0.6;
/** Of two passages that tell as much, the one whose first sentence does is better. */
const BEGINNING_SHARE = 0.1;
/** A passage that tells less than this of what title and symptoms tell is about something else than the question. */
const ANSWERS_FROM = 0.5;
/**
 * A sentence ends before a space, unless it goes on in small letters; "1." at the start of a step does not end one, nor does
 * what is written short. A step, a row or a command ends with its line.
 */
const SENTENCE_END =
  /(?<!(?:^|[\s(])(?:\d{1,2}|[Nn]p|[Tt]j|[Tt]zn|[Mm]\.in|[Zz]ob|[Pp]or|[Nn]r|godz|ul|[Ee]\.g|[Ii]\.e|vs))[.!?…]["”»)]?(?=\s(?!\p{Ll}))/gu;
const SENTENCE_START = new RegExp(`(?<=${SENTENCE_END.source})\\s+|\\n\\s*`, 'gu');

const SYMPTOMS = /symptom|objaw/i;
const STEPS = /what to do|how to|steps|solution|resolution|workaround|co (?:z)?robi|jak to|rozwi[aą]zani|kroki/i;

/** The blocks of a Markdown text, in order; what shows nothing (comments, rules) is left out. Never throws. */
export function articleParts(body: string): ArticleBlock[] {
  return partsOf(body);
}

function partsOf(body: string, prepare?: (token: Token) => void): ArticleBlock[] {
  try {
    const tokens = marked.lexer(body);
    if (prepare !== undefined) void marked.walkTokens(tokens, prepare);
    return tokens.flatMap((token) => blocksOf(token));
  } catch {
    // Thousands of nested quotes or lists exhaust the parser's stack; the words are still worth showing.
    return textBlock('text', body);
  }
}

/** The part of an article that answers, as plain text. */
export interface Passage {
  /** At most PASSAGE_LIMIT characters. */
  readonly text: string;
  /** The words of the text that the question asks for, as they stand there, each once. */
  readonly found: readonly string[];
}

/**
 * The passage of an article that says most of what is asked: its opening, unless another section says much more; the first
 * steps when none says much of what title and symptoms say. Never the list of symptoms.
 * @param tells what each stem tells of the question that is asked for
 */
export function passageFor(article: Article, tells: ReadonlyMap<string, number>, phrases?: Phrases): Passage {
  const language = article.language ?? detectLanguage(article.body);
  const read = (text: string): Told[] =>
    wordsOf(text, language, phrases).flatMap(({ stem, start, end }) => {
      const weight = stem === '' ? 0 : (tells.get(stem) ?? 0);
      return weight > 0 ? [{ stem, weight, start, end }] : [];
    });
  const all = sectionsOf(article.body.slice(0, READ_LIMIT));
  const symptoms = all.filter(({ heading }) => SYMPTOMS.test(heading));
  const matched = weightOf(read([article.title, ...symptoms.map(({ text }) => text)].join('\n')));
  const sections = all
    .filter((section) => !symptoms.includes(section))
    .map((section) => ({ ...section, told: read(section.text), toldInHeading: read(section.heading) }));
  const passages = sections.map(({ text, told, toldInHeading }) => {
    const from = startOf(text, told);
    return { from, text, told, weight: weightOf([...within(told, from), ...toldInHeading]) };
  });
  const opening = passages[0];
  if (opening === undefined) return { text: cutPassage(article.title), found: [] };
  const fullest = passages.reduce((best, passage) => (passage.weight > best.weight ? passage : best), opening);
  const steps = passages[sections.findIndex((section) => STEPS.test(section.heading))];
  let chosen = fullest;
  if (opening.weight > 0 && opening.weight >= OPENING_SHARE * fullest.weight) chosen = opening;
  else if (fullest.weight <= ANSWERS_FROM * matched) chosen = { ...(steps ?? opening), from: 0 };
  const text = cutPassage(chosen.text.slice(chosen.from));
  const shown = chosen.told.filter(({ start, end }) => start >= chosen.from && end <= chosen.from + text.length);
  return { text, found: [...new Set(shown.map(({ start, end }) => chosen.text.slice(start, end)))] };
}

/** A word that the question asks for, and its place in a section. */
interface Told {
  readonly stem: string;
  readonly weight: number;
  readonly start: number;
  readonly end: number;
}

/** What different words tell together. */
function weightOf(told: readonly Told[]): number {
  const best = new Map<string, number>();
  for (const { stem, weight } of told) best.set(stem, Math.max(weight, best.get(stem) ?? 0));
  return [...best.values()].reduce((sum, weight) => sum + weight, 0);
}

function within(told: readonly Told[], from: number): Told[] {
  return told.filter(({ start, end }) => start >= from && end <= from + PASSAGE_LIMIT);
}

/** Where the passage of a long text begins: at its start, or at the sentence from which on much more is told. */
function startOf(text: string, told: readonly Told[]): number {
  if (text.length <= PASSAGE_LIMIT || told.length === 0) return 0;
  const first = weightOf(within(told, 0));
  let [from, most, best] = [0, first, first];
  const starts = [...text.matchAll(SENTENCE_START)].map(({ index, 0: gap }) => index + gap.length);
  for (const [at, start] of starts.entries()) {
    // A passage that begins with nothing of the question is better begun later.
    const end = starts[at + 1] ?? text.length;
    const begins = weightOf(told.filter((word) => word.start >= start && word.start < end));
    if (begins === 0) continue;
    const weight = weightOf(within(told, start));
    const value = weight + BEGINNING_SHARE * begins;
    if (weight > first && value > best) [from, most, best] = [start, weight, value];
  }
  return first >= OPENING_SHARE * most ? 0 : from;
}

interface Section {
  /** Empty for what stands before the first heading. */
  readonly heading: string;
  readonly text: string;
}

function sectionsOf(body: string): Section[] {
  const sections: { heading: string; blocks: string[] }[] = [{ heading: '', blocks: [] }];
  for (const block of partsOf(body, withoutBreaks)) {
    const { blocks } = sections[sections.length - 1]!;
    if (block.kind === 'heading') sections.push({ heading: block.text, blocks: [] });
    else if (block.kind === 'list') blocks.push(`\n${listText(block)}\n`);
    else if (block.kind === 'text') blocks.push(oneLine(block.text));
    else blocks.push(`\n${block.text}\n`);
  }
  return sections
    .map(({ heading, blocks }) => ({
      heading,
      text: blocks
        .join(' ')
        .replace(/ *\n[ \n]*/g, '\n')
        .trim(),
    }))
    .filter((section) => section.text !== '');
}

type ListBlock = Extract<ArticleBlock, { kind: 'list' }>;

/** Each step on a line of its own. */
function listText({ ordered, items, start = 1 }: ListBlock): string {
  return items.map((item, at) => `${ordered ? `${start + at}.` : '–'} ${item}`).join('\n');
}

/** Where its author broke a line to keep it short; a command or an entry inside a step stays on a line of its own. */
function withoutBreaks(token: Token): void {
  if (token.type === 'text' && !('tokens' in token)) token.text = (token as Tokens.Text).text.replace(/\s*\n\s*/g, ' ');
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** At most PASSAGE_LIMIT characters: whole sentences if they are long enough, else whole words and "…". */
function cutPassage(text: string): string {
  if (text.length <= PASSAGE_LIMIT) return text;
  const start = text.slice(0, PASSAGE_LIMIT);
  const ends = [...start.matchAll(SENTENCE_END)].map((end) => end.index + end[0].length);
  const sentence = ends.at(-1) ?? 0;
  if (sentence >= SENTENCE_CUT_FROM) return start.slice(0, sentence);
  const words = start.slice(0, PASSAGE_LIMIT - 1).replace(/[\ud800-\udbff]$/, '');
  const space = words.search(/\s\S*$/);
  return `${(space > 0 ? words.slice(0, space) : words).replace(/[\s,;:–-]+$/, '')}…`;
}

function blocksOf(token: Token): ArticleBlock[] {
  switch (token.type) {
    case 'heading':
      return textBlock('heading', plain((token as Tokens.Heading).tokens));
    case 'list':
      return [listBlock(token as Tokens.List)];
    case 'code':
      return textBlock('code', (token as Tokens.Code).text);
    case 'table':
      return textBlock('lines', tableText(token as Tokens.Table));
    case 'html':
      return textBlock('lines', plain([token]));
    case 'blockquote':
      return (token as Tokens.Blockquote).tokens.flatMap((inner) => blocksOf(inner));
    default:
      return textBlock('text', plain([token]));
  }
}

function listBlock({ ordered, start, items }: Tokens.List): ListBlock {
  const from = ordered && start !== 1 ? { start: Number(start) } : {};
  return { kind: 'list', ordered, items: items.map((item) => itemText(item)), ...from };
}

function textBlock(kind: 'heading' | 'text' | 'code' | 'lines', text: string): ArticleBlock[] {
  return text.trim() === '' ? [] : [{ kind, text: kind === 'code' ? text : text.trim() }];
}

function tableText(table: Tokens.Table): string {
  return [table.header, ...table.rows]
    .map((row) => row.map((cell) => oneLine(plain(cell.tokens))).join(' | '))
    .join('\n');
}

/** Where other spaces would be drawn as none. */
const INDENT = '\u00a0'.repeat(3);

/** What a list item holds, each paragraph on a line of its own, and further in each item of a list inside it. */
function itemText(item: Tokens.ListItem): string {
  return item.tokens
    .map((token) => (token.type === 'list' ? plainToken(token).replace(/^/gm, INDENT) : plainToken(token).trim()))
    .filter((text) => text.trim() !== '')
    .join('\n');
}

function plain(tokens: readonly Token[]): string {
  const text = withHtmlLinks(tokens)
    .map((token) => plainToken(token))
    .join('');
  // Of the spaces around what was struck out one is enough.
  return tokens.some(({ type }) => type === 'del') ? text.replace(/ +(?=[ .,;:!?])/g, '') : text;
}

/** A link written in HTML is one as well: within a paragraph its tags come one by one, what stands between them as always. */
function withHtmlLinks(tokens: readonly Token[]): Token[] {
  const all: Token[] = [];
  let open: { readonly href: string; readonly from: number } | null = null;
  for (const token of tokens) {
    const tag = token.type === 'html' ? (token as Tokens.Tag).text : '';
    const href = /^<a\s/i.test(tag) ? attributeOf(tag, 'href') : '';
    if (href !== '') open = { href: unescapeHtml(href), from: all.length };
    else if (open !== null && /^<\/a\b/i.test(tag)) {
      const inside = all.splice(open.from);
      all.push({ type: 'link', raw: '', text: '', title: null, href: open.href, tokens: inside });
      open = null;
    } else all.push(token);
  }
  return all;
}

/** What leaves no text behind; also what is struck out, for plain words cannot say that it no longer holds. */
const SILENT = new Set(['def', 'del', 'hr', 'checkbox', 'space']);

function plainToken(token: Token): string {
  if (SILENT.has(token.type)) return '';
  switch (token.type) {
    case 'link':
      return linkText(token as Tokens.Link);
    case 'image':
      return pictureText((token as Tokens.Image).text, (token as Tokens.Image).href);
    case 'codespan':
    case 'code':
      return (token as Tokens.Codespan | Tokens.Code).text;
    case 'list':
      return listText(listBlock(token as Tokens.List));
    case 'br':
      return '\n';
    case 'html':
      return htmlText((token as Tokens.HTML).text);
    case 'table':
      return tableText(token as Tokens.Table);
    default: {
      const { tokens, text } = token as { tokens?: Token[]; text?: string };
      return tokens === undefined ? unescapeHtml(text ?? '') : plain(tokens);
    }
  }
}

function linkText(link: Tokens.Link): string {
  // Of a picture that leads somewhere, that is the address.
  const text = plain(link.tokens.map((token) => (token.type === 'image' ? { ...token, href: '' } : token)));
  return withAddress(text, text, link.href);
}

/** @param shown what is seen of the words */
function withAddress(words: string, shown: string, href: string): string {
  const address = href.replace(/^mailto:/, '');
  return shown === address || shown === href || shown === '' ? address : `${words} (${address})`;
}

/** No picture is shown: in words, and where it can be seen when that is said in full. */
function pictureText(words: string, href: string): string {
  if (!/^https?:\/\//i.test(href)) return words;
  return words === '' ? href : `${words} (${href})`;
}

/** Of an HTML tag; '' when it has none. */
function attributeOf(tag: string, name: 'alt' | 'href' | 'src'): string {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag);
  return found?.slice(1).find((value) => value !== undefined) ?? '';
}

/** Further in than this no list is shown: of one that never closes, every entry would be longer than the one before. */
const DEEPEST = 8;

/** What pages that were copied from elsewhere say in tags: lines, entries, cells and where a link leads. */
function htmlText(html: string): string {
  let depth = 0;
  const text = withoutComments(html)
    .replace(/\s+/g, ' ')
    .replace(/(<a\b[^<>]*>)([^<]*(?:<(?!\/?a\b)[^<]*)*)<\/a\b[^<>]*>/gi, (_all, tag: string, inside: string) =>
      htmlLink(tag, inside),
    )
    .replace(/<img\b[^<>]*>/gi, (tag) => pictureText(attributeOf(tag, 'alt'), attributeOf(tag, 'src')))
    .replace(/<\/t[dh]>\s*(?=<t[dh]\b)/gi, ' | ')
    .replace(/<(\/?)(ul|ol|li)\b[^<>]*>/gi, (tag, closes: string, name: string) => {
      if (name.toLowerCase() === 'li')
        return closes === '' ? `${'\t'.repeat(Math.max(0, Math.min(depth, DEEPEST) - 1))}– ` : tag;
      depth += closes === '' ? 1 : -1;
      return tag;
    })
    .replace(/<(?:br|\/?(?:p|div|ul|ol|table|pre|blockquote|h[1-6])|\/(?:li|tr))\b[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, '');
  return unescapeHtml(text.replace(/ ?\n[ \n]*/g, '\n')).replace(/\t/g, INDENT);
}

/** What stands in a link may have tags of its own. */
function htmlLink(tag: string, inside: string): string {
  const href = attributeOf(tag, 'href');
  if (href === '') return inside;
  // Of a picture that leads somewhere, that is the address.
  const words = inside.replace(/<img\b[^<>]*>/gi, (picture) => attributeOf(picture, 'alt'));
  return withAddress(words, words.replace(/<[^<>]*>/g, '').trim(), href);
}

/** Without a regular expression over the whole: comments that are never closed must not make us look again and again. */
function withoutComments(html: string): string {
  const [before = '', ...others] = html.split('<!--');
  return before + others.map((part) => (part.includes('-->') ? part.slice(part.indexOf('-->') + 3) : '')).join('');
}

/** Only what ends in a semicolon: "?a=1&copy=2" is an address. */
function unescapeHtml(text: string): string {
  return decodeHTMLStrict(text).replace(/\u00a0/g, ' ');
}
