/** What becomes of the words people type before they are kept: every database and chat must be able to show them again. */

/** A question longer than this is cut; Slack lets people type 40,000 characters, a question needs fewer. */
export const QUESTION_LIMIT = 10_000;
/** A card's title shows it whole, with the number before it: Slack's header holds 150 characters. */
export const SUBJECT_LIMIT = 130;
/** Slack's limit for a text input. */
export const DETAILS_LIMIT = 3000;

/**
 * NFC, without null bytes, other control characters (line breaks and tabs stay) and half surrogates, trimmed. Null bytes
 * blind SQLite's LIKE, half surrogates come back differently from each database.
 */
export function cleanText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // eslint-disable-next-line no-control-regex -- control characters are what it removes
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '')
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
      .normalize('NFC')
      .trim()
  );
}

/** At most `limit` UTF-16 units, ending in "…" when something was left out, never inside a character. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A picture, as some chats write it: ":pray:", ":+1::skin-tone-2:". */
const EMOJI_NAME = /:[\p{L}\p{N}_+'-]{1,100}:/gu;

/** What stands between pictures and punctuation, in small letters. */
export function phrasesIn(text: string): string[] {
  const parts = text
    .toLowerCase()
    .replace(EMOJI_NAME, ',')
    .split(/[^\p{L}\p{N} ]+/u);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** One line for a title: the first line or sentence of a longer text. */
export function titleOf(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? '';
  return cut(line.trim().replace(/\s+/g, ' '), SUBJECT_LIMIT);
}

/** A form that opens at once holds at least so much of a question: Slack carries 2,000 characters, some of them twice. */
export const FORM_HOLDS = 800;

/** What a form could not hold of a question comes back, unless somebody wrote something else there. */
export function wholeText(held: string, question: string): string {
  const start = held.replace(/…$/, '');
  return start.length >= FORM_HOLDS && question.startsWith(start) ? question : held;
}
