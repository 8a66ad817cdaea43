import { LIMITS } from '../../../bots/slack/block-kit';
import { renderAgain, renderCardModal, renderForm, unpackMetadata } from '../../../bots/slack/modal';
import type { SubmittedView } from '../../../bots/slack/modal';
import type { Form } from '../../../src/chat/card';
import submission from '../../fixtures/slack/submission.json';

describe('a form', () => {
  const form: Form = {
    title: 'Open a ticket for somebody else',
    submit: 'Open ticket',
    cancel: 'Cancel',
    intent: { kind: 'open', inquiryId: 7, intake: 'command', text: 'x'.repeat(5000) },
    intro: 'Tell us more',
    fields: [
      {
        kind: 'text',
        name: 'summary',
        label: 'Summary',
        optional: false,
        multiline: false,
        maxLength: 10,
        value: 'y'.repeat(50),
      },
      {
        kind: 'choice',
        name: 'priority',
        label: 'Priority',
        optional: false,
        value: 'P3',
        groups: [
          {
            label: null,
            options: [
              { value: 'P2', label: 'High' },
              { value: 'P3', label: 'Normal' },
              { value: 'too long for Slack'.repeat(10), label: 'Never' },
            ],
          },
        ],
      },
      {
        kind: 'choice',
        name: 'category',
        label: 'Category',
        optional: true,
        groups: [
          { label: 'Network', options: [{ value: 'network/vpn', label: 'VPN', description: 'Tunnels' }] },
          { label: 'Other', options: [{ value: 'other', label: 'Other' }] },
        ],
      },
      { kind: 'choice', name: 'empty', label: 'Nothing to choose', optional: true, groups: [] },
      { kind: 'person', name: 'requester', label: 'For', optional: true, value: 'slack:U0JAN' },
    ],
  };

  it('has one input for each field, named by it, with its value', () => {
    const view = renderForm(form, null);
    expect(view.blocks).toMatchObject([
      { type: 'rich_text' },
      {
        type: 'input',
        block_id: 'summary',
        element: { action_id: 'value', initial_value: 'yyyyyyyyy…', max_length: 10 },
      },
      {
        block_id: 'priority',
        dispatch_action: false,
        element: {
          type: 'static_select',
          options: [{ value: 'P2' }, { value: 'P3' }],
          initial_option: { value: 'P3', text: { text: 'Normal' } },
        },
      },
      { block_id: 'category', optional: true, element: { option_groups: [{ label: { text: 'Network' } }, {}] } },
      { block_id: 'requester', element: { type: 'users_select', initial_user: 'U0JAN' } },
    ]);
    expect(view.title.text).toBe('Open a ticket for someb…');
  });

  it('remembers its intent and the message it came from, within Slack’s 3000 characters', () => {
    const url = `https://hooks.slack.com/actions/${'z'.repeat(80)}`;
    const metadata = renderForm(form, url).private_metadata ?? '';
    expect(metadata.length).toBeLessThanOrEqual(LIMITS.privateMetadata);
    expect(unpackMetadata(metadata).respondTo).toBe(url);
    expect(JSON.parse(unpackMetadata(metadata).value)).toMatchObject({ kind: 'open', inquiryId: 7 });
  });

  it('shown again after a late answer still has what was typed, and says what is wrong', () => {
    const again = renderAgain(submission.view as unknown as SubmittedView, { summary: 'Too short' });
    expect(again).toMatchObject({
      private_metadata: submission.view.private_metadata,
      blocks: [
        { type: 'rich_text', elements: [{ elements: [{ text: 'Too short' }] }] },
        { type: 'input', block_id: 'summary', element: { initial_value: 'VPN drops <every> hour & more' } },
      ],
    });
  });
});

describe('a card in a modal', () => {
  it('has its whole title in the body when the frame cannot hold it', () => {
    const view = renderCardModal(
      { title: 'How to set up the VPN on a Mac', summary: 'VPN', parts: [], actions: [] },
      null,
    );
    expect(view.title.text.length).toBeLessThanOrEqual(24);
    expect(view.blocks[0]).toMatchObject({ type: 'header', text: { text: 'How to set up the VPN on a Mac' } });
    expect(view).not.toHaveProperty('submit');
  });
});
