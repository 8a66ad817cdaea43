import { decodeIntent, encodeIntent, opensForm, TICKET_INTENTS } from '../../src/chat/interaction';
import type { Intent } from '../../src/chat/interaction';

const INTENTS: Intent[] = [
  ...TICKET_INTENTS.map((kind): Intent => ({ kind, ticketId: 42 })),
  { kind: 'read', articleId: 'vpn', inquiryId: 7 },
  { kind: 'read', articleId: 'vpn', inquiryId: null },
  { kind: 'solved', inquiryId: 7 },
  { kind: 'solved', inquiryId: 7, articleId: 'vpn' },
  { kind: 'open', inquiryId: null, intake: 'shortcut' },
  { kind: 'open', inquiryId: 7, intake: 'direct-message', text: 'żółw', requester: 'slack:U1' },
  { kind: 'show', ticketId: 1 },
  { kind: 'mine' },
  { kind: 'queue' },
  { kind: 'summary' },
  { kind: 'help' },
  { kind: 'same-person', other: 'teams:0b1c', yes: true },
  { kind: 'same-person', other: 'slack:U1', yes: false },
  { kind: 'articles' },
  { kind: 'article-list' },
  { kind: 'article-find', purpose: 'retire', words: 'vpn' },
  { kind: 'article-write', articleId: null, baseVersion: 0, draftId: null, draftVersion: 0, title: 'żółw' },
  { kind: 'article-write', articleId: 'vpn', baseVersion: 3, draftId: 7, draftVersion: 2 },
  { kind: 'article-draft', step: 'overwrite', draftId: 7, version: 2, baseVersion: 4 },
  { kind: 'article-return', draftId: 7, version: 2 },
  { kind: 'article-retire', articleId: 'vpn', version: 3, sure: true },
  { kind: 'article-history', articleId: 'vpn' },
  { kind: 'article-restore', articleId: 'vpn', version: 1 },
  { kind: 'article-confirm', articleId: 'vpn', version: 1 },
  { kind: 'article-from', ticketId: 42, event: null },
  { kind: 'article-from', ticketId: 42, event: 7 },
];

it.each(INTENTS)('a button of $kind comes back as it was sent', (intent) => {
  expect(decodeIntent(encodeIntent(intent))).toEqual(intent);
});

// A value on a message of an earlier version must be understood for years: these are never changed, only added to.
it.each([
  ['{"kind":"claim","ticketId":42}', { kind: 'claim', ticketId: 42 }],
  ['{"kind":"solved","inquiryId":7}', { kind: 'solved', inquiryId: 7 }],
  [
    '{"kind":"open","inquiryId":7,"intake":"command","text":"vpn"}',
    { kind: 'open', inquiryId: 7, intake: 'command', text: 'vpn' },
  ],
  ['{"kind":"read","articleId":"vpn","inquiryId":7}', { kind: 'read', articleId: 'vpn', inquiryId: 7 }],
  ['{"kind":"article-from","ticketId":42,"event":null}', { kind: 'article-from', ticketId: 42, event: null }],
  [
    '{"kind":"article-draft","step":"approve","draftId":7,"version":2,"baseVersion":0}',
    { kind: 'article-draft', step: 'approve', draftId: 7, version: 2, baseVersion: 0 },
  ],
  ['{"kind":"show","ticketId":3}', { kind: 'show', ticketId: 3 }],
  ['{"kind":"same-person","other":"slack:U1","yes":true}', { kind: 'same-person', other: 'slack:U1', yes: true }],
])('the wire format %s is still understood', (value, intent) => {
  expect(decodeIntent(value)).toEqual(intent);
});

it.each([
  ['nothing', undefined],
  ['no JSON', 'claim 42'],
  ['a kind that never was', '{"kind":"drop-tables"}'],
  ['a ticket that is no number', '{"kind":"claim","ticketId":"42 OR 1=1"}'],
  ['a negative ticket', '{"kind":"claim","ticketId":-1}'],
  ['an answer that is neither yes nor no', '{"kind":"same-person","other":"slack:U1","yes":"maybe"}'],
  ['a step that never was', '{"kind":"article-draft","step":"force","draftId":7,"version":2}'],
  ['a draft that is no number', '{"kind":"article-return","draftId":"7","version":2}'],
  ['an article that is no text', '{"kind":"article-retire","articleId":7,"version":2,"sure":true}'],
  ['a list', '[1]'],
  ['null', 'null'],
  ['a prototype', '{"kind":"__proto__","ticketId":1}'],
])('a value of %s is an unknown button', (_what, value) => {
  expect(decodeIntent(value)).toEqual({ kind: 'unknown' });
});

it('a forged value cannot skip the form, bring its own fields or claim to come from a phone', () => {
  expect(
    decodeIntent('{"kind":"resolve","ticketId":1,"quick":true,"fields":{"text":"x"},"origin":"slack:C1"}'),
  ).toEqual({ kind: 'resolve', ticketId: 1 });
  expect(decodeIntent('{"kind":"open","inquiryId":null,"intake":"phone"}')).toEqual({
    kind: 'open',
    inquiryId: null,
    intake: 'command',
  });
});

it('a question too long for a button is cut until it fits, between characters', () => {
  const value = encodeIntent({ kind: 'open', inquiryId: 7, intake: 'command', text: '🙂"\n'.repeat(3000) });

  expect(value.length).toBeLessThanOrEqual(2000);
  const back = decodeIntent(value);
  expect(back.kind === 'open' && back.text?.startsWith('🙂"\n🙂')).toBe(true);
  expect(JSON.stringify(back)).not.toMatch(/\\\\ud8/);
});

it('only changes that need words open a form', () => {
  expect([...new Set(INTENTS.filter(opensForm).map(({ kind }) => kind))].sort()).toEqual([
    'article-from',
    'article-return',
    'article-write',
    'assign',
    'categorise',
    'escalate',
    'note',
    'open',
    'prioritise',
    'reopen',
    'reply',
    'resolve',
    'wait',
  ]);
  expect(opensForm({ kind: 'resolve', ticketId: 1, quick: true })).toBe(false);
  expect(opensForm({ kind: 'resolve', ticketId: 1, fields: { text: 'x' } })).toBe(false);
});
