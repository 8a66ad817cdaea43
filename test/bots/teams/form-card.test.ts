import { FORM_VERB, VERB } from '../../../bots/teams/adaptive-card';
import { readData, renderForm } from '../../../bots/teams/form-card';
import type { Form } from '../../../src/chat/card';
import { nodesIn, problemsOf, shownBy } from './card-check';

const NORA = '5A2B3C4D-0000-4000-8000-00000000000A';

const FORM: Form = {
  title: 'Open a ticket',
  submit: 'Open ticket',
  cancel: 'Cancel',
  missing: 'Please fill this in.',
  intent: { kind: 'open', inquiryId: 7, intake: 'command', text: 'x'.repeat(5000) },
  intro: 'Tell us **more**',
  fields: [
    {
      kind: 'text',
      name: 'subject',
      label: 'Summary',
      optional: false,
      multiline: false,
      maxLength: 10,
      value: 'y'.repeat(50),
      placeholder: 'One sentence',
    },
    { kind: 'text', name: 'details', label: 'Details', optional: true, multiline: true, maxLength: 9000 },
    {
      kind: 'choice',
      name: 'category',
      label: 'Category',
      optional: false,
      hint: 'Roughly',
      value: 'network/vpn',
      groups: [
        {
          label: 'Network',
          options: [
            { value: 'network', label: 'Network (general)' },
            { value: 'network/vpn', label: 'VPN' },
          ],
        },
        { label: null, options: [{ value: 'other', label: 'Other' }] },
      ],
    },
    { kind: 'choice', name: 'empty', label: 'Nothing to choose', optional: true, groups: [] },
    { kind: 'person', name: 'requester', label: 'For', optional: true, value: `teams:${NORA}` },
  ],
};

const dialog = renderForm(FORM, { nonce: 'n1', fallback: false });
const inChat = renderForm(FORM, { nonce: 'n1', fallback: true });
const input = (card: object, id: string) => nodesIn(card).find((node) => node.id === id);

describe('a form', () => {
  it('is valid, in a dialog and in a chat', () => {
    expect(problemsOf(dialog)).toEqual([]);
    expect(problemsOf(inChat)).toEqual([]);
  });

  it('has one input for each field, with its label, value and limit', () => {
    expect(input(dialog, 'f_subject')).toEqual({
      type: 'Input.Text',
      id: 'f_subject',
      label: 'Summary',
      isRequired: true,
      errorMessage: 'Please fill this in.',
      isMultiline: false,
      maxLength: 10,
      placeholder: 'One sentence',
      value: 'yyyyyyyyy…',
    });
    expect(input(dialog, 'f_details')).toMatchObject({ isMultiline: true, maxLength: 3000 });
    expect(input(dialog, 'f_details')).not.toHaveProperty('isRequired');
    expect(input(dialog, 'f_empty')).toBeUndefined();
  });

  it('names the group of a choice, unless it names it itself', () => {
    expect(input(dialog, 'f_category')).toMatchObject({
      style: 'compact',
      value: 'network/vpn',
      choices: [{ title: 'Network (general)' }, { title: 'Network › VPN' }, { title: 'Other' }],
    });
  });

  it('picks people of the organisation, with the known one chosen', () => {
    expect(input(dialog, 'f_requester')).toMatchObject({
      value: NORA,
      'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' },
    });
  });

  it('chooses nobody of another chat and nothing that is not on the list', () => {
    const again = renderForm(FORM, { nonce: 'n', fallback: false, typed: { requester: 'slack:U1', category: 'gone' } });
    expect(input(again, 'f_requester')).not.toHaveProperty('value');
    expect(input(again, 'f_category')).not.toHaveProperty('value');
  });

  it('has a title of its own only in a chat, where a dialog’s frame does not say it', () => {
    expect(shownBy(inChat)).toMatch(/^Open a ticket\n/);
    expect(shownBy(dialog)).toMatch(/^Tell us \*\*more\*\*\n/);
  });

  it('is sent by the older kind of button in a dialog, and by the newer in a chat', () => {
    expect(dialog.actions).toMatchObject([{ type: 'Action.Submit', title: 'Open ticket', style: 'positive' }]);
    expect(inChat.actions).toMatchObject([
      { type: 'Action.Execute', verb: FORM_VERB, fallback: { type: 'Action.Submit', data: { nonce: 'n1' } } },
    ]);
    expect(FORM_VERB).not.toBe(VERB);
  });

  it('shown again keeps what was typed, each fault right below its field', () => {
    const errors = { subject: '<at>Ewa</at> is *no*', category: 'Please choose.', gone: 'Too late.' };
    const again = renderForm(FORM, {
      nonce: 'n2',
      fallback: false,
      typed: { subject: 'VPN', details: 'a\nb' },
      errors,
    });
    expect(problemsOf(again)).toEqual([]);
    expect(input(again, 'f_subject')).toMatchObject({ value: 'VPN' });
    expect(input(again, 'f_details')).toMatchObject({ value: 'a\nb' });
    expect(input(again, 'f_category')).toMatchObject({ value: 'network/vpn' });
    expect(again.body.map((each) => ('id' in each ? each.id : shownBy(each)))).toEqual([
      'Tell us **more**',
      'Too late.',
      'f_subject',
      '<at>Ewa</at> is *no*',
      'f_details',
      'f_category',
      'Please choose.',
      'Roughly',
      'f_requester',
    ]);
    expect(JSON.stringify(again.body[3])).toContain('"color":"Attention"');
  });
});

describe('what comes back', () => {
  const [submit] = dialog.actions ?? [];
  const data = (submit !== undefined && 'data' in submit ? submit.data : {}) as object;

  it('has the fields by name, and the person picked as an id of ours', () => {
    const typed = { f_subject: '{"a":1}', f_details: '', f_requester: NORA, f___proto__: 'x', other: 'no' };
    expect(readData({ ...data, ...typed })).toMatchObject({
      nonce: 'n1',
      intent: {
        kind: 'open',
        inquiryId: 7,
        fields: { subject: '{"a":1}', details: '', requester: `teams:${NORA.toLowerCase()}` },
      },
    });
  });

  it('has fields even when every input was left empty', () => {
    const { intent } = readData(data);
    expect(intent).toMatchObject({ kind: 'open', fields: {} });
  });

  it('keeps a text that looks like a person’s id as it was typed', () => {
    expect(readData({ ...data, f_details: NORA }).intent).toMatchObject({ fields: { details: NORA } });
  });

  it('of a button has no fields, whatever else was sent', () => {
    const { intent, nonce } = readData({ helpdesk: '{"kind":"escalate","ticketId":1}', f_text: 'x' });
    expect({ intent, nonce }).toEqual({ intent: { kind: 'escalate', ticketId: 1 }, nonce: null });
  });

  it.each([null, undefined, 'x', 7, [], {}, { helpdesk: 7 }, { helpdesk: '{' }, { helpdesk: '{}', nonce: 'n' }])(
    'is unknown when it is not ours: %j',
    (forged) => {
      expect(readData(forged).intent).toEqual({ kind: 'unknown' });
    },
  );

  it.each([{ people: 'requester' }, { people: [7, null] }, { nonce: 7 }, { nonce: '' }, { f_requester: ['a'] }])(
    'never breaks on forged data: %j',
    (forged) => {
      expect(readData({ ...data, ...forged }).intent.kind).toBe('open');
    },
  );
});
