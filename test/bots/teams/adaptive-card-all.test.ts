/**
 * Every card and form of the product, in every state and language, with plain, hostile and very long words, as Teams gets it:
 * valid, small enough, nothing read as markup, and nothing that people typed changed.
 */
import { renderCard, renderText } from '../../../bots/teams/adaptive-card';
import { readData, renderForm } from '../../../bots/teams/form-card';
import type { Form } from '../../../src/chat/card';
import { readerOf } from '../../../src/chat/cards/reader';
import { decodeIntent, encodeIntent, opensForm } from '../../../src/chat/interaction';
import { LANGUAGES } from '../../../src/domain/person';
import { cut } from '../../../src/domain/text';
import { cardsOf, expectedOn, formsOf, NAMES } from '../../chat/every-card';
import { WORDS } from '../../chat/every-ticket';
import { nodesIn, problemsOf, shownBy } from './card-check';

const cases = LANGUAGES.flatMap((language) =>
  Object.entries(WORDS).map(([words, typed]) => ({ language, words, typed })),
);

const typedInto = (form: Form, text: string): Record<string, string> =>
  Object.fromEntries(form.fields.map(({ name }) => [name, text]));
const wrongWith = (form: Form, text: string): Record<string, string> => ({
  ...typedInto(form, text),
  'not a field': text,
});

describe.each(cases)('in $language, with $words words', ({ language, words, typed }) => {
  const reader = readerOf(language, NAMES);
  const cards = Object.entries(cardsOf(typed, reader)).map(([name, card]) => ({ name, card, drawn: renderCard(card) }));
  const forms = Object.entries(formsOf(typed, reader)).flatMap(([name, form]) =>
    [true, false].map((fallback) => ({ name, form, drawn: renderForm(form, { nonce: 'n1', fallback }) })),
  );
  const again = forms.map(({ name, form }) => {
    const how = { nonce: 'n2', typed: typedInto(form, typed.words), errors: wrongWith(form, typed.name) };
    return { name, form, drawn: renderForm(form, { ...how, fallback: true }) };
  });

  it('every card is valid and within the limits', () => {
    expect(cards.flatMap(({ name, drawn }) => problemsOf(drawn).map((problem) => `${name}: ${problem}`))).toEqual([]);
    expect(cards.length).toBeGreaterThan(150);
  });

  it('every form is, in a dialog and in a chat, opened and opened again', () => {
    const drawn = [...forms, ...again];
    expect(drawn.flatMap((each) => problemsOf(each.drawn).map((problem) => `${each.name}: ${problem}`))).toEqual([]);
    expect(drawn.length).toBeGreaterThan(90);
  });

  it('every notification is one line of words', () => {
    const lines = cards.map(({ card }) => renderText(card));
    expect(lines.filter((line) => line.trim() === '' || /\n|\{\{/.test(line))).toEqual([]);
  });

  it('every button says what it does, under the same label as everywhere', () => {
    for (const { card, drawn } of cards) {
      const items = card.parts.flatMap((part) => (part.kind === 'item' && part.button ? [part.button] : []));
      const wanted = [...(card.menu ?? []), ...items, ...card.actions];
      const pressed = nodesIn(drawn)
        .filter(({ type }) => /^Action\.(Submit|Execute)$/.test(type))
        .filter((node, at, all) => all[at - 1]?.fallback !== node);
      const intents = wanted.flatMap((button) => ('intent' in button ? [button.intent] : []));
      expect(pressed.map(({ data }) => readData(data).intent)).toEqual(
        intents.map((intent) => decodeIntent(encodeIntent(intent))),
      );
      for (const { type, data } of pressed) {
        const { intent, nonce } = readData(data);
        expect(nonce).toBeNull();
        expect(type).toBe(opensForm(intent) || intent.kind === 'read' ? 'Action.Submit' : 'Action.Execute');
      }
    }
  });

  it('a filled in form comes back as typed', () => {
    for (const { form, drawn } of again) {
      const inputs = nodesIn(drawn).filter(({ type }) => type === 'Input.Text');
      const texts = form.fields.filter((field) => field.kind === 'text');
      expect(inputs.map(({ id, value }) => ({ id, value }))).toEqual(
        texts.map(({ name, maxLength }) => ({ id: `f_${name}`, value: cut(typed.words, maxLength) })),
      );
      const data = nodesIn(drawn).find(({ type }) => type === 'Action.Execute')!.data as object;
      const values = Object.fromEntries(inputs.map(({ id }) => [id, typed.words]));
      const { intent, nonce } = readData({ ...data, ...values });
      expect(nonce).toBe('n2');
      if (opensForm(form.intent)) {
        expect(intent).toMatchObject({
          kind: form.intent.kind,
          fields: Object.fromEntries(texts.map(({ name }) => [name, typed.words])),
        });
      }
    }
  });

  if (!words.startsWith('long')) {
    it('what was typed is shown as typed', () => {
      const lacking = cards.filter(({ name, drawn }) => {
        const shown = shownBy(drawn);
        return expectedOn(name, typed).some((text) => !shown.includes(text));
      });
      expect(lacking.map(({ name }) => name)).toEqual([]);
    });
  } else {
    it('a ticket’s summary and details are shown whole', () => {
      const lacking = cards
        .filter(({ name }) => /^(ticket|status) /.test(name) && !name.startsWith('ticket is'))
        .filter(({ card, drawn }) => {
          const shown = shownBy(drawn);
          const quoted = card.parts.flatMap((part) => (part.kind === 'quote' ? [part.text] : []));
          return ![typed.subject, ...quoted].every((text) => shown.includes(text));
        });
      expect(lacking.map(({ name }) => name)).toEqual([]);
    });
  }
});
