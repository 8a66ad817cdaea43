/** An article's Markdown as plain text: the short passage that answers a question, and the whole article in neutral blocks. */
import { marked } from 'marked';
import type { Token, Tokens } from 'marked';
import type { Article } from '../domain/article';
import { detectLanguage, wordsOf } from './words';

/** A part of an article, all plain text; a link reads "text (address)". */
export type ArticleBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'code'; readonly text: string };

export const PASSAGE_LIMIT = 300;
/** A passage is looked for in so much of an article: reading Markdown is what a suggestion spends most of its time on. */
const READ_LIMIT = 20_000;
/** A passage is cut after a whole sentence when that leaves at least so much of it. */
const SENTENCE_CUT_FROM = 120;

const SYMPTOMS = /symptom|objaw/i;
const STEPS = /what to do|how to|steps|solution|resolution|workaround|co (?:z)?robi|jak to|rozwi[aą]zani|kroki/i;

/** The blocks of a Markdown text, in order; what shows nothing (comments, rules) is left out. Never throws. */
export function articleParts(body: string): ArticleBlock[] {
  try {
    return marked.lexer(body).flatMap((token) => blocksOf(token));
  } catch {
    // Thousands of nested quotes or lists exhaust the parser's stack; the words are still worth showing.
    return textBlock('text', body);
  }
}

/**
 * The part of an article that answers, at most PASSAGE_LIMIT characters: its opening, or when that has none of the
 * question's words the first steps, or the section that has most of them. Never the list of symptoms.
 */
export function passageFor(article: Article, question: string): string {
  const language = article.language ?? detectLanguage(article.body);
  const stemsOf = (text: string): string[] => wordsOf(text, language).map((word) => word.stem);
  const asked = new Set(stemsOf(question));
  const hits = (text: string): number => new Set(stemsOf(text).filter((stem) => asked.has(stem))).size;
  const sections = sectionsOf(article.body.slice(0, READ_LIMIT)).filter((section) => !SYMPTOMS.test(section.heading));
  const opening = sections[0];
  if (opening === undefined) return cutPassage(article.title);
  if (hits(opening.text) > 0) return passageOf(opening.text, hits);
  const steps = sections.find((section) => STEPS.test(section.heading));
  const fullest = sections.reduce((best, section) => (hits(section.text) > hits(best.text) ? section : best), opening);
  return passageOf((steps ?? fullest).text, hits);
}

interface Section {
  /** Empty for what stands before the first heading. */
  readonly heading: string;
  readonly text: string;
}

function sectionsOf(body: string): Section[] {
  const sections: { heading: string; lines: string[] }[] = [{ heading: '', lines: [] }];
  for (const block of articleParts(body)) {
    const { lines } = sections[sections.length - 1]!;
    if (block.kind === 'heading') sections.push({ heading: block.text, lines: [] });
    else if (block.kind === 'list') lines.push(...block.items.map((item, at) => (block.ordered ? `${at + 1}. ` : '') + item));
    else lines.push(block.text);
  }
  return sections
    .map(({ heading, lines }) => ({ heading, text: lines.join(' ').replace(/\s+/g, ' ').trim() }))
    .filter((section) => section.text !== '');
}

/** From the start of the text; in a long one whose start says nothing of the question, from the sentence that says most. */
function passageOf(text: string, hits: (text: string) => number): string {
  const start = cutPassage(text);
  if (start.length === text.length || hits(start) > 0) return start;
  const sentences = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)];
  let from = 0;
  let most = 0;
  for (const { segment, index } of sentences) {
    const found = hits(segment);
    if (found > most) [from, most] = [index, found];
  }
  return cutPassage(text.slice(from));
}

/** At most PASSAGE_LIMIT characters: whole sentences if they are long enough, else whole words and "…". */
function cutPassage(text: string): string {
  if (text.length <= PASSAGE_LIMIT) return text;
  const start = text.slice(0, PASSAGE_LIMIT);
  // A sentence ends before a space; "1." at the start of a step does not end one.
  const ends = [...start.matchAll(/(?<!(?:^|\s)\d{1,2})[.!?…]["”»)]?(?=\s)/g)].map((end) => end.index + end[0].length);
  const sentence = ends.at(-1) ?? 0;
  if (sentence >= SENTENCE_CUT_FROM) return start.slice(0, sentence);
  const words = start.slice(0, PASSAGE_LIMIT - 1).replace(/[\ud800-\udbff]$/, '');
  const space = words.lastIndexOf(' ');
  return `${(space > 0 ? words.slice(0, space) : words).replace(/[\s,;:–-]+$/, '')}…`;
}

function blocksOf(token: Token): ArticleBlock[] {
  switch (token.type) {
    case 'heading':
      return textBlock('heading', plain((token as Tokens.Heading).tokens));
    case 'list': {
      const list = token as Tokens.List;
      return [{ kind: 'list', ordered: list.ordered, items: list.items.map((item) => itemText(item)) }];
    }
    case 'code':
      return textBlock('code', (token as Tokens.Code).text);
    case 'table':
      return textBlock('text', tableText(token as Tokens.Table));
    case 'blockquote':
      return (token as Tokens.Blockquote).tokens.flatMap((inner) => blocksOf(inner));
    default:
      return textBlock('text', plain([token]));
  }
}

function textBlock(kind: 'heading' | 'text' | 'code', text: string): ArticleBlock[] {
  return text.trim() === '' ? [] : [{ kind, text: kind === 'code' ? text : text.trim() }];
}

function tableText(table: Tokens.Table): string {
  return [table.header, ...table.rows].map((row) => row.map((cell) => plain(cell.tokens)).join(' | ')).join('\n');
}

/** What a list item holds, each paragraph and each item of a list inside it on a line of its own. */
function itemText(item: Tokens.ListItem): string {
  return item.tokens
    .map((token) => plainToken(token).trim())
    .filter((text) => text !== '')
    .join('\n');
}

function plain(tokens: readonly Token[]): string {
  return tokens.map((token) => plainToken(token)).join('');
}

/** What leaves no text behind. */
const SILENT = new Set(['def', 'hr', 'checkbox', 'space']);

function plainToken(token: Token): string {
  if (SILENT.has(token.type)) return '';
  switch (token.type) {
    case 'link':
      return linkText(token as Tokens.Link);
    case 'image':
    case 'codespan':
    case 'code':
      return (token as Tokens.Image | Tokens.Codespan | Tokens.Code).text;
    case 'list':
      return (token as Tokens.List).items.map((item) => `– ${itemText(item)}`).join('\n');
    case 'br':
      return '\n';
    case 'html':
      return unescapeHtml((token as Tokens.HTML).text.replace(/<!--[^]*?-->|<[^>]*>/g, ''));
    case 'table':
      return tableText(token as Tokens.Table);
    default: {
      const { tokens, text } = token as { tokens?: Token[]; text?: string };
      return tokens === undefined ? unescapeHtml(text ?? '') : plain(tokens);
    }
  }
}

function linkText(link: Tokens.Link): string {
  const text = plain(link.tokens);
  const address = link.href.replace(/^mailto:/, '');
  return text === address || text === link.href || text === '' ? address : `${text} (${address})`;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

function unescapeHtml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_all, name: string) => ENTITIES[name] ?? '');
}
