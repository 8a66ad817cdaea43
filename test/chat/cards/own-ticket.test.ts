/** An agent who is the requester as well: what they resolve is resolved, and what they give up is given up. */
import type { PersonId } from '../../../src/domain/person';
import type { Change } from '../../../src/domain/ticket';
import { readerOf } from '../../../src/chat/cards/reader';
import { statusCard } from '../../../src/chat/cards/status-card';
import { threadCard } from '../../../src/chat/cards/thread-card';
import { ANNA, file, WORDS } from '../every-ticket';

const reader = readerOf('en', { categories: [], lines: [], groups: [] });

const ownTicket = (text: string) => {
  const resolve: [Change, PersonId] = [{ kind: 'resolve', text, article: null }, ANNA];
  const own = file(WORDS.plain!, [resolve], { requester: ANNA, openedBy: ANNA });
  const line = threadCard(own, own.events.at(-1)!, 'line', reader);
  return { status: JSON.stringify(statusCard(own, reader, true).parts), line: line?.title };
};

it('an agent who says what solved their own request has resolved it', () => {
  const { status, line } = ownTicket('New fan');

  expect(line).toBe('Nora Lewis resolved ticket #1234567');
  expect(status).toContain('Resolved by Nora Lewis');
});

it('whoever gives up their request no longer needs it', () => {
  const { status, line } = ownTicket('');

  expect(line).toBe('Nora Lewis no longer needs this');
  expect(status).toContain('You closed this yourself.');
});
