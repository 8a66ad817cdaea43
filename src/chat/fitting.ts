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

/** A stretch of text, or an address that can be opened. */
export interface Piece {
  readonly text: string;
  readonly isAddress: boolean;
}

/**
 * The text in pieces; joined they are the text again. Only http and https addresses that can be read as such count, without
 * the punctuation after them.
 * @param maxAddresses each costs much of a message: a pasted log full of them must not fill it
 */
export function piecesOf(text: string, maxAddresses: number): Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  let addresses = 0;
  for (const piece of text.split(/(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?)\]}…])/)) {
    if (/^https?:\/\/./.test(piece) && URL.canParse(piece) && addresses < maxAddresses) {
      if (plain !== '') pieces.push({ text: plain, isAddress: false });
      pieces.push({ text: piece, isAddress: true });
      plain = '';
      addresses += 1;
    } else plain += piece;
  }
  return plain === '' ? pieces : [...pieces, { text: plain, isAddress: false }];
}
