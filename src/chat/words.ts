/**
 * Every sentence a person reads, by key and language. The catalogues in `words/` are ICU messages
 * (https://unicode-org.github.io/icu/userguide/format_parse/messages/): plural forms are the language's own.
 */
import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from '../domain/person';
import { en } from './words/en';
import { pl } from './words/pl';

export type WordKey = keyof typeof en;
type WordValues = Readonly<Record<string, string | number>>;

/** Says one sentence in one language. */
export type Say = (key: WordKey, values?: WordValues) => string;

const CATALOGUES: Readonly<Record<Language, Readonly<Record<WordKey, string>>>> = { en, pl };
const compiled = new Map<string, IntlMessageFormat>();

/** The voice of one language. */
export function sayIn(language: Language): Say {
  return (key, values) => {
    const id = `${language}:${key}`;
    let message = compiled.get(id);
    if (message === undefined) {
      // Tags off: a title such as "<b>" is text, here and everywhere.
      message = new IntlMessageFormat(CATALOGUES[language][key], language, undefined, { ignoreTag: true });
      compiled.set(id, message);
    }
    return String(message.format(values));
  };
}
