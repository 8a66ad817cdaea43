// ASVS 5.0 v5.0.0-1.1.2 (escaped last), v5.0.0-1.2.2 (only safe URLs), v5.0.0-1.3.5 (markup)
import { LIMITS, VERB, attachmentOf, renderCard, renderText } from '../../../bots/teams/adaptive-card';
import { readData } from '../../../bots/teams/form-card';
import type { Card, Part } from '../../../src/chat/card';
import { nodesIn, problemsOf, shownBy } from './card-check';

const NASTY = '**b** [bank](javascript:alert(1)) <at>Ewa</at> {{DATE(2026-11-23T09:00:00Z,SHORT)}}';

function card(parts: Part[], more: Partial<Card> = {}): Card {
  return { title: 'Ticket 42', summary: 'Ticket 42 was opened', parts, actions: [], ...more };
}

const body = (...parts: Part[]) => renderCard(card(parts, { title: '' })).body;
const claim = { label: 'Claim', intent: { kind: 'claim', ticketId: 1 } } as const;

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
        { kind: 'item', title: NASTY, text: NASTY, found: ['b', 'DATE', 'javascript'] },
      ],
      { title: NASTY, summary: NASTY, actions: [{ label: NASTY, intent: { kind: 'help' } }] },
    ),
  );

  it('never reaches a place where Teams reads markdown', () => {
    expect(nodesIn(everywhere).filter(({ type }) => type === 'TextBlock')).toEqual([]);
    expect(problemsOf(everywhere)).toEqual([]);
  });

  it('is shown as typed, in all its places', () => {
    expect(shownBy(everywhere).split(NASTY)).toHaveLength(13);
  });

  it('makes no date of itself', () => {
    expect(JSON.stringify(everywhere)).not.toContain('{{');
  });

  it('has its addresses clickable, under no other name', () => {
    expect(body({ kind: 'text', text: 'See https://kb.example/vpn. Thanks' })).toEqual([
      {
        type: 'RichTextBlock',
        inlines: [
          { type: 'TextRun', text: 'See ' },
          {
            type: 'TextRun',
            text: 'https://kb.example/vpn',
            selectAction: { type: 'Action.OpenUrl', url: 'https://kb.example/vpn' },
          },
          { type: 'TextRun', text: '. Thanks' },
        ],
      },
    ]);
  });
});

describe('a title', () => {
  it.each(['🔴 #42 · VPN drops', 'Moved – see “R&D”', 'This may help', 'Pamięć: 8/16 GB (żółta lampka)'])(
    'is a heading for screen readers: %s',
    (title) => {
      expect(renderCard(card([], { title })).body[0]).toMatchObject({
        type: 'TextBlock',
        style: 'heading',
        text: title,
      });
    },
  );

  it.each([
    '# big',
    '1. one',
    '- one',
    'snake_case',
    '`ls`',
    'a &amp; b',
    'www.evil.example',
    'a | b',
    '=',
    '2 * 3 * 4',
  ])('only looks like one when markdown might read it: %s', (title) => {
    expect(renderCard(card([], { title })).body[0]).toMatchObject({
      type: 'RichTextBlock',
      inlines: [{ text: title, weight: 'Bolder', size: 'Large' }],
    });
  });

  it.each([
    ['alarm', 'attention'],
    ['warning', 'warning'],
    ['calm', 'accent'],
    ['done', 'good'],
  ] as const)('says %s in colour', (tone, style) => {
    expect(renderCard(card([], { tone })).body[0]).toMatchObject({ type: 'Container', style, bleed: true });
  });
});

describe('each part of a card', () => {
  it('shows a date in the reader’s time zone', () => {
    const [row] = body({ kind: 'facts', facts: [{ label: 'Opened', value: new Date('2026-11-23T20:43:10.123Z') }] });
    const [date] = nodesIn(row).filter(({ type }) => type === 'TextBlock');
    expect(date?.text).toBe('{{DATE(2026-11-23T20:43:10Z,SHORT)}} {{TIME(2026-11-23T20:43:10Z)}}');
  });

  it('shows a person by name, and rings nobody', () => {
    const drawn = renderCard(
      card([{ kind: 'facts', facts: [{ label: 'By', value: { id: 'teams:1', name: 'Ewa' } }] }]),
    );
    expect(shownBy(drawn)).toContain('By\nEwa');
    expect(JSON.stringify(drawn)).not.toMatch(/<at>|msteams|teams:1/);
  });

  it('puts facts two in a row, none left out', () => {
    const facts = Array.from({ length: 5 }, (_, n) => ({ label: `L${n}`, value: `v${n}` }));
    const rows = body({ kind: 'facts', facts });
    expect(rows.map(shownBy)).toEqual(['L0\nv0\nL1\nv1', 'L2\nv2\nL3\nv3', 'L4\nv4']);
  });

  it('puts an item’s button at its right', () => {
    const button = { label: 'Show', intent: { kind: 'show', ticketId: 7 } } as const;
    const [row] = body({ kind: 'item', title: 'VPN', text: 'Restart it.', button });
    expect(row).toMatchObject({
      type: 'ColumnSet',
      columns: [{ width: 'stretch' }, { width: 'auto', items: [{ type: 'ActionSet', actions: [{ title: 'Show' }] }] }],
    });
  });

  it('makes the words that were found stand out, and nothing else', () => {
    const [row] = body({ kind: 'item', title: 'T', text: 'A **VPN** client, VPNs', found: ['client', 'VPN'] });
    const runs = nodesIn(row).filter(({ type, text }) => type === 'TextRun' && text !== 'T');
    expect(runs.map(({ text, weight }) => [text, weight])).toEqual([
      ...[
        ['A **', undefined],
        ['VPN', 'Bolder'],
        ['** ', undefined],
      ],
      ...[
        ['client', 'Bolder'],
        [', VPNs', undefined],
      ],
    ]);
  });

  it.each(['https://kb.example/1', 'http://kb.example/1', 'mailto:it@kb.example'])('opens %s', (url) => {
    const [row] = body({ kind: 'item', title: 'VPN', text: '', button: { label: 'Open', url } });
    expect(nodesIn(row).find(({ type }) => type === 'Action.OpenUrl')).toMatchObject({ title: 'Open', url });
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'see the wiki', 'msteams://x', ''])('never opens %j', (url) => {
    const [row] = body({ kind: 'item', title: 'VPN', text: '', button: { label: 'Open', url } });
    expect(nodesIn(row).filter(({ type }) => type.startsWith('Action'))).toEqual([]);
  });

  it('goes on counting in a list that goes on', () => {
    const drawn = body({ kind: 'list', ordered: true, items: ['two', 'three'], start: 2 });
    expect(drawn.map(shownBy)).toEqual(['2.\ntwo', '3.\nthree']);
  });

  it('numbers a list and draws a line where a divider is', () => {
    const drawn = body(
      { kind: 'list', ordered: true, items: ['one', 'two'] },
      { kind: 'divider' },
      { kind: 'note', text: 'n' },
    );
    expect(drawn.map(shownBy)).toEqual(['1.\none', '2.\ntwo', 'n']);
    expect(drawn.map(({ separator }) => separator)).toEqual([undefined, undefined, true]);
  });
});

describe('a button', () => {
  it('carries its intent, also for clients that know only the older kind', () => {
    const [action] = renderCard(card([], { actions: [{ ...claim, style: 'primary' }] })).actions ?? [];
    const data = { helpdesk: '{"kind":"claim","ticketId":1}' };
    expect(action).toEqual({
      type: 'Action.Execute',
      title: 'Claim',
      style: 'positive',
      verb: VERB,
      data,
      fallback: { type: 'Action.Submit', title: 'Claim', style: 'positive', data },
    });
    expect(readData(data)).toEqual({ intent: claim.intent, nonce: null });
  });

  it.each([
    { kind: 'escalate', ticketId: 1 },
    { kind: 'read', articleId: 'vpn', inquiryId: 7 },
  ] as const)('for $kind opens a dialog', (intent) => {
    const [action] = renderCard(card([], { actions: [{ label: 'Go', intent }] })).actions ?? [];
    expect(action).toMatchObject({ type: 'Action.Submit', data: { msteams: { type: 'task/fetch' } } });
    expect(readData(action && 'data' in action ? action.data : null).intent).toEqual(intent);
  });

  it('has its whole label in a tooltip when it is long', () => {
    const label = 'How to connect to the office network from home when the client says no. '.repeat(2).trim();
    const [action] = renderCard(card([], { actions: [{ ...claim, label }] })).actions ?? [];
    expect(action).toMatchObject({ title: expect.stringMatching(/…$/) as string, tooltip: label });
  });

  it('stands in a row with the others, or below them when a row would be cut off', () => {
    const wide = { ...claim, label: 'VPN keeps disconnecting' };
    const drawn = renderCard(card([], { actions: [wide, wide, wide] }));
    expect(drawn.actions).toBeUndefined();
    expect(drawn.body.slice(1).map(shownBy)).toEqual(Array(3).fill(`${wide.label}\n${wide.label}`));
    expect(renderCard(card([], { actions: [claim, claim, claim] })).actions).toHaveLength(3);
  });

  it('that is rarer stands behind "…" beside the title', () => {
    const drawn = renderCard(card([], { actions: [claim], menu: [{ ...claim, label: 'Assign' }] }));
    expect(drawn.body[0]).toMatchObject({
      columns: [{}, { items: [{ type: 'ActionSet', actions: [{ title: 'Assign', mode: 'secondary' }] }] }],
    });
    expect(drawn.actions).toHaveLength(1);
  });

  it('is never lost, however many there are', () => {
    const actions = Array.from({ length: 13 }, (_, n) => ({ ...claim, label: `B${n}` }));
    const drawn = renderCard(card([{ kind: 'buttons', buttons: actions }], { actions }));
    expect(problemsOf(drawn)).toEqual([]);
    for (const { label } of actions)
      expect(
        shownBy(drawn)
          .split('\n')
          .filter((line) => line === label),
      ).toHaveLength(4);
  });
});

describe('limits', () => {
  it('cut the middle of a long card and keep its title and its buttons', () => {
    const parts = Array.from({ length: 90 }, (_, n): Part => ({ kind: 'text', text: `${n} ${'x'.repeat(900)}` }));
    const drawn = renderCard(card(parts, { actions: [claim], menu: [claim] }));
    expect(JSON.stringify(drawn).length).toBeLessThanOrEqual(LIMITS.cardChars);
    expect(shownBy(drawn)).toMatch(/^Ticket 42\n[^]*\n0 x[^]*\n…\n[^]*\n89 x+\nClaim/);
  });

  it('cut a text at a character boundary and say so', () => {
    const drawn = renderCard(card([{ kind: 'quote', text: '😀'.repeat(4000) }]));
    expect(shownBy(drawn)).toMatch(/^Ticket 42\n(😀)+…$/u);
  });

  it('leave nothing empty', () => {
    const parts: Part[] = [
      { kind: 'text', text: '' },
      { kind: 'quote', text: ' ' },
      { kind: 'list', ordered: false, items: [''] },
      { kind: 'facts', facts: [{ label: '', value: '' }] },
      { kind: 'item', title: '', text: '' },
      { kind: 'buttons', buttons: [] },
    ];
    const actions = [{ label: '', intent: { kind: 'help' } }] as const;
    expect(problemsOf(renderCard(card(parts, { title: '', summary: '', actions })))).toEqual([]);
    expect(problemsOf(renderCard(card([], { title: '', summary: '' })))).toEqual([]);
  });
});

it('a notification is one line of plain text', () => {
  expect(renderText(card([], { summary: 'Ewa wrote:\n\n{{TIME}}' }))).toBe('Ewa wrote: {\u200b{TIME}}');
  expect(renderText(card([], { summary: ' ' }))).toBe('Ticket 42');
});

it('a message carries a card as an attachment', () => {
  const content = renderCard(card([]));
  expect(attachmentOf(content)).toEqual({ contentType: 'application/vnd.microsoft.card.adaptive', content });
});
