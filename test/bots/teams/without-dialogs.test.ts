import { renderCard } from '../../../bots/teams/adaptive-card';
import { withoutDialogs } from '../../../bots/teams/card-elements';
import type { Card } from '../../../src/chat/card';

const CARD: Card = {
  title: 'Hello',
  summary: 'Hello',
  parts: [
    {
      kind: 'item',
      title: 'VPN',
      text: 'drops',
      button: { label: 'Read more', intent: { kind: 'read', articleId: 'vpn', inquiryId: 7 } },
    },
  ],
  actions: [
    { label: 'Open a ticket', intent: { kind: 'open', inquiryId: 7, intake: 'direct-message' }, style: 'primary' },
    { label: 'That solved it', intent: { kind: 'solved', inquiryId: 7 } },
  ],
};

it('a client that knows no dialogs gets the same buttons, answered in the chat', () => {
  const drawn = renderCard(CARD);
  const shaped = JSON.stringify(withoutDialogs(drawn));

  expect(JSON.stringify(drawn)).toContain('task/fetch');
  expect(shaped).not.toContain('task/fetch');
  expect(withoutDialogs(drawn).actions).toMatchObject([
    { type: 'Action.Execute', title: 'Open a ticket', style: 'positive', verb: 'helpdesk' },
    { type: 'Action.Execute', title: 'That solved it', verb: 'helpdesk' },
  ]);
  for (const label of ['Read more', 'Open a ticket', 'That solved it']) expect(shaped).toContain(label);
});

it('leaves everything else of a message as it is', () => {
  const message = { type: 'message', attachments: [{ content: { text: '{"data":1}', items: [null, 3, true] } }] };

  expect(withoutDialogs(message)).toEqual(message);
});
