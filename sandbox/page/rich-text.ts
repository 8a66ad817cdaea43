/** Draws text: mrkdwn, plain_text and rich_text. Everything a person typed ends up in text nodes. */
import { dateText, fullTimeOf } from './dates.ts';
import { h } from './dom.ts';
import { emojiOf, withEmoji } from './emoji.ts';
import { parseMrkdwn, safeUrl } from './mrkdwn.ts';
import type { Block, Inline } from './mrkdwn.ts';
import type { Viewer } from './viewer.ts';
import { channelNameOf, nameOf } from './viewer.ts';

/** A composition text object, or the like of it. */
export interface TextObject {
  readonly type: string;
  readonly text: string;
  readonly emoji?: boolean;
  readonly verbatim?: boolean;
}

export function drawText(text: TextObject, viewer: Viewer): DocumentFragment {
  if (text.type === 'mrkdwn') return drawMrkdwn(text.text, viewer, text.verbatim !== true);
  return fragment(lines(text.emoji === false ? text.text : withEmoji(text.text)));
}

export function drawMrkdwn(source: string, viewer: Viewer, autolink = true): DocumentFragment {
  const blocks = parseMrkdwn(source, autolink);
  return fragment(
    blocks.flatMap((block, index) => {
      const lineFollows = block.kind === 'line' && blocks[index + 1]?.kind === 'line';
      return [drawBlock(block, viewer), lineFollows ? h('br', null) : ''];
    }),
  );
}

function drawBlock(block: Block, viewer: Viewer): Node {
  switch (block.kind) {
    case 'line':
      return fragment(drawInlines(block.children, viewer));
    case 'pre':
      return h('pre', null, block.text);
    case 'quote':
      return h(
        'blockquote',
        null,
        block.lines.flatMap((line, index) => [index > 0 && h('br', null), ...drawInlines(line, viewer)]),
      );
  }
}

const TAGS = { bold: 'strong', italic: 'em', strike: 's', code: 'code' } as const;

function drawInlines(inlines: readonly Inline[], viewer: Viewer): Node[] {
  return inlines.map((inline): Node => {
    switch (inline.kind) {
      case 'text':
        return document.createTextNode(withEmoji(inline.text));
      case 'bold':
      case 'italic':
      case 'strike':
      case 'code':
        return h(TAGS[inline.kind], null, drawInlines(inline.children, viewer));
      case 'link':
        return link(inline.url, inline.text);
      case 'user':
        return mention(inline.id, viewer);
      case 'channel':
        return h('span', { class: 'mention' }, `#${channelNameOf(viewer.page, inline.id)}`);
      case 'ping':
        return ping(inline.name);
      case 'date':
        return date(inline, viewer);
    }
  });
}

function link(url: string, text: string): HTMLElement {
  return h('a', { href: safeUrl(url), target: '_blank', rel: 'noopener noreferrer' }, text === '' ? url : text);
}

function mention(id: string, viewer: Viewer): HTMLElement {
  return h('span', { class: id === viewer.userId ? 'mention mention-me' : 'mention' }, `@${nameOf(viewer.page, id)}`);
}

/** Loud on purpose: in Slack this rings everybody. */
function ping(name: string): HTMLElement {
  return h('strong', { class: 'ping', title: 'In Slack this notifies everybody it names' }, `@${name}`);
}

function date(
  { epochSeconds, format, fallback, url }: Omit<Extract<Inline, { kind: 'date' }>, 'kind'>,
  { locale }: Viewer,
): HTMLElement {
  // Beyond this no JavaScript date exists.
  const known = Number.isSafeInteger(epochSeconds) && Math.abs(epochSeconds) < 8.64e12;
  const text = known ? dateText(epochSeconds, format, locale) : fallback;
  const time = h('time', { title: known ? fullTimeOf(epochSeconds, locale) : null }, text);
  return url === null ? time : h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, time);
}

/** The parts of a rich_text block that we draw; the rest shows its name. */
interface RichElement {
  readonly type: string;
  readonly elements?: readonly RichElement[];
  readonly text?: string;
  readonly url?: string;
  readonly name?: string;
  readonly unicode?: string;
  readonly user_id?: string;
  readonly channel_id?: string;
  readonly usergroup_id?: string;
  readonly range?: string;
  readonly timestamp?: number;
  readonly format?: string;
  readonly fallback?: string;
  readonly value?: string;
  readonly indent?: number;
  readonly offset?: number;
  readonly style?: string | Readonly<Record<string, boolean>>;
}

export function drawRichText(block: { readonly elements?: readonly RichElement[] }, viewer: Viewer): HTMLElement {
  return h(
    'div',
    { class: 'rich-text' },
    (block.elements ?? []).map((element) => richBlock(element, viewer)),
  );
}

function richBlock(element: RichElement, viewer: Viewer): HTMLElement {
  const children = element.elements ?? [];
  switch (element.type) {
    case 'rich_text_list':
      return h(
        element.style === 'ordered' ? 'ol' : 'ul',
        {
          class: `indent-${Math.min(8, element.indent ?? 0)}`,
          start: element.offset === undefined ? null : String(element.offset + 1),
        },
        children.map((item) => h('li', null, richInlines(item.elements ?? [], viewer))),
      );
    case 'rich_text_quote':
      return h('blockquote', null, richInlines(children, viewer));
    case 'rich_text_preformatted':
      return h('pre', null, richInlines(children, viewer));
    default:
      return h('p', null, richInlines(children, viewer));
  }
}

function richInlines(elements: readonly RichElement[], viewer: Viewer): Node[] {
  return elements.map((element) => styled(richInline(element, viewer), element.style));
}

type RichDrawer = (element: RichElement, viewer: Viewer) => Node;

const RICH: Readonly<Record<string, RichDrawer>> = {
  text: ({ text }) => fragment(lines(text ?? '')),
  link: ({ url, text }) => link(url ?? '', text ?? url ?? ''),
  emoji: ({ name }) => document.createTextNode(emojiOf(name ?? '')),
  user: ({ user_id }, viewer) => mention(user_id ?? '', viewer),
  channel: ({ channel_id }, { page }) => h('span', { class: 'mention' }, `#${channelNameOf(page, channel_id ?? '')}`),
  usergroup: ({ usergroup_id }) => ping(usergroup_id ?? ''),
  broadcast: ({ range }) => ping(range ?? ''),
  date: ({ timestamp, format, fallback, url }, viewer) =>
    date(
      {
        epochSeconds: timestamp ?? Number.NaN,
        format: format ?? '',
        fallback: fallback ?? '',
        url: safeUrl(url ?? ''),
      },
      viewer,
    ),
};

function richInline(element: RichElement, viewer: Viewer): Node {
  const draw = Object.hasOwn(RICH, element.type) ? RICH[element.type] : undefined;
  return draw?.(element, viewer) ?? document.createTextNode(element.text ?? element.value ?? '');
}

const STYLE_TAGS = [
  ['code', 'code'],
  ['strike', 's'],
  ['italic', 'em'],
  ['bold', 'strong'],
] as const;

function styled(node: Node, style: RichElement['style']): Node {
  if (typeof style !== 'object') return node;
  return STYLE_TAGS.reduce<Node>(
    (inner, [name, tag]) => (style[name] === true ? h(tag, null, inner as Element) : inner),
    node,
  );
}

/** Line breaks as `<br>`. */
function lines(text: string): Node[] {
  return text
    .split('\n')
    .flatMap((line, index) => [...(index > 0 ? [h('br', null)] : []), document.createTextNode(line)]);
}

function fragment(nodes: readonly (Node | string)[]): DocumentFragment {
  const drawn = document.createDocumentFragment();
  drawn.append(...nodes);
  return drawn;
}
