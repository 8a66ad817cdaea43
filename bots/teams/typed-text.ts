/** What a person typed, out of what Teams makes of it: text with `<at>` tags, or HTML. Pure. */
import { cleanText } from '../../src/domain/text';
import type { Activity } from './activity';

/** No question is longer; what is beyond is not worth the time to look at it. */
const MARKUP_LIMIT = 50_000;
const HTML = 'text/html';
const FILE = 'application/vnd.microsoft.teams.file.download.info';
const REPLY = 'http://schema.skype.com/Reply';

/** The words of a message without the bot's name, what was quoted, and what nobody can see; its files by name below. */
export function typedIn(activity: Activity): string {
  const html = activity.attachments.find(({ contentType }) => contentType === HTML)?.content ?? '';
  const source = html.includes(REPLY) ? withoutTags(withoutQuotes(html)) : activity.text;
  const files = activity.attachments
    .filter(({ contentType }) => contentType === FILE)
    .map(({ name, contentUrl }) => [name, contentUrl].filter((part) => part !== '').join(' '));
  const lines = [plain(withoutBot(source.slice(0, MARKUP_LIMIT), activity)), ...files];
  return lines.filter((line) => line !== '').join('\n');
}

/** The ids of the messages that are quoted in front of what was typed. */
export function quotedIn({ quotes, attachments }: Activity): string[] {
  const html = attachments.filter(({ contentType }) => contentType === HTML).map(({ content }) => content);
  const inHtml = html.flatMap((content) =>
    [...content.slice(0, MARKUP_LIMIT).matchAll(/<blockquote[^<>]*>/gi)].flatMap(([tag]) =>
      tag.includes(REPLY) ? (/itemid="([^"]{1,200})"/i.exec(tag)?.[1] ?? []) : [],
    ),
  );
  return [...new Set([...quotes, ...inHtml])].slice(0, 3);
}

/** The words of a message that is HTML, such as one that becomes a ticket. */
export function textOfHtml(html: string): string {
  return plain(withoutTags(withoutQuotes(html.slice(0, MARKUP_LIMIT))));
}

/** Of a message that is plain text already. */
export function textOfPlain(text: string): string {
  return cleanText(text.slice(0, MARKUP_LIMIT));
}

function withoutBot(source: string, { mentions, recipient }: Activity): string {
  const names = mentions
    .filter(({ id }) => id !== '' && id === recipient.id)
    .flatMap(({ text, name }) => [text, at(name)]);
  return names.filter((name) => name !== '').reduce((rest, name) => rest.replaceAll(name, ' '), source);
}

function at(name: string): string {
  return name === '' ? '' : `<at>${name}</at>`;
}

/** Mentions by name, entities once. */
function plain(markup: string): string {
  const words = markup
    .replace(/<quoted\b[^<>]*>/gi, ' ')
    .replace(/<at\b[^<>]*>([^<>]*)<\/at>/gi, '@$1')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, entity)
    .replace(/\u00a0/g, ' ');
  return cleanText(words)
    .replace(/[^\S\n]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n');
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
]);

function entity(all: string, decimal?: string, hex?: string, name = ''): string {
  const code = decimal === undefined ? parseInt(hex ?? '', 16) : Number(decimal);
  if (Number.isNaN(code)) return ENTITIES.get(name.toLowerCase()) ?? all;
  return code <= 0x10ffff ? String.fromCodePoint(code) : all;
}

/** Without regular expressions over the whole: unclosed quotes must not make us look again and again. */
function withoutQuotes(html: string): string {
  let rest = html;
  let kept = '';
  for (let open = quoteAt(rest); open >= 0; open = quoteAt(rest)) {
    kept += rest.slice(0, open);
    const close = rest.indexOf('</blockquote>', open);
    rest = close < 0 ? '' : rest.slice(close + '</blockquote>'.length);
  }
  return kept + rest;
}

function quoteAt(html: string): number {
  const marked = html.indexOf(REPLY);
  return marked < 0 ? -1 : Math.max(html.lastIndexOf('<blockquote', marked), 0);
}

/** HTML as lines of text, entities as they are, mentions as `<at>`, cells apart. */
function withoutTags(html: string): string {
  const text = withBreaks(html)
    .replace(/<span[^<>]*schema\.skype\.com\/Mention[^<>]*>([^<>]*)<\/span>/gi, '<at>$1</at>')
    .replace(/<(?:img|emoji)\b[^<>]*?\balt="([^"<>]*)"[^<>]*>/gi, '$1')
    .replace(/<\/t[dh]>\s*(?=<t[dh]\b)/gi, CELL_END)
    .replace(/([^>\s])\s*<[uo]l\b[^<>]*>/gi, '$1\n')
    .replace(/<li\b[^<>]*>/gi, '- ')
    .replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h[1-6]|\/blockquote|\/pre|\/codeblock)\b[^<>]*>/gi, '\n')
    .replace(/<(?!\/?at?[\s>])[^<>]*>/gi, '')
    .replace(/<a\b[^<>]*?\bhref="([^"<>]*)"[^<>]*>([^<>]*)<\/a>/gi, (_all, url: string, label: string) =>
      label === '' || url.endsWith(label) ? url : `${label} (${url})`,
    )
    .replace(/<\/?a(?:\s[^<>]*)?>/gi, '')
    .replace(/\n /g, '\n');
  return text
    .split(CELL_END)
    .map((cell) => cell.trimEnd())
    .join(' | ');
}

/** Stands in no text: it is a control character. */
const CELL_END = '\v';

/** Line breaks and what is indented count in code alone. */
function withBreaks(html: string): string {
  let isCode = false;
  const parts = html.split(/(<\/?(?:pre|codeblock)\b[^<>]*>)/i).map((part, at) => {
    if (at % 2 === 1) isCode = !part.startsWith('</');
    if (at % 2 === 1 || !isCode) return part.replace(/[\r\n]+/g, ' ');
    return part.replace(/\r?\n( *)/g, (_all, indent: string) => `<br>${'\u00a0'.repeat(indent.length)}`);
  });
  return parts.join('');
}
