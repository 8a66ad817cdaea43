/**
 * Every card and form of the product, in every state and language, with plain, hostile and very long words, as Slack gets
 * it: nothing that Slack would refuse, nothing that it would read as markup, and none of our own words cut.
 */
import { renderCard } from '../../bots/slack/block-kit';
import { renderAgain, renderCardModal, renderForm, renderWaiting } from '../../bots/slack/modal';
import { checkBlocks, checkView } from '../../sandbox/slack/block-kit-check';
import { noticeCard } from '../../src/chat/cards/list-cards';
import { readerOf } from '../../src/chat/cards/reader';
import { WORD_FIELDS } from '../../src/chat/reply-card';
import { en } from '../../src/chat/words/en';
import { pl } from '../../src/chat/words/pl';
import { LANGUAGES } from '../../src/domain/person';
import { answers, cardsOf, expectedOn, formsOf, NAMES, notices } from './every-card';
import type { Typed } from './every-ticket';
import { PLAIN, WORDS } from './every-ticket';

interface TextObject {
  readonly type: string;
  readonly text: string;
}

/** Everything in a rendering that has a text, by where it stands. */
function textsIn(node: unknown, where = ''): (TextObject & { where: string })[] {
  if (Array.isArray(node)) return node.flatMap((each) => textsIn(each, where));
  if (typeof node !== 'object' || node === null) return [];
  const { type, text } = node as { type?: unknown; text?: unknown };
  const own = typeof text === 'string' ? [{ type: String(type), text, where }] : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => textsIn(value, `${where}/${key}`))];
}

/** A field that is a mention or a date of ours, below its label. */
const OURS = /^\*[^*\n<>]+\*\n(?:<@[UW][A-Z0-9]+>|<!date\^\d+\^[^<>|]+\|[^<>|]+>)$/;

/** What Slack would read as markup or mention, apart from our own. */
function unescaped(rendered: { text?: string }): string[] {
  const marked = textsIn(rendered).filter(({ type }) => type === 'mrkdwn');
  const texts = [...marked.map(({ text }) => text), ...(rendered.text === undefined ? [] : [rendered.text])];
  return texts.filter((text) => !OURS.test(text) && /[<>]|&(?!(?:amp|lt|gt);)/.test(text));
}

/** In rich text a space may stand between two links. */
const blank = (rendered: object): string[] =>
  textsIn(rendered).flatMap(({ type, where, text }) => (type !== 'text' && text.trim() === '' ? [where] : []));

/** All that a rendering shows, each text on a line, as a person reads it. */
function shownBy(rendered: object): string {
  const lines: string[] = [];
  JSON.stringify(rendered, (_key, value: unknown) => {
    const element = value as { type?: string; text?: unknown; elements?: { text?: string; url?: string }[] } | null;
    if (typeof element !== 'object' || element === null) return value;
    if (/^rich_text_(section|quote)$/.test(element.type ?? ''))
      lines.push((element.elements ?? []).map((part) => part.text ?? part.url ?? '').join(''));
    if (typeof element.text === 'string') lines.push(element.type === 'plain_text' ? element.text : read(element.text));
    return value;
  });
  return lines.join('\n');
}

const read = (mrkdwn: string): string => mrkdwn.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** Our words end in "…" only where the catalogue says so. */
const ELLIPSES = new Set([...Object.values(en), ...Object.values(pl)].filter((words) => words.endsWith('…')));
const isCut = (text: string): boolean => text.endsWith('…') && !ELLIPSES.has(text);

/** Texts on buttons, menus and inputs, which are ours, but for the titles of articles to choose from. */
function labelsOf(rendered: object, typed: Typed): string[] {
  const elements = textsIn(rendered).filter(({ where }) =>
    /\/(elements|accessory|label|hint|placeholder|options|submit|close)\/text$|\/(label|hint|placeholder|submit|close)$/.test(
      where,
    ),
  );
  return elements.map(({ text }) => text).filter((text) => !text.startsWith(typed.title.slice(0, 40)));
}

const cases = LANGUAGES.flatMap((language) =>
  Object.entries(WORDS).map(([words, typed]) => ({ language, words, typed })),
);

describe.each(cases)('in $language, with $words words', ({ language, words, typed }) => {
  const reader = readerOf(language, NAMES);
  const cards = Object.entries(cardsOf(typed, reader));
  const forms = Object.entries(formsOf(typed, reader));
  const messages = cards.map(([name, card]) => ({ name, card, message: renderCard(card) }));
  const modals = [
    ...cards.map(([name, card]) => ({ name, view: renderCardModal(card, 'https://hooks.slack.example/1') })),
    ...forms.map(([name, form]) => ({ name: `form ${name}`, view: renderForm(form, 'https://hooks.slack.example/1') })),
    { name: 'waiting', view: renderWaiting(reader.say, reader.say('wait.text')) },
    { name: 'done', view: renderWaiting(reader.say, reader.say('wait.done')) },
    { name: 'still working', view: renderWaiting(reader.say, reader.say('trouble.still-working')) },
  ];

  it('Slack takes every card as a message', () => {
    const problems = messages.flatMap(({ name, message }) =>
      checkBlocks(message.blocks, 'message').map((problem) => `${name}: ${problem}`),
    );

    expect(problems).toEqual([]);
    expect(messages.length).toBeGreaterThan(100);
  });

  it('Slack takes every card and form as a modal', () => {
    const problems = modals.flatMap(({ name, view }) => checkView(view).map((problem) => `${name}: ${problem}`));

    expect(problems).toEqual([]);
    expect(forms.length).toBeGreaterThan(30);
  });

  it('Slack takes every form again with what is wrong above it', () => {
    const problems = forms.flatMap(([name, form]) => {
      const { title, submit, close, ...view } = renderForm(form, null);
      const errors = { text: reader.say('form.missing'), subject: reader.say('form.too-long', { limit: 2000 }) };
      const again = { ...view, title, submit: submit!, close: close!, callback_id: '', private_metadata: '' };
      return checkView(renderAgain({ ...again, state: { values: {} } }, errors)).map(
        (problem) => `${name}: ${problem}`,
      );
    });

    expect(problems).toEqual([]);
  });

  it('no text is empty, and every message says something to a notification', () => {
    expect(messages.filter(({ message }) => message.text.trim() === '').map(({ name }) => name)).toEqual([]);
    expect(messages.flatMap(({ name, message }) => blank(message).map((where) => `${name} ${where}`))).toEqual([]);
    expect(modals.flatMap(({ name, view }) => blank(view).map((where) => `${name} ${where}`))).toEqual([]);
  });

  it('nothing anybody typed is read as markup', () => {
    expect(messages.flatMap(({ message }) => unescaped(message))).toEqual([]);
    expect(modals.flatMap(({ view }) => unescaped({ blocks: view.blocks } as object))).toEqual([]);
  });

  it('none of our titles, buttons and labels is cut', () => {
    expect(messages.flatMap(({ message }) => labelsOf(message, typed).filter(isCut))).toEqual([]);
    expect(modals.flatMap(({ view }) => labelsOf(view, typed).filter(isCut))).toEqual([]);
    expect(forms.flatMap(([name, form]) => (isCut(renderForm(form, null).title.text) ? [name] : []))).toEqual([]);
  });

  if (!words.startsWith('long')) {
    it('what was typed is shown as typed', () => {
      const lacking = messages.filter(({ name, message }) => {
        const shown = shownBy(message);
        return expectedOn(name, typed).some((text) => !shown.includes(text));
      });

      expect(lacking.map(({ name }) => name)).toEqual([]);
    });
  } else {
    it('a ticket’s summary is shown whole', () => {
      const lacking = messages
        .filter(({ name }) => /^(ticket|status) /.test(name) && !name.startsWith('ticket is'))
        .filter(({ message }) => !shownBy(message).includes(typed.subject));

      expect(lacking.map(({ name }) => name)).toEqual([]);
    });
  }
});

it('every field for words is known by its name, so that what was typed can be given back', () => {
  const names = Object.values(formsOf(PLAIN, readerOf('en', NAMES))).flatMap(({ fields }) =>
    fields.flatMap(({ kind, name }) => (kind === 'text' ? [name] : [])),
  );

  expect([...new Set(names)].sort()).toEqual([...WORD_FIELDS].sort());
});

it('a short notice is read aloud as sentences', () => {
  const [en, pl] = LANGUAGES.map((language) => notices(PLAIN, readerOf(language, NAMES)));

  expect(en?.['no: already-yours ']?.summary).toBe('That did not work. This ticket is already yours.');
  expect(pl?.['no: already-yours ']?.summary).toBe('To się nie udało. To zgłoszenie jest już Twoje.');
  expect(en?.['a thank-you']?.summary).toBe('Glad to help! If anything else comes up, just ask.');
  expect(en?.['still working']?.summary).toBe(en?.['still working']?.summary.trim());
  expect(noticeCard('Noted', '').summary).toBe('Noted');
});

it('the titles of what opens in a modal are whole', () => {
  const cut = LANGUAGES.flatMap((language) => {
    const reader = readerOf(language, NAMES);
    const shown = { ...notices(PLAIN, reader), thanks: answers(PLAIN, reader)['thanks']! };
    return Object.entries(shown).flatMap(([name, card]) =>
      isCut(renderCardModal(card, null).title.text) ? [name] : [],
    );
  });

  expect(cut).toEqual([]);
});
