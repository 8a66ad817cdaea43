// ASVS 5.0 v5.0.0-1.1.2 (escaped last), v5.0.0-1.3.5 (markup)
import type { KnownBlock } from '@slack/types';
import { LIMITS, renderCard } from '../../../bots/slack/block-kit';
import type { Card, Part } from '../../../src/chat/card';

const NASTY = '<!channel> <@U0EWA> *bold* _it_ ~no~ `code` & > quote <https://evil.example|bank>';

function card(parts: Part[], more: Partial<Card> = {}): Card {
  return { title: 'Ticket #42', summary: 'Ticket #42 was opened', parts, actions: [], ...more };
}

function blocks(...parts: Part[]): KnownBlock[] {
  return renderCard(card(parts, { title: '' })).blocks;
}

/** Every text object in a rendering, with its type. */
function texts(node: unknown): { type: string; text: string }[] {
  if (Array.isArray(node)) return node.flatMap(texts);
  if (typeof node !== 'object' || node === null) return [];
  const own = 'text' in node && typeof node.text === 'string' ? [node as { type: string; text: string }] : [];
  return [...own, ...Object.values(node).flatMap(texts)];
}

describe('what a person typed', () => {
  const everywhere = renderCard(
    card(
      [
        { kind: 'text', text: NASTY },
        { kind: 'heading', text: NASTY },
        { kind: 'quote', text: NASTY },
        { kind: 'note', text: NASTY },
        { kind: 'facts', facts: [{ label: NASTY, value: NASTY }] },
        { kind: 'list', ordered: true, items: [NASTY] },
        { kind: 'item', title: NASTY, text: NASTY },
        { kind: 'item', title: NASTY, text: NASTY, found: ['bold', 'channel', 'code'] },
      ],
      { title: NASTY, summary: NASTY, actions: [{ label: NASTY, intent: { kind: 'help' } }] },
    ),
  );

  it('never reaches a place where Slack reads markup', () => {
    expect(texts(everywhere.blocks).filter(({ type }) => type === 'mrkdwn')).toEqual([]);
    expect(texts(everywhere.blocks).length).toBeGreaterThan(8);
  });

  it('is escaped in the notification text', () => {
    expect(everywhere.text).toContain('&lt;!channel&gt; &lt;@U0EWA&gt;');
    expect(everywhere.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  });

  it('is escaped where it stands beside a bold label, and Slack adds no links of its own', () => {
    expect(blocks({ kind: 'facts', facts: [{ label: 'Line', value: 'R&D <@U1> #general' }] })).toEqual([
      {
        type: 'section',
        fields: [{ type: 'mrkdwn', text: '*Line*\nR&amp;D &lt;@U1&gt; #general', verbatim: true }],
      },
    ]);
  });

  it.each(['flush_dns and my_file', '5 * 3', 'it costs ~5'])(
    'keeps its bold label when nothing in %j formats',
    (value) => {
      const [section] = blocks({ kind: 'facts', facts: [{ label: 'What', value }] });
      expect(section).toMatchObject({ fields: [{ type: 'mrkdwn', text: `*What*\n${value}` }] });
    },
  );

  it.each(['*really*', 'run `ls`', '_so_', '> quoted', 'a\n>b'])(
    'is plain text when Slack would format it: %j',
    (value) => {
      const [section] = blocks({ kind: 'facts', facts: [{ label: 'What', value }] });
      expect(section).toMatchObject({ fields: [{ type: 'plain_text', text: `What\n${value}` }] });
    },
  );

  it('has its addresses clickable, under no other name', () => {
    expect(blocks({ kind: 'text', text: 'See https://kb.example/vpn. Thanks' })).toEqual([
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'See ' },
              { type: 'link', url: 'https://kb.example/vpn' },
              { type: 'text', text: '. Thanks' },
            ],
          },
        ],
      },
    ]);
  });
});

describe('each part of a card', () => {
  it('shows a date in the reader’s time zone', () => {
    const [section] = blocks({ kind: 'facts', facts: [{ label: 'Opened', value: new Date('2026-11-23T20:43:10Z') }] });
    expect(section).toMatchObject({
      fields: [{ text: '*Opened*\n<!date^1795466590^{date_short_pretty} {time}|2026-11-23 20:43 UTC>' }],
    });
  });

  it('shows a person of this Slack as a mention, and anybody else by name', () => {
    const facts = [
      { label: 'By', value: { id: 'slack:U0EWA', name: 'Ewa' } },
      { label: 'For', value: { id: 'teams:29:1x', name: 'Jan <J>' } },
    ];
    expect(blocks({ kind: 'facts', facts })).toMatchObject([
      { fields: [{ text: '*By*\n<@U0EWA>' }, { text: '*For*\nJan &lt;J&gt;' }] },
    ]);
  });

  it('breaks facts into rows of ten, the most a section holds', () => {
    const facts = Array.from({ length: 23 }, (_, n) => ({ label: `L${n}`, value: 'x' }));
    const rows = blocks({ kind: 'facts', facts }) as { fields: unknown[] }[];
    expect(rows.map((row) => row.fields.length)).toEqual([10, 10, 3]);
  });

  it('puts an item’s button beside it', () => {
    const button = { label: 'Read more', intent: { kind: 'read', articleId: 'vpn', inquiryId: 7 } } as const;
    expect(blocks({ kind: 'item', title: 'VPN', text: 'Restart it.', button })).toEqual([
      {
        type: 'section',
        text: { type: 'mrkdwn', text: '*VPN*\nRestart it.', verbatim: true },
        accessory: {
          type: 'button',
          text: { type: 'plain_text', text: 'Read more', emoji: true },
          action_id: 'read-1',
          value: '{"kind":"read","articleId":"vpn","inquiryId":7}',
        },
      },
    ]);
  });

  it.each([
    ['Restart the VPN client, then (VPN) again.', ['VPN', 'client'], 'Restart the *VPN client*, then (*VPN*) again.'],
    ['VPN', ['VPN'], '*VPN*'],
    ['VPNs, my-VPN and vpn stay', ['VPN'], 'VPNs, my-VPN and vpn stay'],
    ['https://kb.example/VPN is no VPN', ['VPN'], 'https://kb.example/VPN is no *VPN*'],
    ['Zażółć gęślą jaźń', ['gęślą', 'jaźń'], 'Zażółć *gęślą jaźń*'],
    ['A <!channel> & VPN', ['VPN', 'channel'], 'A &lt;!channel&gt; &amp; *VPN*'],
    ['5 * 3 VPN', ['VPN'], '5 * 3 VPN'],
    ['a$& (b', ['(b', '$&'], 'a$&amp; *(b*'],
  ])('makes the words that were found stand out, and nothing else: %j', (text, found, shown) => {
    const [section] = blocks({ kind: 'item', title: 'T', text, found });
    expect(section).toMatchObject({ text: { type: 'mrkdwn', text: `*T*\n${shown}`, verbatim: true } });
  });

  it('lets no found word stand out where Slack would format the text itself', () => {
    const [section] = blocks({ kind: 'item', title: 'T', text: 'run `VPN` now, VPN', found: ['VPN'] });
    expect(section).toMatchObject({ text: { type: 'plain_text', text: 'T\nrun `VPN` now, VPN' } });
  });

  it('puts an item’s link beside it', () => {
    const [section] = blocks({ kind: 'item', title: 'VPN', text: '', button: { label: 'Open', url: 'https://kb/1' } });
    expect(section).toMatchObject({ text: { text: '*VPN*' }, accessory: { url: 'https://kb/1', action_id: 'link-1' } });
  });

  it('goes on counting in a list that goes on', () => {
    const [, later] = blocks(
      { kind: 'list', ordered: true, items: ['one'] },
      { kind: 'list', ordered: true, items: ['two', 'three'], start: 2 },
    );
    expect(later).toMatchObject({ elements: [{ type: 'rich_text_list', style: 'ordered', offset: 1 }] });
  });

  it('makes lists, quotes, notes, dividers', () => {
    const drawn = blocks(
      { kind: 'list', ordered: true, items: ['one', 'two'] },
      { kind: 'quote', text: 'I said' },
      { kind: 'divider' },
      { kind: 'note', text: 'small' },
    );
    expect(drawn).toMatchObject([
      { type: 'rich_text', elements: [{ type: 'rich_text_list', style: 'ordered' }] },
      { type: 'rich_text', elements: [{ type: 'rich_text_quote', elements: [{ type: 'text', text: 'I said' }] }] },
      { type: 'divider' },
      { type: 'context', elements: [{ type: 'plain_text', text: 'small' }] },
    ]);
  });
});

describe('actions', () => {
  it('have ids that are unique on the card and the same each time it is drawn', () => {
    const button = (label: string) => ({ label, intent: { kind: 'claim', ticketId: 1 } }) as const;
    const drawn = renderCard(
      card([{ kind: 'buttons', buttons: [button('A')] }], { actions: [button('B'), button('C')] }),
    );
    const ids = drawn.blocks.flatMap((block) =>
      block.type === 'actions' ? block.elements.map((element) => element.action_id) : [],
    );
    expect(ids).toEqual(['claim-1', 'claim-2', 'claim-3']);
  });

  it('offer rarer ones behind a menu', () => {
    const [actions] = renderCard(
      card([], {
        title: '',
        actions: [{ label: 'Claim', intent: { kind: 'claim', ticketId: 1 }, style: 'primary' }],
        menu: [{ label: 'Escalate', intent: { kind: 'escalate', ticketId: 1 } }],
      }),
    ).blocks;
    expect(actions).toMatchObject({
      type: 'actions',
      elements: [
        { type: 'button', style: 'primary' },
        { type: 'overflow', options: [{ text: { text: 'Escalate' }, value: '{"kind":"escalate","ticketId":1}' }] },
      ],
    });
  });

  it('stay reachable as buttons when a menu cannot hold them', () => {
    const text = 'x'.repeat(100);
    const [actions] = renderCard(
      card([], {
        title: '',
        menu: [{ label: 'Open', intent: { kind: 'open', inquiryId: null, intake: 'command', text } }],
      }),
    ).blocks;
    expect(actions).toMatchObject({ elements: [{ type: 'button', text: { text: 'Open' } }] });
  });
});

describe('limits', () => {
  const long = '😀'.repeat(4000);

  it('cut a text at a character boundary and say so', () => {
    const drawn = renderCard(card([{ kind: 'note', text: long }], { title: long, summary: long }));
    for (const { text } of [...texts(drawn.blocks), drawn]) {
      expect(text.length).toBeLessThanOrEqual(LIMITS.text);
      expect(text).toMatch(/^(😀)+…$/u);
    }
  });

  it('never cut an escaped character in two', () => {
    const { text } = renderCard(card([], { summary: '&'.repeat(3000) }));
    expect(text).toMatch(/^(&amp;)+…$/);
    expect(text.length).toBeLessThanOrEqual(LIMITS.messageText);
  });

  it('of 50 blocks cut the middle and keep the title and the buttons', () => {
    const parts = Array.from({ length: 200 }, (_, n): Part => ({ kind: 'text', text: `line ${n}` }));
    const drawn = renderCard(
      card(parts, { actions: [{ label: 'Claim', intent: { kind: 'claim', ticketId: 1 } }] }),
    ).blocks;
    expect(drawn.length).toBeLessThanOrEqual(50);
    expect(drawn.at(0)).toMatchObject({ type: 'header', text: { text: 'Ticket #42' } });
    expect(drawn.at(-1)).toMatchObject({ type: 'actions' });
    expect(JSON.stringify(drawn)).toContain('"…"');
  });

  it('of a whole message hold, however much there is to say', () => {
    const parts = Array.from({ length: 20 }, (): Part => ({ kind: 'quote', text: 'x'.repeat(2900) }));
    const drawn = renderCard(card(parts)).blocks;
    expect(JSON.stringify(drawn).length).toBeLessThanOrEqual(LIMITS.messageChars);
    expect(drawn.length).toBeGreaterThan(3);
  });

  it('leave no text empty', () => {
    const drawn = renderCard(
      card(
        [
          { kind: 'text', text: '' },
          { kind: 'quote', text: ' ' },
          { kind: 'list', ordered: false, items: [''] },
          { kind: 'facts', facts: [{ label: 'Assignee', value: '' }] },
          { kind: 'item', title: '', text: '' },
        ],
        { title: '', summary: '', actions: [{ label: '', intent: { kind: 'help' } }] },
      ),
    );
    expect(texts(drawn.blocks).every(({ text }) => text.trim() !== '')).toBe(true);
    expect(drawn.text).toBe('…');
    expect(renderCard(card([], { title: '', summary: '' })).blocks).toHaveLength(1);
  });
});
