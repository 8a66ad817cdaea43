/** Words that stand out in a terminal. */
import { piecesOf } from '../chat/fitting';

/** https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters */
const BOLD = '\u001b[1m';
const NOT_BOLD = '\u001b[22m';

/** @param found words of the text @param isTerminal whether it is read there: a file or a pipe gets the text as it is */
export function emphasised(text: string, found: readonly string[], isTerminal: boolean): string {
  if (!isTerminal) return text;
  return piecesOf(text, 0, found)
    .map((piece) => (piece.kind === 'found' ? `${BOLD}${piece.text}${NOT_BOLD}` : piece.text))
    .join('');
}
