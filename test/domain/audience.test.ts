import type { Group } from '../../src/domain/audience';
import { audienceOfTickets, hasEmail, isFor, readAudience } from '../../src/domain/audience';
import type { SimilarTicketsFor, SupportLine } from '../../src/domain/support-line';
import { LINES } from '../support/desk';

it.each([
  [[], 'everyone'],
  [['everyone, agents'], 'everyone'],
  [['line:it', 'agents'], 'agents,line:it'],
  [[' Department:Finance ;line:it,'], 'department:finance,line:it'],
])('%j is read as the audience %s', (written, audience) => {
  expect(readAudience(written, null)).toEqual({ audience });
});

it.each(['line', 'line:', 'line:a b', 'team:it', 'everybody', `department:${'d'.repeat(33)}`])(
  'the audience "%s" is refused, with what is allowed',
  (written) => {
    expect(readAudience([written], null)).toEqual({
      problem: expect.stringContaining('use everyone, agents, line:KEY'),
    });
  },
);

it('an audience is for whoever belongs to one of its groups, by the whole word', () => {
  const audience = 'department:finance,line:it';

  expect(isFor(audience, new Set(['everyone', 'line:it']))).toBe(true);
  expect(isFor(audience, new Set(['everyone', 'agents', 'line:it-l2', 'department:fin']))).toBe(false);
});

it.each([
  ['ewa@example.com', true],
  ['Ewa@Example.com', true],
  ['jan@finance.example.com', true],
  ['jan@example.com', false],
  ['ewa@example.com.evil.org', false],
  ['finance.example.com', false],
  ['a@evil.org@finance.example.com.evil.org', false],
])('%s belongs to the department: %s', (email, isOne) => {
  const group: Group = {
    kind: 'department',
    key: 'finance',
    name: 'Finance',
    members: ['mailto:ewa@example.com'],
    emailDomains: ['finance.example.com'],
    homes: [],
  };

  expect(hasEmail(group, email)).toBe(isOne);
});

describe('how the tickets of a line were resolved', () => {
  const lines = (similarTickets: SimilarTicketsFor): SupportLine[] => [
    ...LINES.map((line) => ({ ...line, similarTickets })),
    { ...(LINES[0] as SupportLine), key: 'hr', escalatesTo: null, similarTickets },
  ];

  it.each([
    ['line', 'line:it', 'line:it-l2', 'line:hr'],
    ['agents', 'line:it,line:it-l2', 'line:it,line:it-l2', 'line:hr'],
    ['requesters', 'everyone,line:it,line:it-l2', 'everyone,line:it,line:it-l2', 'everyone,line:hr'],
  ] as const)('is for the right people when it is for %s', (similarTickets, ...audiences) => {
    const keys = ['it', 'it-l2', 'hr'];

    expect(keys.map((key) => audienceOfTickets(key, lines(similarTickets)))).toEqual(audiences);
  });

  it('is nobody’s once the line is gone', () => {
    expect(audienceOfTickets('old', lines('requesters'))).toBe('line:old');
  });
});
