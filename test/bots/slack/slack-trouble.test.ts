import { openRig, until } from './slack-double';
import type { Rig } from './slack-double';
import buttonClaim from '../../fixtures/slack/button-claim.json';
import buttonInEphemeral from '../../fixtures/slack/button-in-ephemeral.json';
import directMessage from '../../fixtures/slack/direct-message.json';
import { ASK_FORM, CARD, SHOWN, click, sendCommand, submit } from './replies';
import type { Reply } from '../../../src/chat/card';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig();
});

afterEach(() => rig.close());

const warnings = () => rig.logged.filter(({ level }) => level >= 40);

describe('a slow desk', () => {
  it('is excused within Slack’s three seconds, and its answer follows', async () => {
    const { done } = rig.desk.thinks();

    const answer = await sendCommand(rig);

    expect(answer).toMatchObject({ status: 200, body: { response_type: 'ephemeral' } });
    expect(answer.body.text).toBe('To trwa dłużej niż zwykle. Nie musisz powtarzać: za chwilę damy znać.');
    expect(answer.elapsedMs).toBeLessThan(3000);
    expect(rig.slack.responses).toEqual([]);

    done(SHOWN);
    await until(() => rig.slack.responses.length === 1);
    expect(rig.slack.responses[0]).toMatchObject({ path: 'command', body: { text: 'Hello there' } });
  });

  it('has its form’s place kept by a modal, which becomes the form however late it comes', async () => {
    const { done } = rig.desk.thinks();

    const answer = await sendCommand(rig, '');
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(rig.slack.called('views.open')).toMatchObject([{ view: { title: { text: 'Chwileczkę…' } } }]);

    done(ASK_FORM);
    await until(() => rig.slack.called('views.update').length === 1);
    expect(rig.slack.called('views.update')[0]).toMatchObject({
      view_id: 'V0OPEN',
      view: { submit: { text: 'Open ticket' } },
    });
  });

  it('that refuses after all says so in the modal that was kept for its form', async () => {
    const { done } = rig.desk.thinks();
    const clicked = click(rig, buttonInEphemeral);
    await until(() => rig.slack.called('views.open').length === 1);

    done(SHOWN);
    await clicked;
    await until(() => rig.slack.called('views.update').length === 1);

    expect(rig.slack.called('views.update')[0]).toMatchObject({ view: { title: { text: 'Hello' } } });
    expect(rig.slack.responses).toEqual([]);
  });

  it('is excused in the form that was submitted, which comes back with what was typed when it was wrong', async () => {
    const { done } = rig.desk.thinks();

    const answer = await submit(rig);
    expect(answer.body).toMatchObject({ response_action: 'update', view: { title: { text: 'Chwileczkę…' } } });

    done({ kind: 'invalid', errors: { summary: 'Please say more.' } });
    await until(() => rig.slack.called('views.update').length === 1);
    const { view_id, view } = rig.slack.called('views.update')[0]!;
    expect(view_id).toBe('V0FORM');
    expect(JSON.stringify(view)).toContain('Please say more.');
    expect(view.blocks[1].element.initial_value).toBe('VPN drops <every> hour & more');
  });

  it('makes Slack bring an event again, and answers it once', async () => {
    const { done } = rig.desk.thinks();

    const first = await rig.send(directMessage);
    const second = rig.send(directMessage, { headers: { 'x-slack-retry-num': '1' } });
    done(SHOWN);

    expect(first.status).toBe(500);
    expect(first.elapsedMs).toBeLessThan(3000);
    expect((await second).status).toBe(200);
    await rig.bot.stop();
    expect(rig.desk.heard).toHaveLength(1);
    expect(rig.slack.called('chat.postMessage')).toHaveLength(1);
  });
});

describe('a broken desk', () => {
  beforeEach(() => {
    rig.desk.answer = () => Promise.reject(new Error('secret SQL in a stack trace'));
  });

  it('is admitted with a short reference that is in the log, and no more', async () => {
    const answer = await sendCommand(rig);

    const ref = /[0-9A-F]{6}/.exec(String(answer.body.text))?.[0];
    expect(answer.body.text).not.toContain('SQL');
    expect(rig.logged).toContainEqual(expect.objectContaining({ ref, interaction: 'slack:trigger:11.22.command' }));
  });

  it('does not lose what was typed into a form', async () => {
    const answer = await submit(rig);

    expect(answer.body).toEqual({
      response_action: 'errors',
      errors: { summary: expect.stringMatching(/[0-9A-F]{6}/) },
    });
  });

  it('is admitted to whoever clicked', async () => {
    expect((await click(rig, buttonClaim)).status).toBe(200);
    await until(() => rig.slack.responses.length === 1);

    expect(rig.slack.responses[0]!.body).toMatchObject({ response_type: 'ephemeral', replace_original: false });
  });
});

it('someone whom Slack will not describe in time is served under the name in the payload', async () => {
  rig.slack.script['users.info'] = () => null;

  const answer = await sendCommand(rig);

  expect(answer.status).toBe(200);
  expect(answer.elapsedMs).toBeLessThan(2_000);
  expect(rig.desk.heard[0]!.from).toEqual({
    id: 'slack:U0EWA',
    name: 'ewa',
    email: null,
    language: null,
    address: 'slack:U0EWA',
  });
});

it('Slack is asked once who a person is, not at every click', async () => {
  await Promise.all([sendCommand(rig), sendCommand(rig)]);
  await sendCommand(rig);

  expect(rig.slack.called('users.info')).toHaveLength(1);
});

it('what a person typed is in no log line', async () => {
  rig.desk.answer = () => Promise.reject(new Error('no'));
  await sendCommand(rig, 'my password is hunter2');

  expect(JSON.stringify(rig.logged)).not.toContain('hunter2');
  expect(warnings().length).toBeGreaterThan(0);
});

describe('a desk that could store nothing, and says so politely', () => {
  const NOT_SAVED: Reply = { kind: 'card', card: { ...CARD, summary: 'Not saved' }, replaces: false, failed: true };

  it('gets an event again from Slack, and its excuse is shown only when the last delivery failed too', async () => {
    rig.desk.says(NOT_SAVED);

    const first = await rig.send(directMessage);
    const last = await rig.send(directMessage, { headers: { 'x-slack-retry-num': '3' } });
    await until(() => rig.slack.called('chat.postMessage').length === 1);

    expect([first.status, last.status]).toEqual([500, 200]);
    expect(rig.slack.called('chat.postMessage')).toMatchObject([{ text: 'Not saved' }]);
  });

  it('keeps a submitted form open, and the message it was opened from as it is', async () => {
    rig.desk.says(NOT_SAVED);

    const answer = await submit(rig);

    expect(answer.body).toEqual({ response_action: 'errors', errors: { summary: 'Not saved' } });
    expect(rig.slack.responses).toEqual([]);
  });
});
