/**
 * The forms of articles: one to write, one to send a draft back. A text input of Slack holds 3,000 characters, so a longer
 * article stands in several, parted at an empty line where nothing is lost when they are joined again; one that cannot be
 * parted is not edited in a chat.
 */
import type { ArticleText } from '../../domain/authoring';
import { wordsOfAudience } from '../../domain/audience';
import { LANGUAGES } from '../../domain/person';
import { cleanText } from '../../domain/text';
import type { Field, Form, Option, TextField } from '../card';
import type { ArticleIntent } from '../article-intents';
import type { Fields } from '../interaction';
import type { Say } from '../words';
import { audienceName, audienceOptions } from './audience';
import type { Read } from './forms';
import type { Reader } from './reader';

/** Slack's limit for a text input. https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const PART = 3000;
const PARTS = 3;
/** The longest text that can be edited in a chat, if it has empty lines to be parted at. */
export const CHAT_LIMIT = PART * PARTS;
/** As long as an article file may have it. */
const TITLE = 500;
const TAGS = 1000;
const REMARK = 2000;

const PART_NAMES = ['body', 'body2', 'body3'] as const;

/** The text for the inputs; null when it does not fit them. */
function partsOf(body: string): string[] | null {
  const parts: string[] = [];
  let rest = body;
  while (rest.length > PART) {
    const breaks = [...rest.slice(0, PART + 2).matchAll(/(?<=\S)\n\n(?=\S)/g)].map(({ index }) => index);
    const at = breaks.filter((index) => index <= PART).at(-1);
    if (at === undefined || parts.length === PARTS - 1) return null;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + 2);
  }
  return [...parts, rest];
}

/** @param text what stands in it already. @returns null when it is too long for a chat */
export function articleForm(
  intent: Extract<ArticleIntent, { kind: 'article-write' }>,
  text: ArticleText,
  reader: Reader,
): Form | null {
  const { say } = reader;
  const parts = partsOf(text.body);
  if (parts === null) return null;
  return {
    title: say(intent.articleId === null ? 'article.form.title.new' : 'article.form.title.edit'),
    submit: say('article.form.submit'),
    cancel: say('form.cancel'),
    missing: say('form.missing'),
    intent,
    fields: [
      {
        ...line('title', say('article.form.title'), TITLE, text.title),
        placeholder: say('article.form.title.placeholder'),
        optional: false,
      },
      ...bodyFields(parts, say),
      ...tagsField(text, say),
      choice('language', say('article.form.language'), languages(say), text.language ?? 'any'),
      choice('audience', say('article.form.audience'), audiencesFor(text.audience, reader), chosenFor(text, reader)),
    ],
  };
}

/** None when there are too many for an input: then they stay what they are. */
function tagsField({ tags }: ArticleText, say: Say): Field[] {
  const value = listOf(tags);
  if (value.length > TAGS) return [];
  const placeholder = say('article.form.tags.placeholder');
  return [{ ...line('tags', say('article.form.tags'), TAGS, value), placeholder }];
}

function listOf(tags: readonly string[]): string {
  return tags.join(', ');
}

/** One more than the text has, to write on. */
function bodyFields(parts: readonly string[], say: Say): Field[] {
  return PART_NAMES.slice(0, Math.min(PARTS, parts.length + 1)).map((name, index): Field => ({
    kind: 'text',
    name,
    label: say(index === 0 ? 'article.form.body' : 'article.form.body.more'),
    multiline: true,
    maxLength: PART,
    optional: index > 0,
    value: parts[index] ?? '',
    hint: index === 0 ? say('article.form.body.hint') : say('article.form.body.more.hint', { limit: PART }),
  }));
}

function line(name: string, label: string, maxLength: number, value: string): TextField {
  return { kind: 'text', name, label, multiline: false, maxLength, optional: true, value };
}

export function returnForm(intent: Extract<ArticleIntent, { kind: 'article-return' }>, title: string, say: Say): Form {
  return {
    title: say('article.return.title'),
    submit: say('article.return.submit'),
    cancel: say('form.cancel'),
    missing: say('form.missing'),
    intent,
    intro: title,
    fields: [
      {
        kind: 'text',
        name: 'text',
        label: say('article.return.text'),
        multiline: true,
        maxLength: REMARK,
        optional: false,
        hint: say('article.return.hint'),
      },
    ],
  };
}

function choice(name: string, label: string, options: readonly Option[], value: string): Field {
  return { kind: 'choice', name, label, optional: false, groups: [{ label: null, options }], value };
}

function languages(say: Say): Option[] {
  return [
    ...LANGUAGES.map((value) => ({ value, label: say(`article.language.${value}`) })),
    { value: 'any', label: say('article.language.any') },
  ];
}

/** The choice to leave an audience as it is: several are longer than a choice of Slack may be. */
const AS_IT_IS = 'as-it-is';

/** Several audiences at once are only given in a file; they stay what they are. */
function audiencesFor(own: string | undefined, reader: Reader): readonly Option[] {
  const audiences = audienceOptions(reader);
  const isKnown = own === undefined || audiences.some(({ value }) => value === own);
  return isKnown ? audiences : [...audiences, { value: AS_IT_IS, label: ownAudience(own, reader) }];
}

function chosenFor({ audience }: ArticleText, reader: Reader): string {
  return audiencesFor(audience, reader).some(({ value }) => value === audience) ? audience : AS_IT_IS;
}

/** What was chosen; undefined when it is nothing that could be. */
function audienceIn(fields: Fields, own: string | undefined, reader: Reader): string | undefined {
  // A form that was opened by an older version of this program names it whole.
  if (fields.audience !== undefined && fields.audience === own) return own;
  const chosen = audiencesFor(own, reader).find(({ value }) => value === fields.audience)?.value;
  return chosen === AS_IT_IS ? own : chosen;
}

/** A choice holds few words; the preview names them all. */
function ownAudience(audience: string, reader: Reader): string {
  const count = wordsOfAudience(audience).length;
  return count === 1 ? audienceName(audience, reader) : reader.say('article.audience.several', { count });
}

/** @param before what the article or draft says now; its address stays, its audience may */
export function readArticleForm(fields: Fields, before: ArticleText | null, reader: Reader): Read<ArticleText> {
  const { say } = reader;
  const title = cleanText(fields.title ?? '').replace(/\s+/g, ' ');
  const body = PART_NAMES.map((name) => paragraphsOf(fields[name] ?? ''))
    .filter((part) => part.trim() !== '')
    .join('\n\n')
    .trim();
  const language = LANGUAGES.find((known) => known === fields.language) ?? null;
  const audience = audienceIn(fields, before?.audience, reader);
  const errors = {
    ...missing({ title, body }, say),
    ...tooLong(fields, say),
    ...(audience === undefined ? { audience: say('form.choose') } : {}),
  };
  if (audience === undefined || Object.keys(errors).length > 0) return { ok: false, errors };
  const url = before?.url ?? null;
  return { ok: true, value: { title, body, tags: tagsIn(fields, before), language, audience, url } };
}

function missing(texts: Fields, say: Say): Record<string, string> {
  const empty = Object.entries(texts).filter(([, text]) => text === '');
  return Object.fromEntries(empty.map(([name]) => [name, say('form.missing')]));
}

/** The chats count as well; whoever forges a form does not. */
function tooLong(fields: Fields, say: Say): Record<string, string> {
  const limits = { title: TITLE, tags: TAGS, ...Object.fromEntries(PART_NAMES.map((name) => [name, PART])) };
  return Object.fromEntries(
    Object.entries(limits)
      .filter(([name, limit]) => (fields[name] ?? '').length > limit)
      .map(([name, limit]) => [name, say('form.too-long', { limit })]),
  );
}

export function readRemark(fields: Fields, say: Say): Read<string> {
  const text = cleanText(fields.text ?? '');
  if (text === '') return { ok: false, errors: { text: say('form.missing') } };
  if (text.length > REMARK) return { ok: false, errors: { text: say('form.too-long', { limit: REMARK }) } };
  return { ok: true, value: text };
}

/** As they were, when nobody changed them: one may have a comma in it. */
function tagsIn({ tags: text = '' }: Fields, before: ArticleText | null): string[] {
  const own = before?.tags ?? [];
  const shown = listOf(own);
  if (shown.length > TAGS || cleanText(shown) === cleanText(text)) return [...own];
  const tags = text.split(/[,;|]/).map((tag) => cleanText(tag).replace(/\s+/g, ' '));
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

/** Clean, but indented as it was: in Markdown that makes code. */
function paragraphsOf(text: string): string {
  return cleanText(`|${text}|`)
    .slice(1, -1)
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
}
