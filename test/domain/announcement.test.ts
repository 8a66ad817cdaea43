import { announcementsOf, keyOf, laneOf } from '../../src/domain/announcement';
import type { Audience } from '../../src/domain/announcement';
import type { Happening, Ticket } from '../../src/domain/ticket';
import { open } from '../../src/domain/ticket';

const ticket: Ticket = {
  ...open(
    {
      subject: 'VPN drops',
      details: '',
      line: 'it',
      priority: 'P3',
      impact: null,
      urgency: null,
      category: 'network',
      requester: 'slack:U0NORA',
      openedBy: 'slack:U0NORA',
      intake: 'command',
      inquiryId: null,
    },
    new Date(0),
  ),
  id: 42,
  version: 3,
};
const audience: Audience = {
  channels: ['slack:C1', 'teams:C2'],
  shownIn: [{ place: 'slack:C0', view: 'line' }],
  requester: 'slack:U0NORA',
  origin: null,
};

function told(actor: string, what: Happening, more: Partial<Audience> = {}): string[] {
  return announcementsOf(ticket, actor, what, { ...audience, ...more }).map((posting) => keyOf(posting));
}

const SHOWN = [
  'show-ticket:42:v3:slack:C1',
  'show-ticket:42:v3:teams:C2',
  'show-ticket:42:v3:slack:C0',
  'show-ticket:42:v3:slack:U0NORA',
];

it('a claim redraws the ticket wherever it is shown and rings nobody', () => {
  expect(told('slack:U0ANNA', { kind: 'claimed' })).toEqual(SHOWN);
});

it('a resolution rings for the requester and is said in the line’s threads', () => {
  expect(told('slack:U0ANNA', { kind: 'resolved', text: 'Done', article: null })).toEqual([
    ...SHOWN,
    'tell:42:v3:slack:C1',
    'tell:42:v3:teams:C2',
    'tell:42:v3:slack:U0NORA',
  ]);
});

it('an internal note is said to the line alone, and not where it was written', () => {
  const note: Happening = { kind: 'commented', visibility: 'internal', text: 'x' };

  expect(told('slack:U0ANNA', note, { origin: 'slack:C1' })).toEqual(['tell:42:v3:teams:C2']);
});

it('closing redraws what is shown and posts nothing new', () => {
  const shownIn = [
    { place: 'slack:C1', view: 'line' },
    { place: 'slack:U0NORA', view: 'requester' },
  ] as const;

  expect(told('system', { kind: 'closed' }, { shownIn })).toEqual([
    'show-ticket:42:v3:slack:C1',
    'show-ticket:42:v3:slack:U0NORA',
  ]);
});

it('a requester’s words in their thread are not repeated there, those of a form are', () => {
  const words: Happening = { kind: 'commented', visibility: 'public', text: 'x' };
  const line = [...SHOWN, 'tell:42:v3:slack:C1', 'tell:42:v3:teams:C2'];

  expect(told('slack:U0NORA', words, { origin: 'slack:D0NORA' })).toEqual(line);
  expect(told('slack:U0NORA', words)).toEqual([...line, 'tell:42:v3:slack:U0NORA']);
});

it('a requester is told when somebody else reopens their ticket', () => {
  expect(told('slack:U0ANNA', { kind: 'reopened', reason: '' })).toContain('tell:42:v3:slack:U0NORA');
  expect(told('slack:U0NORA', { kind: 'reopened', reason: '' })).not.toContain('tell:42:v3:slack:U0NORA');
});

it('a requester whom no chat reaches is not announced to', () => {
  expect(told('slack:U0ANNA', { kind: 'claimed' }, { requester: null })).toEqual(SHOWN.slice(0, 3));
});

it('whoever is shown the requester’s view never gets the line’s card', () => {
  const shownIn = [
    { place: 'slack:C1', view: 'line' },
    { place: 'slack:D0FORMER', view: 'requester' },
  ] as const;
  const views = (more: Partial<Audience>): string[] =>
    announcementsOf(ticket, 'slack:U0ANNA', { kind: 'claimed' }, { ...audience, shownIn, ...more }).map(
      ({ to, what }) => `${to} ${'view' in what ? what.view : ''}`,
    );

  expect(views({})).toEqual(['slack:C1 line', 'teams:C2 line', 'slack:U0NORA requester', 'slack:D0FORMER requester']);
  expect(views({ requester: null })).toEqual(['slack:C1 line', 'teams:C2 line', 'slack:D0FORMER requester']);
});

it('of two people who may be one, only one is asked', () => {
  const question = { kind: 'same-person', person: 'slack:U0NORA', other: 'teams:nora' } as const;
  const mirrored = { kind: 'same-person', person: 'teams:nora', other: 'slack:U0NORA' } as const;

  expect(keyOf({ to: 'slack:U0NORA', what: question })).toBe(keyOf({ to: 'teams:nora', what: mirrored }));
});

it('what concerns one ticket in one place shares a lane, other places do not wait for it', () => {
  const lanes = announcementsOf(ticket, 'slack:U0ANNA', { kind: 'resolved', text: '', article: null }, audience).map(
    laneOf,
  );

  expect(new Set(lanes)).toEqual(
    new Set(['ticket:42@slack:C1', 'ticket:42@teams:C2', 'ticket:42@slack:C0', 'ticket:42@slack:U0NORA']),
  );
});
