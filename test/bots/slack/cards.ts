/** Cards and a form such as the helpdesk makes, for tests that show them to somebody. */
import type { Card, Form } from '../../../src/chat/card';

const NASTY = '<!channel> <@U0ANNA> *bold* `code` & > quote';
export const PLAIN: Card = {
  title: 'Hello',
  summary: 'Hello there',
  parts: [{ kind: 'quote', text: NASTY }],
  actions: [],
};
export const ANSWER: Card = {
  title: 'May this help?',
  summary: 'An article may help',
  parts: [
    {
      kind: 'item',
      title: 'VPN on the road',
      text: 'Restart it.',
      button: { label: 'Read more', intent: { kind: 'read', articleId: 'vpn', inquiryId: 7 } },
    },
  ],
  actions: [{ label: 'Open a ticket', intent: { kind: 'open', inquiryId: 7, intake: 'command' } }],
};
export const TICKET: Card = {
  title: '#42 VPN drops',
  summary: '#42 was opened',
  parts: [
    {
      kind: 'facts',
      facts: [
        { label: 'Opened', value: new Date('2026-11-23T09:00:00Z') },
        { label: 'Requester', value: { id: 'slack:U0EWA', name: 'Ewa' } },
      ],
    },
  ],
  actions: [{ label: 'Claim', intent: { kind: 'claim', ticketId: 42 }, style: 'primary' }],
  menu: [{ label: 'Escalate', intent: { kind: 'escalate', ticketId: 42 } }],
};
export const FORM: Form = {
  title: 'Open a ticket',
  submit: 'Open ticket',
  cancel: 'Cancel',
  intent: { kind: 'open', inquiryId: 7, intake: 'command' },
  fields: [
    {
      kind: 'text',
      name: 'summary',
      label: 'Summary',
      optional: false,
      multiline: false,
      maxLength: 150,
      value: 'VPN',
    },
    {
      kind: 'choice',
      name: 'priority',
      label: 'Priority',
      optional: false,
      groups: [
        {
          label: null,
          options: [
            { value: 'P3', label: 'Normal' },
            { value: 'P2', label: 'High' },
          ],
        },
      ],
      value: 'P3',
    },
    { kind: 'person', name: 'requester', label: 'For', optional: true },
  ],
};
