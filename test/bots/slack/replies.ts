/** What a desk says in the tests of the Slack bot, and how people speak to the bot there. */
import type { Rig } from './slack-double';
import { interactive } from './slack-double';
import command from '../../fixtures/slack/command.json';
import submission from '../../fixtures/slack/submission.json';
import type { Card, Form, Reply } from '../../../src/chat/card';

export const CARD: Card = {
  title: 'Hello',
  summary: 'Hello there',
  parts: [{ kind: 'text', text: 'Hello there' }],
  actions: [],
};
export const SHOWN: Reply = { kind: 'card', card: CARD, replaces: false };
export const REPLACES: Reply = { kind: 'card', card: CARD, replaces: true };
export const FORM: Form = {
  title: 'Open a ticket',
  submit: 'Open ticket',
  cancel: 'Cancel',
  intent: { kind: 'open', inquiryId: 7, intake: 'command' },
  fields: [{ kind: 'text', name: 'summary', label: 'Summary', optional: false, multiline: false, maxLength: 100 }],
};
export const ASK_FORM: Reply = { kind: 'form', form: FORM };

type Sent = ReturnType<Rig['send']>;

export const sendCommand = (rig: Rig, text = 'my vpn drops'): Sent =>
  rig.send({ ...command, text, response_url: rig.slack.responseUrl('command') }, { form: true });

export const click = (rig: Rig, payload: object): Sent =>
  rig.send(...interactive({ ...payload, response_url: rig.slack.responseUrl('action') }));

/** @param metadata of the form; when absent, of one that was opened from an ephemeral message */
export const submit = (rig: Rig, metadata?: string): Sent => {
  const respondTo = `{"kind":"open","inquiryId":7,"intake":"command"}\n${rig.slack.responseUrl('opener')}`;
  return rig.send(
    ...interactive({ ...submission, view: { ...submission.view, private_metadata: metadata ?? respondTo } }),
  );
};
