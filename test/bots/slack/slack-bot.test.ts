import { interactive, openRig, until } from './slack-double';
import type { Rig } from './slack-double';
import buttonClaim from '../../fixtures/slack/button-claim.json';
import buttonForged from '../../fixtures/slack/button-forged.json';
import buttonInEphemeral from '../../fixtures/slack/button-in-ephemeral.json';
import buttonLink from '../../fixtures/slack/button-link.json';
import directMessage from '../../fixtures/slack/direct-message.json';
import mention from '../../fixtures/slack/mention.json';
import reaction from '../../fixtures/slack/reaction.json';
import shortcutGlobal from '../../fixtures/slack/shortcut-global.json';
import shortcutMessage from '../../fixtures/slack/shortcut-message.json';
import submission from '../../fixtures/slack/submission.json';
import threadReply from '../../fixtures/slack/thread-reply.json';
import { unpackMetadata } from '../../../bots/slack/modal';
import { ASK_FORM, FORM, REPLACES, SHOWN, click, sendCommand, submit } from './replies';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig();
});

afterEach(() => rig.close());

const inModal = (kind: string, ticket: object = { articleId: 'vpn', inquiryId: 7 }) => {
  const { message: _message, ...payload } = buttonClaim;
  const action = { ...payload.actions[0], value: JSON.stringify({ kind, ...ticket }) };
  const view = { ...submission.view, private_metadata: `\n${rig.slack.responseUrl('opener')}` };
  return rig.send(...interactive({ ...payload, container: { type: 'view' }, view, actions: [action] }));
};

describe('a command', () => {
  it('is answered with a card that only its author sees, in the acknowledgement itself', async () => {
    rig.desk.says(SHOWN);

    const answer = await sendCommand(rig);

    expect(answer.body).toMatchObject({
      response_type: 'ephemeral',
      text: 'Hello there',
      blocks: [{ type: 'header' }, {}],
    });
  });

  it('opens a form with its trigger, after an empty acknowledgement', async () => {
    rig.desk.says(ASK_FORM);

    const answer = await sendCommand(rig, '');
    await until(() => rig.slack.called('views.open').length === 1);

    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(rig.slack.called('views.open')[0]).toMatchObject({
      trigger_id: '11.22.command',
      view: { callback_id: 'open', submit: { text: 'Open ticket' } },
    });
  });

  it('is acknowledged in silence when there is nothing to say', async () => {
    expect(await sendCommand(rig)).toMatchObject({ status: 200, body: '' });
  });

  it('whose form comes too late for its trigger is given the button that opens it', async () => {
    rig.desk.says(ASK_FORM);
    rig.slack.script['views.open'] = { error: 'expired_trigger_id' };

    await sendCommand(rig, '');
    await until(() => rig.slack.responses.length === 1);

    expect(rig.slack.responses[0]!.body).toMatchObject({
      response_type: 'ephemeral',
      blocks: [{}, { type: 'actions', elements: [{ text: { text: 'Open a ticket' } }] }],
    });
  });
});

describe('a click in a message', () => {
  it('is answered by a new card to whoever clicked', async () => {
    rig.desk.says(SHOWN);

    expect(await click(rig, buttonClaim)).toMatchObject({ status: 200, body: '' });
    await until(() => rig.slack.responses.length === 1);

    expect(rig.slack.responses[0]!.body).toMatchObject({ response_type: 'ephemeral', replace_original: false });
  });

  it('is answered in the place of the card that was clicked', async () => {
    rig.desk.says(REPLACES);

    await click(rig, buttonInEphemeral);
    await until(() => rig.slack.responses.length === 1);

    expect(rig.slack.responses[0]!.body).toMatchObject({ replace_original: true, text: 'Hello there' });
  });

  it('on a private message opens a form that remembers which message to replace', async () => {
    rig.desk.says(ASK_FORM);

    await click(rig, buttonInEphemeral);
    await until(() => rig.slack.called('views.open').length === 1);

    const { private_metadata } = rig.slack.called('views.open')[0]!['view'];
    expect(unpackMetadata(String(private_metadata))).toEqual({
      value: '{"kind":"open","inquiryId":7,"intake":"command"}',
      respondTo: rig.slack.responseUrl('action'),
    });
  });

  it('on a message everybody sees opens a form that leaves that message alone', async () => {
    rig.desk.says(ASK_FORM);

    await click(rig, buttonClaim);
    await until(() => rig.slack.called('views.open').length === 1);

    expect(unpackMetadata(String(rig.slack.called('views.open')[0]!['view'].private_metadata)).respondTo).toBeNull();
  });

  it('on “Read more” opens the article on top', async () => {
    rig.desk.says(SHOWN);
    const action = { ...buttonClaim.actions[0], value: '{"kind":"read","articleId":"vpn","inquiryId":7}' };

    await click(rig, { ...buttonInEphemeral, actions: [action] });
    await until(() => rig.slack.called('views.open').length === 1);

    expect(rig.slack.called('views.open')[0]).toMatchObject({ view: { title: { text: 'Hello' } } });
    expect(rig.slack.responses).toEqual([]);
  });

  it('with a forged value reaches the desk as unknown', async () => {
    await click(rig, buttonForged);

    expect(rig.desk.heard).toMatchObject([{ intent: { kind: 'unknown' } }]);
  });

  it('on a link is acknowledged and nothing else', async () => {
    expect((await click(rig, buttonLink)).status).toBe(200);
    expect(rig.desk.heard).toEqual([]);
  });
});

describe('a click in a modal', () => {
  it('on “Read more” lays the article on top', async () => {
    rig.desk.says(SHOWN);

    await inModal('read');
    await until(() => rig.slack.called('views.push').length === 1);

    expect(rig.slack.called('views.push')[0]).toMatchObject({
      trigger_id: '11.22.action',
      view: { title: { text: 'Hello' } },
    });
  });

  it('takes the place of the modal below when Slack’s stack is full', async () => {
    rig.desk.says(SHOWN);
    rig.slack.script['views.push'] = { error: 'push_limit_reached' };

    await inModal('read');
    await until(() => rig.slack.called('views.update').length === 1);

    expect(rig.slack.called('views.update')[0]).toMatchObject({ view_id: 'V0FORM' });
  });

  it('that settles the question replaces the modal and the message it was opened from', async () => {
    rig.desk.says(REPLACES);

    await inModal('solved');
    await until(() => rig.slack.called('views.update').length === 1);

    expect(rig.slack.responses).toMatchObject([{ path: 'opener', body: { replace_original: true } }]);
  });
});

describe('a submitted form', () => {
  it('is followed by the card in its place, and the message it came from is replaced by the card too', async () => {
    rig.desk.says(REPLACES);

    const answer = await submit(rig);
    await until(() => rig.slack.responses.length === 1);

    expect(answer.body).toMatchObject({ response_action: 'update', view: { title: { text: 'Hello' } } });
    expect(answer.body.view).not.toHaveProperty('submit');
    expect(rig.slack.responses).toMatchObject([
      { path: 'opener', body: { replace_original: true, text: 'Hello there' } },
    ]);
  });

  it('that is refused shows why, and the message it came from stays', async () => {
    rig.desk.says(SHOWN);

    const answer = await submit(rig);
    await rig.bot.stop();

    expect(answer.body).toMatchObject({ response_action: 'update', view: { title: { text: 'Hello' } } });
    expect(rig.slack.responses).toEqual([]);
  });

  it('closes when there is nothing to say', async () => {
    expect((await submit(rig)).body).toEqual({ response_action: 'clear' });
  });

  it('stays open with each message beside its field, and one for an unknown field beside the first', async () => {
    rig.desk.says({ kind: 'invalid', errors: { summary: 'Please say more.', ghost: 'And this.' } });

    const answer = await submit(rig);

    expect(answer.body).toEqual({ response_action: 'errors', errors: { summary: 'Please say more. And this.' } });
    expect(rig.slack.responses).toEqual([]);
  });

  it('with forged private data reaches the desk as unknown', async () => {
    await submit(rig, '{"kind":"sudo"}');

    expect(rig.desk.heard).toMatchObject([{ intent: { kind: 'unknown' } }]);
  });
});

describe('a shortcut', () => {
  it('opens the form', async () => {
    rig.desk.says(ASK_FORM);

    expect((await rig.send(...interactive(shortcutGlobal))).status).toBe(200);
    await until(() => rig.slack.called('views.open').length === 1);
  });

  it('that is refused shows the refusal in a modal', async () => {
    rig.desk.says(SHOWN);

    await rig.send(...interactive(shortcutMessage));
    await until(() => rig.slack.called('views.open').length === 1);

    expect(rig.slack.called('views.open')[0]).toMatchObject({
      trigger_id: '11.22.message',
      view: { title: { text: 'Hello' } },
    });
  });

  it('whose modal cannot be opened is answered by direct message', async () => {
    rig.desk.says(SHOWN);
    rig.slack.script['views.open'] = { error: 'expired_trigger_id' };

    await rig.send(...interactive(shortcutGlobal));
    await until(() => rig.slack.called('chat.postMessage').length === 1);

    expect(rig.slack.called('chat.postMessage')[0]).toMatchObject({ channel: 'D0DIRECT' });
  });
});

describe('events', () => {
  it('a mention is answered to its author only, where it was written', async () => {
    rig.desk.says(SHOWN);

    expect((await rig.send(mention)).status).toBe(200);
    await until(() => rig.slack.called('chat.postEphemeral').length === 1);

    expect(rig.slack.called('chat.postEphemeral')[0]).toMatchObject({ channel: 'C0GENERAL', user: 'U0EWA' });
  });

  it('a mention where the bot may not whisper is answered by direct message', async () => {
    rig.desk.says(SHOWN);
    rig.slack.script['chat.postEphemeral'] = { error: 'user_not_in_channel' };

    await rig.send(mention);
    await until(() => rig.slack.called('chat.postMessage').length === 1);

    expect(rig.slack.called('chat.postMessage')[0]).toMatchObject({ channel: 'D0DIRECT' });
  });

  it('a direct message’s card is posted in that conversation', async () => {
    rig.desk.says(SHOWN);

    await rig.send(directMessage);
    await until(() => rig.slack.called('chat.postMessage').length === 1);

    expect(rig.slack.called('chat.postMessage')[0]).toMatchObject({ channel: 'D0EWA', text: 'Hello there' });
  });

  it('a form, which no event can open, becomes the button that opens it', async () => {
    rig.desk.says(ASK_FORM);

    await rig.send(directMessage);
    await until(() => rig.slack.called('chat.postMessage').length === 1);

    const drawn = JSON.stringify(rig.slack.called('chat.postMessage')[0]!['blocks']);
    expect(drawn).toContain(JSON.stringify(JSON.stringify(FORM.intent)));
  });

  it('an emoji on a ticket’s card is a claim, and on any other message nothing', async () => {
    await rig.send(reaction);
    rig.shows.set('slack:C0SUPPORT:1790000000.000100', 42);
    await rig.send(reaction);

    expect(rig.desk.heard).toMatchObject([
      { from: { id: 'slack:U0ANNA' }, intent: { kind: 'claim', ticketId: 42, quick: true } },
    ]);
  });

  it('a reply in a ticket’s thread is a note', async () => {
    rig.shows.set('slack:C0SUPPORT:1790000000.000100', 42);

    await rig.send(threadReply);

    expect(rig.desk.heard).toMatchObject([{ intent: { kind: 'note', ticketId: 42 } }]);
  });

  it('name the people that a message mentions', async () => {
    const event = { ...directMessage.event, text: 'please help <@U0JAN>' };

    await rig.send({ ...directMessage, event });

    expect(rig.desk.heard).toMatchObject([{ intent: { kind: 'ask', text: 'please help @Ewa' } }]);
  });

  it('name the people that a forwarded message mentions', async () => {
    const attachments = [{ is_share: true, text: '<@U0JAN> cannot print' }];

    await rig.send({ ...directMessage, event: { ...directMessage.event, text: '', attachments } });

    expect(rig.desk.heard).toMatchObject([{ intent: { kind: 'ask', text: '@Ewa cannot print' } }]);
  });

  it('are answered before anything is posted', async () => {
    rig.desk.says(SHOWN);
    let finish: () => void = () => undefined;
    rig.slack.script['chat.postEphemeral'] = (_args, response) => {
      finish = () => response.end('{"ok":true}');
      return null;
    };

    const answer = await rig.send(mention);

    expect(answer.status).toBe(200);
    await until(() => rig.slack.called('chat.postEphemeral').length === 1);
    finish();
  });

  it('that the desk could not store are answered 500, and handled when Slack brings them again', async () => {
    rig.desk.answer = () => Promise.reject(new Error('database down'));
    const first = await rig.send(directMessage);
    rig.desk.says(SHOWN);
    const second = await rig.send(directMessage, { headers: { 'x-slack-retry-num': '1' } });
    await until(() => rig.slack.called('chat.postMessage').length === 1);

    expect([first.status, second.status]).toEqual([500, 200]);
    expect(rig.desk.heard).toHaveLength(2);
  });

  it('that fail to the last are admitted to their author, with a reference', async () => {
    rig.desk.answer = () => Promise.reject(new Error('database down'));

    const answer = await rig.send(directMessage, { headers: { 'x-slack-retry-num': '3' } });
    await until(() => rig.slack.called('chat.postMessage').length === 1);

    expect(answer.status).toBe(200);
    expect(rig.slack.called('chat.postMessage')[0]!['text']).toMatch(/[0-9A-F]{6}/);
  });

  it('that come five times at once are handled once and answered once', async () => {
    rig.desk.says(SHOWN);

    const answers = await Promise.all(Array.from({ length: 5 }, () => rig.send(directMessage)));
    await rig.bot.stop();

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(rig.desk.heard).toHaveLength(1);
    expect(rig.slack.called('chat.postMessage')).toHaveLength(1);
  });
});
