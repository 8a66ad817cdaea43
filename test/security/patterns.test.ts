/**
 * No words make a pattern run away: everything that people send goes through these doors, and the nastiest 50,000 characters
 * of each kind are through in a moment. A pattern that looks back once for each character would take minutes.
 */
// ASVS 5.0 v5.0.0-1.3.12 (regular expressions free of exponential backtracking)
import { Writable } from 'node:stream';
import { fromCommand, fromMessage, mentionedIn, withNames } from '../../bots/slack/interaction';
import { renderCard as slackCard } from '../../bots/slack/block-kit';
import { renderCard as teamsCard, renderText } from '../../bots/teams/adaptive-card';
import { textOfHtml, textOfPlain } from '../../bots/teams/typed-text';
import type { Card } from '../../src/chat/card';
import { cardText } from '../../src/chat/card-text';
import { decodeIntent } from '../../src/chat/interaction';
import { readArticleForm } from '../../src/chat/cards/article-form';
import { readOpenForm, readWords } from '../../src/chat/cards/forms';
import { readerOf } from '../../src/chat/cards/reader';
import { commanded, spoken, typed } from '../../src/chat/spoken';
import { DEFAULT_CATEGORIES } from '../../src/domain/category';
import { slugOf } from '../../src/domain/authoring';
import { cleanText, QUESTION_LIMIT, titleOf, wholeText } from '../../src/domain/text';
import { isThanks } from '../../src/domain/ticket';
import { parseArticles } from '../../src/knowledge/article-formats';
import { createKnowledgeIndex } from '../../src/knowledge/knowledge-index';
import { detectLanguage } from '../../src/knowledge/words';
import { logTo } from '../../src/log';

const LENGTH = 50_000;
/** A moment; at the square of the length it would be much more. */
const MOMENT_MS = 500;
/** Whoever was held up by a busy machine was not held up each time. */
const TRIES = 3;

const PIECES = [
  ...[
    ' ',
    '\n',
    '\t',
    'a',
    'ż',
    '&',
    '<',
    '>',
    '*',
    '_',
    '`',
    '-',
    '=',
    '#',
    '|',
    '@',
    '.',
    ':',
    '/',
    '(',
    '[',
    '!',
    '"',
  ],
  ...[
    'a ',
    ' \n',
    '\n\n',
    'a.',
    'a@',
    'a@a.',
    '<@',
    '<@U',
    '<!',
    '<http:',
    '<a',
    '<a ',
    '<at>',
    '</',
    '<p>',
    '&#',
    '&lt;',
  ],
  ...[
    '&#x',
    'http://',
    'https://a',
    '://',
    '[a](',
    '![',
    '**',
    '__',
    '```',
    '~~',
    '- ',
    '> ',
    '1. ',
    '# ',
    '---\n',
    '| ',
  ],
  ...[
    'very much ',
    ' *a',
    ' _a',
    "Duplicate entry '",
    'Incorrect ',
    'thanks ',
    'ok, ',
    'article ',
    'note: ',
    '0x8007 ',
    'a-',
    'A1',
    'ab',
    '\u0301',
    '\u200b',
    '👩‍💻',
    '{{',
    '{a,',
  ],
];

const WORDS = PIECES.flatMap((piece) => {
  const long = piece.repeat(Math.ceil(LENGTH / piece.length));
  return [`${long}!`, `article new ${long}`];
});

const reader = readerOf('en', { categories: DEFAULT_CATEGORIES, lines: [], groups: [] });
const SELF = { userId: 'U0BOT', botId: 'B0BOT' };
const person = { user_id: 'U0NORA', user_name: 'nora', channel_id: 'C0', trigger_id: '1', team_id: 'T0' };

const cardWith = (text: string): Card => ({
  title: text,
  summary: text,
  parts: [
    { kind: 'text', text },
    { kind: 'quote', text },
    { kind: 'item', title: text, text },
    { kind: 'list', ordered: false, items: [text] },
    { kind: 'facts', facts: [{ label: text, value: text }] },
  ],
  actions: [{ label: text, intent: { kind: 'help' } }],
});

const index = createKnowledgeIndex();
const log = logTo('info', new Writable({ write: (_chunk, _encoding, done) => done() }));

const DOORS: Record<string, (text: string) => unknown> = {
  'cleaning words': (text) => [cleanText(text), titleOf(text), wholeText(text, text), slugOf(text)],
  'telling thanks from more': isThanks,
  'telling a language': detectLanguage,
  'a typed command': (text) => [spoken(text, 'mention'), commanded(text, 'command'), typed(text, 'direct-message')],
  'a command of Slack': (text) => fromCommand({ ...person, command: '/helpdesk', text } as never),
  'a message of Slack': (text) =>
    fromMessage(
      { type: 'message', channel: 'D0', channel_type: 'im', user: 'U0', ts: '1.1', text } as never,
      'T0',
      SELF,
      1,
    ),
  'mentions in Slack': (text) => [mentionedIn(text), withNames(text, new Map([['U0', text]]))],
  'the value of a button': (text) => decodeIntent(text),
  'a message of Teams': (text) => [textOfHtml(text), textOfPlain(text)],
  'a form': (text) => [
    readOpenForm({ subject: text, details: text, priority: text, category: text }, reader),
    readWords({ text }, false, reader.say),
    readArticleForm({ title: text, body: text, body2: text, tags: text }, null, reader),
  ],
  'a question': (text) =>
    index.suggest(cleanText(text).slice(0, QUESTION_LIMIT), {
      limit: 3,
      language: 'en',
      audience: new Set(['everyone']),
    }),
  // No longer words than a question's are kept.
  'a card in Slack': (text) => slackCard(cardWith(text.slice(0, QUESTION_LIMIT))),
  'a card in Teams': (text) => [teamsCard(cardWith(text.slice(0, QUESTION_LIMIT))), renderText(cardWith(text))],
  'a card as text': (text) => cardText(cardWith(text.slice(0, QUESTION_LIMIT))),
  'a log line': (text) => log.error({ err: new Error(text), place: text }, 'a fault'),
  'an article file': (text) => ['.md', '.jsonl', '.csv'].map((kind) => parseArticles(text.slice(0, 10_000), kind, 'a')),
  'front matter': (text) => parseArticles(`---\n${text.slice(0, 10_000)}`, '.md', 'a'),
};

beforeAll(async () => {
  await index.load([
    { id: 'vpn', title: 'VPN drops', body: 'Use TCP.', tags: [], language: 'en', audience: 'everyone', url: null },
  ]);
});

function msOf(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

it.each(Object.entries(DOORS))('%s', (_what, door) => {
  const slow = WORDS.flatMap((text) => {
    let ms = Infinity;
    for (let tried = 0; tried < TRIES && ms > MOMENT_MS; tried += 1)
      ms = Math.min(
        ms,
        msOf(() => door(text)),
      );
    return ms > MOMENT_MS ? [`${JSON.stringify(text.slice(0, 24))}: ${Math.round(ms)} ms`] : [];
  });

  expect(slow).toEqual([]);
});
