/**
 * What every renderer of cards needs so that whatever people typed fits a message: cutting from the middle, and finding the
 * addresses in a text. Pure; it knows no platform.
 */

/**
 * Cuts from the middle, marked by `mark`, until the parts fit: the beginning says what it is, the end what can be done. The
 * first and the last part always stay.
 * @param most parts, and characters of the parts as JSON
 */
export function fitMiddle<T>(parts: readonly T[], mark: T, most: { parts?: number; chars?: number }): T[] {
  const { parts: maxParts = Number.POSITIVE_INFINITY, chars: maxChars = Number.POSITIVE_INFINITY } = most;
  // Each part is measured once, with its comma: an article may have thousands of them.
  const sizes = new Map(parts.map((part) => [part, JSON.stringify(part).length + 1]));
  const sizeOf = (part: T | undefined): number => (part === undefined ? 0 : (sizes.get(part) ?? 0));
  let size = parts.reduce((sum, part) => sum + sizeOf(part), 1);
  if (parts.length <= maxParts && size <= maxChars) return [...parts];
  const front = parts.slice(0, Math.ceil(parts.length / 2));
  const back = parts.slice(front.length).reverse();
  size += JSON.stringify(mark).length + 1;
  while ((front.length + back.length + 1 > maxParts || size > maxChars) && front.length + back.length > 2) {
    size -= sizeOf(front.length >= back.length ? front.pop() : back.pop());
  }
  return [...front, mark, ...back.reverse()];
}

/** A stretch of text, an address that can be opened, or words that were looked for. */
export interface Piece {
  readonly text: string;
  readonly kind: 'text' | 'address' | 'found';
}

/**
 * The text in pieces; joined they are the text again. Only http and https addresses that can be read as such count, without
 * the punctuation after them.
 * @param maxAddresses each costs much of a message: a pasted log full of them must not fill it
 * @param found words that were looked for; those that follow each other are one piece
 */
export function piecesOf(text: string, maxAddresses: number, found: readonly string[] = []): Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  let addresses = 0;
  for (const piece of text.split(/(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}…])/)) {
    if (/^https?:\/\/./.test(piece) && URL.canParse(piece) && addresses < maxAddresses) {
      pieces.push(...wordsIn(plain, found), { text: piece, kind: 'address' });
      plain = '';
      addresses += 1;
    } else plain += piece;
  }
  return [...pieces, ...wordsIn(plain, found)];
}

function wordsIn(text: string, found: readonly string[]): Piece[] {
  if (text === '') return [];
  if (found.length === 0) return [{ text, kind: 'text' }];
  const word = `(?:${longestFirst(found).map(literally).join('|')})`;
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])(${word}(?: ${word})*)(?![\\p{L}\\p{N}\\p{Mn}])`, 'u');
  return text
    .split(whole)
    .map((piece, at): Piece => ({ text: piece, kind: at % 2 === 0 ? 'text' : 'found' }))
    .filter((piece) => piece.text !== '');
}

const longestFirst = (words: readonly string[]): string[] => [...words].sort((a, b) => b.length - a.length);
const literally = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
