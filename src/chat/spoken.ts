/** What words typed to the bot ask for, the same in every chat: a known word, help, or a question. Pure. */
import type { Address } from '../domain/person';
import { phrasesIn } from '../domain/text';
import { isThanks } from '../domain/ticket';
import type { Intake } from '../domain/ticket';
import { aboutArticles } from './article-intents';
import type { Intent } from './interaction';

/** How words can reach the bot. */
export type SpokenIntake = Extract<Intake, 'command' | 'direct-message' | 'mention'>;

const SUB_COMMANDS: ReadonlyMap<string, 'mine' | 'queue' | 'summary' | 'help' | 'open'> = new Map([
  ['mine', 'mine'],
  ['moje', 'mine'],
  ['my tickets', 'mine'],
  ['moje zgłoszenia', 'mine'],
  ['open a ticket', 'open'],
  ['new ticket', 'open'],
  ['otwórz zgłoszenie', 'open'],
  ['nowe zgłoszenie', 'open'],
  ['queue', 'queue'],
  ['kolejka', 'queue'],
  ['summary', 'summary'],
  ['podsumowanie', 'summary'],
  ['help', 'help'],
  ['pomoc', 'help'],
]);

/** What people say before they ask, or in place of it. */
const GREETING =
  /^(?:h(?:i|ello|ey)(?: there)?|good (?:morning|afternoon|evening)|cze[sś][cć]|hej(?:ka)?|witam|dzie[nń] dobry|dobry wiecz[oó]r|help(?: me)?|i need help|pomoc(?:y)?|potrzebuj[eę] pomocy|i have a (?:question|problem)|mam (?:pytanie|problem)|are you there|jeste[sś] tam|halo)$/;

/** What these words alone ask for, whatever stands after them; null when they are none of those known. */
function subCommand(text: string, intake: SpokenIntake): Intent | null {
  const known = SUB_COMMANDS.get(phrasesIn(text).join(','));
  if (known === undefined) return null;
  return known === 'open' ? { kind: known, inquiryId: null, intake } : { kind: known };
}

/** No word for the bot and no pleasantry is longer; to take a pasted log apart would only cost time. */
const LONGEST = 1000;
const LETTER = /[\p{L}\p{N}]/u;

/** Pleasantries are no question, and a report of them no gap in the articles; null for whatever is more than that. */
function pleasantry(text: string): Intent | null {
  const phrases = phrasesIn(text).filter((phrase) => !GREETING.test(phrase.replace(/ +/g, ' ')));
  if (phrases.length === 0) return { kind: 'help' };
  return isThanks(text) || isThanks(phrases.join(',')) ? { kind: 'thanks' } : null;
}

/** What stands between the bot's name and the words: "@Helpdesk, my vpn drops". */
const AFTER_A_NAME = /^(?:[,;]|:(?=\s))\s*/;

/** A command or option that nobody knows; a list, a forwarded mail, "-5" and words about a path begin alike. */
const MISTYPED = /^(?:\/(?:\S*$|[^/\s]*\s)|-[\p{L}-]*$)/u;

/**
 * A sub-command, a mistyped one (help), nothing (help), a pleasantry, or a question.
 * @param answerTo where the answer to a question is posted when it cannot be given on the spot
 */
export function spoken(said: string, intake: SpokenIntake, answerTo?: Address): Intent {
  const text = said.replace(AFTER_A_NAME, '');
  if (text === '' || MISTYPED.test(text)) return { kind: 'help' };
  const mayBeKnown = text.length <= LONGEST || !LETTER.test(text);
  const known = (mayBeKnown ? (subCommand(text, intake) ?? pleasantry(text)) : null) ?? aboutArticles(text);
  return known ?? { kind: 'ask', text, intake, ...(answerTo === undefined ? {} : { answerTo }) };
}

/** What follows the command's own name: nothing opens the form, anything else is what it is anywhere. */
export function commanded(text: string, intake: SpokenIntake, answerTo?: Address): Intent {
  return text === '' ? { kind: 'open', inquiryId: null, intake } : spoken(text, intake, answerTo);
}

/**
 * Where the command has to be typed as words: `/helpdesk mine`, `helpdesk my vpn drops`, `/mine`, or no command at all.
 * @param intake how the words came when no slash says that it was a command
 */
export function typed(text: string, intake: SpokenIntake, answerTo?: Address): Intent {
  const named = /^(\/?)helpdesk(?![\p{L}\p{N}_-])\s*/iu.exec(text);
  if (named !== null) return commanded(text.slice(named[0].length), named[1] === '/' ? 'command' : intake, answerTo);
  const word = text.slice(1);
  const bare = text.startsWith('/') ? (subCommand(word, 'command') ?? aboutArticles(word)) : null;
  return bare ?? spoken(text, intake, answerTo);
}
