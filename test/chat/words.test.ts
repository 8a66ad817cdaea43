import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sayIn } from '../../src/chat/words';
import type { WordKey } from '../../src/chat/words';
import { en } from '../../src/chat/words/en';
import { pl } from '../../src/chat/words/pl';

const CATALOGUES: Record<string, Record<string, string>> = { en, pl };
/** What a field of one line shows on a card of 430 pixels; what is longer is cut off. */
const FIELD_CHARS = 50;
const KEYS = Object.keys(en) as WordKey[];

function walk(elements: MessageFormatElement[], visit: (element: MessageFormatElement) => void): void {
  for (const element of elements) {
    visit(element);
    if (element.type === TYPE.plural || element.type === TYPE.select) {
      for (const option of Object.values(element.options)) walk(option.value, visit);
    }
  }
}

function placeholders(message: string): string[] {
  const names = new Set<string>();
  walk(parse(message, { ignoreTag: true }), (element) => {
    if (element.type !== TYPE.literal && element.type !== TYPE.pound) names.add(element.value);
  });
  return [...names].sort();
}

describe.each(Object.entries(CATALOGUES))('the catalogue %s', (language, catalogue) => {
  it('has every sentence, and no other', () => {
    expect(Object.keys(catalogue).sort()).toEqual([...KEYS].sort());
  });

  it('says nothing empty', () => {
    expect(KEYS.filter((key) => catalogue[key]?.trim() === '')).toEqual([]);
  });

  it('has examples that fit a field of the narrowest card', () => {
    const inLine = KEYS.filter((key) => key.endsWith('.placeholder') && !key.includes('details'));
    const tooLong = inLine.filter((key) => (catalogue[key]?.length ?? 0) > FIELD_CHARS);

    expect(tooLong).toEqual([]);
  });

  it('has the same placeholders as English', () => {
    const different = KEYS.filter((key) => placeholders(catalogue[key] ?? '').join() !== placeholders(en[key]).join());

    expect(different).toEqual([]);
  });

  it('has every plural form of its language', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories.sort();
    const lacking = KEYS.filter((key) => {
      let complete = true;
      walk(parse(catalogue[key] ?? '', { ignoreTag: true }), (element) => {
        if (element.type !== TYPE.plural) return;
        const given = Object.keys(element.options).filter((form) => !form.startsWith('='));
        complete &&= given.sort().join() === forms.join();
      });
      return !complete;
    });

    expect(lacking).toEqual([]);
  });
});

it.each([
  [1, 'Czeka 1 zgłoszenie'],
  [2, 'Czekają 2 zgłoszenia'],
  [5, 'Czeka 5 zgłoszeń'],
  [12, 'Czeka 12 zgłoszeń'],
  [22, 'Czekają 22 zgłoszenia'],
  [104, 'Czekają 104 zgłoszenia'],
  [112, 'Czeka 112 zgłoszeń'],
])('counts %i tickets in Polish as people do', (count, words) => {
  expect(sayIn('pl')('queue.summary', { count })).toBe(words);
});

it('says what a person typed as they typed it', () => {
  expect(sayIn('en')('tell.wrote', { name: "<b>O'Neil</b> {x}" })).toBe("<b>O'Neil</b> {x} wrote");
});

it('every sentence is said somewhere', () => {
  const sources = ['src', 'bots', 'sandbox']
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
    .filter((path) => path.endsWith('.ts') && !path.includes('words/'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const unused = KEYS.filter((key) => {
    const stem = key.slice(0, key.lastIndexOf('.') + 1);
    return (
      !sources.includes(`'${key}'`) &&
      !sources.includes(`\`${stem}\${`) &&
      !sources.includes(`\`${key.split('.')[0]}.\${`)
    );
  });

  expect(unused).toEqual([]);
});
