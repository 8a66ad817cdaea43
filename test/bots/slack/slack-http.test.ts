// ASVS 5.0 v5.0.0-4.1.5 (signed messages), v5.0.0-2.2.1 (structure), v5.0.0-16.3.3 (attempts are logged)
import { openRig } from './slack-double';
import type { Rig } from './slack-double';
import command from '../../fixtures/slack/command.json';
import directMessage from '../../fixtures/slack/direct-message.json';

let rig: Rig;

beforeEach(async () => {
  rig = await openRig();
});

afterEach(() => rig.close());

describe('POST /slack/events takes what Slack signed', () => {
  it('a command reaches the desk with its author’s name and language', async () => {
    const answer = await rig.send(command, { form: true });

    expect(answer.status).toBe(200);
    expect(rig.desk.heard).toEqual([
      {
        id: 'slack:trigger:11.22.command',
        intent: { kind: 'ask', text: 'my vpn drops', intake: 'command' },
        from: { id: 'slack:U0EWA', name: 'Ewa', email: 'ewa@example.com', language: 'pl', address: 'slack:U0EWA' },
      },
    ]);
  });

  it('a request four minutes old is still taken', async () => {
    expect((await rig.send(directMessage, { agoSeconds: 240 })).status).toBe(200);
  });

  it('the URL verification is answered with its challenge', async () => {
    const answer = await rig.send({ type: 'url_verification', challenge: 'abc' });

    expect(answer).toMatchObject({ status: 200, body: { challenge: 'abc' } });
  });

  it('an event we did not ask for is acknowledged and ignored', async () => {
    const joined = { ...directMessage, event: { type: 'team_join', user: { id: 'U1' } } };

    expect((await rig.send(joined)).status).toBe(200);
    expect(rig.desk.heard).toEqual([]);
  });
});

describe('POST /slack/events refuses, and the desk never hears of it,', () => {
  const zeros = '0'.repeat(64);

  it.each([
    ['a wrong secret', {}, { secret: 'guess' }],
    ['a forged signature', { 'x-slack-signature': `v0=${zeros}` }, {}],
    ['a short signature', { 'x-slack-signature': 'v0=abc' }, {}],
    ['an empty signature', { 'x-slack-signature': '' }, {}],
    ['another version', { 'x-slack-signature': `v1=${zeros}` }, {}],
    ['a timestamp that is none', { 'x-slack-request-timestamp': 'yesterday' }, {}],
    ['a replay of six minutes ago', {}, { agoSeconds: 360 }],
    ['a request of six minutes ahead', {}, { agoSeconds: -360 }],
  ])('%s', async (_what, headers, options) => {
    const answer = await rig.send(command, { form: true, headers, ...options });

    expect(answer).toMatchObject({ status: 401, body: '' });
    expect(rig.desk.heard).toEqual([]);
  });

  it.each(['x-slack-signature', 'x-slack-request-timestamp'])('a request without %s', async (missing) => {
    const headers = {
      'content-type': 'application/json',
      'x-slack-signature': 'v0=1',
      'x-slack-request-timestamp': '1',
    };
    const given = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== missing));

    expect((await fetch(rig.url, { method: 'POST', body: '{}', headers: given })).status).toBe(401);
    expect(rig.desk.heard).toEqual([]);
  });

  it('an event smuggled into an unsigned ssl_check', async () => {
    const smuggled = { ssl_check: '1', payload: JSON.stringify(directMessage), command: '/helpdesk', text: 'x' };

    expect((await rig.send(smuggled, { form: true, secret: 'guess' })).status).toBe(200);
    expect(rig.desk.heard).toEqual([]);
  });

  it('a body over 256 KB', async () => {
    const answer = await rig.send({ ...directMessage, padding: 'x'.repeat(300_000) });

    expect(answer.status).toBe(413);
    expect(rig.desk.heard).toEqual([]);
    expect((await rig.send(command, { form: true })).status).toBe(200);
  });

  it.each(['', '{', 'null', '"text"', '[]', '{}', 'payload={', '[[[[[['])('the malformed body %j', async (body) => {
    expect((await rig.send(body)).status).toBe(400);
    expect(rig.desk.heard).toEqual([]);
    expect((await rig.send(command, { form: true })).status).toBe(200);
  });
});

it('a flood of forged requests leaves one line in the log', async () => {
  for (let n = 0; n < 20; n++) await rig.send(command, { form: true, secret: 'guess' });

  expect(rig.logged.filter(({ msg }) => String(msg).startsWith('Refused a request'))).toHaveLength(1);
});

it('before it is started the bot asks Slack to come again', async () => {
  const early = await openRig({ start: false });

  expect((await early.send(command, { form: true })).status).toBe(503);
  await early.close();
});

it('a bot token that Slack refuses stops the start, and is not in the message', async () => {
  const refused = await openRig({ start: false });
  refused.slack.script['auth.test'] = { error: 'invalid_auth' };

  await expect(refused.bot.start(refused.desk)).rejects.toThrow('Slack refused the bot token: invalid_auth');
  await refused.close();
});

it('a start while Slack is down succeeds, and the first delivery after it is understood', async () => {
  const patient = await openRig({ start: false });
  const works = patient.slack.script['auth.test']!;
  patient.slack.script['auth.test'] = (_args, response) => {
    response.statusCode = 503;
    return {};
  };
  await patient.bot.start(patient.desk);
  patient.slack.script['auth.test'] = works;

  expect((await patient.send(command, { form: true })).status).toBe(200);
  expect(patient.desk.heard).toHaveLength(1);
  await patient.close();
});
