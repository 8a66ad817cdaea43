/**
 * Slack's mrkdwn → a tree, pure. The order matters: markup is found in the text as it was sent, and `&lt; &gt; &amp;` become
 * plain characters only in the leaves, so what was escaped is never markup. What was *not* escaped pings, here as in Slack:
 * that is how a fault in the bot's escaping is seen. https://docs.slack.dev/messaging/formatting-message-text
 */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike' | 'code'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly url: string; readonly text: string }
  | { readonly kind: 'user' | 'channel'; readonly id: string }
  /** Rings people: `channel`, `here`, `everyone`, or the id of a user group. */
  | { readonly kind: 'ping'; readonly name: string }
  | {
      readonly kind: 'date';
      readonly epochSeconds: number;
      readonly format: string;
      readonly fallback: string;
      readonly url: string | null;
    };

export type Block =
  | { readonly kind: 'line'; readonly children: readonly Inline[] }
  | { readonly kind: 'quote'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'pre'; readonly text: string };

/** @param autolink whether bare addresses become links, as Slack does unless the text is `verbatim` */
export function parseMrkdwn(source: string, autolink = true): Block[] {
  return source.split(/```\n?([^]*?)```/).flatMap((piece, index): Block[] => {
    if (index % 2 === 1) return [{ kind: 'pre', text: decode(piece.replace(/\n$/, '')) }];
    const trimmed = piece.replace(index > 0 ? /^\n/ : /^$/, '');
    return trimmed === '' ? [] : parseLines(trimmed, autolink);
  });
}

/** Text without markup, for one line that says what a message is. */
export function plainOf(source: string): string {
  return decode(source.replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_, target: string, label?: string) => label ?? target));
}

/** The three entities, each once: `&amp;lt;` is the text `&lt;`. */
export function decode(text: string): string {
  return text.replace(/&(lt|gt|amp);/g, (_, name: string) => (name === 'lt' ? '<' : name === 'gt' ? '>' : '&'));
}

/** The address when it may be opened by a click; null for `javascript:` and the like. */
export function safeUrl(url: string): string | null {
  return /^(https?:\/\/|mailto:|tel:)/i.test(url) ? url : null;
}

function parseLines(text: string, autolink: boolean): Block[] {
  const blocks: Block[] = [];
  for (const line of text.split('\n')) {
    const quoted = /^> ?(.*)$/.exec(line)?.[1];
    const previous = blocks.at(-1);
    if (quoted === undefined) blocks.push({ kind: 'line', children: parseInline(line, autolink) });
    else if (previous?.kind === 'quote') blocks[blocks.length - 1] = joined(previous, parseInline(quoted, autolink));
    else blocks.push({ kind: 'quote', lines: [parseInline(quoted, autolink)] });
  }
  return blocks;
}

function joined(quote: Extract<Block, { kind: 'quote' }>, line: readonly Inline[]): Block {
  return { kind: 'quote', lines: [...quote.lines, line] };
}

const STYLES = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
/**
 * A pair of marks, outside of a word, around something that neither begins nor ends with a space; or an angle bracket's
 * content; or, for `autolink`, a bare address.
 */
const MARKS = /`([^`]+)`|(?<![\p{L}\p{N}])([*_~])(?=\S)((?:<[^<>]*>|(?!\2).)+?)(?<=\S)\2(?![\p{L}\p{N}])|<([^<>]+)>/u;
const ADDRESS = /(https?:\/\/(?:(?!&[lg]t;)[^\s<>"])*(?!&[lg]t;)[^\s<>"'.,;:!?)\]}…*_~`])/;

function parseInline(text: string, autolink: boolean): Inline[] {
  const found: Inline[] = [];
  let rest = text;
  for (let match = MARKS.exec(rest); match !== null; match = MARKS.exec(rest)) {
    const [all, code, mark, styled, angle] = match;
    found.push(...leaves(rest.slice(0, match.index), autolink), marked({ all, code, mark, styled, angle }, autolink));
    rest = rest.slice(match.index + all.length);
  }
  return [...found, ...leaves(rest, autolink)];
}

interface Mark {
  readonly all: string;
  readonly code: string | undefined;
  readonly mark: string | undefined;
  readonly styled: string | undefined;
  readonly angle: string | undefined;
}

function marked({ all, code, mark, styled, angle }: Mark, autolink: boolean): Inline {
  if (code !== undefined) return { kind: 'code', children: parseAngles(code) };
  if (mark !== undefined && styled !== undefined) {
    return { kind: STYLES[mark as keyof typeof STYLES], children: parseInline(styled, autolink) };
  }
  return parseAngle(angle ?? '') ?? { kind: 'text', text: decode(all) };
}

/** In code nothing is styled, but a ping is still a ping. */
function parseAngles(text: string): Inline[] {
  return text.split(/(<[^<>]+>)/).flatMap((piece): Inline[] => {
    if (piece === '') return [];
    const angle = /^<(.+)>$/.exec(piece)?.[1];
    return [(angle === undefined ? null : parseAngle(angle)) ?? { kind: 'text', text: decode(piece) }];
  });
}

/** What stands between `<` and `>`; null when it is nothing Slack knows. */
function parseAngle(content: string): Inline | null {
  const bar = content.indexOf('|');
  const target = bar < 0 ? content : content.slice(0, bar);
  const label = bar < 0 ? null : content.slice(bar + 1);
  const mention = /^([@#])([A-Z0-9]+)$/.exec(target);
  if (mention !== null) return { kind: mention[1] === '@' ? 'user' : 'channel', id: mention[2] ?? '' };
  if (target.startsWith('!')) return parseCommand(target.slice(1), label);
  const url = safeUrl(decode(target));
  return url === null ? null : { kind: 'link', url, text: decode(label ?? target.replace(/^(mailto|tel):/, '')) };
}

function parseCommand(command: string, label: string | null): Inline | null {
  const date = /^date\^(\d{1,12})\^([^^]*)(?:\^(.*))?$/.exec(command);
  if (date !== null) {
    const [, seconds = '0', format = '', link] = date;
    const url = link === undefined ? null : safeUrl(decode(link));
    return {
      kind: 'date',
      epochSeconds: Number(seconds),
      format: decode(format),
      fallback: decode(label ?? format),
      url,
    };
  }
  const group = /^subteam\^([A-Z0-9]+)$/.exec(command)?.[1];
  if (group !== undefined) return { kind: 'ping', name: label === null ? group : decode(label).replace(/^@/, '') };
  return /^(channel|here|everyone)$/.test(command) ? { kind: 'ping', name: command } : null;
}

function leaves(text: string, autolink: boolean): Inline[] {
  const pieces = autolink ? text.split(ADDRESS) : [text];
  return pieces.flatMap((piece, index): Inline[] => {
    if (piece === '') return [];
    return [
      index % 2 === 1
        ? { kind: 'link', url: decode(piece), text: decode(piece) }
        : { kind: 'text', text: decode(piece) },
    ];
  });
}
