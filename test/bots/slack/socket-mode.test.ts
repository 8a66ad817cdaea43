import { openRig, until } from './slack-double';
import type { Rig } from './slack-double';
import command from '../../fixtures/slack/command.json';
import directMessage from '../../fixtures/slack/direct-message.json';
import submission from '../../fixtures/slack/submission.json';
import type { Card, Reply } from '../../../src/chat/card';

const CARD: Card = { title: 'Hello', summary: 'Hello there', parts: [], actions: [] };
const SHOWN: Reply = { kind: 'card', card: CARD, replaces: false };

let rig: Rig;

beforeEach(async () => {
  rig = await openRig({ socket: true });
});

afterEach(() => rig.close());

describe('by Socket Mode', () => {
  it('there is nothing to listen to over HTTP', () => {
    expect(rig.bot.requestListener).toBeNull();
    expect(rig.bot.isConnected()).toBe(true);
  });

  it('a command is answered in its acknowledgement', async () => {
    rig.desk.says(SHOWN);

    rig.slack.send('e1', 'slash_commands', command);
    await until(() => rig.slack.acks.length === 1);

    expect(rig.slack.acks[0]).toMatchObject({ envelope_id: 'e1', payload: { text: 'Hello there' } });
  });

  it('a form is answered in its acknowledgement', async () => {
    rig.desk.says({ kind: 'invalid', errors: { summary: 'Too short' } });

    rig.slack.send('e2', 'interactive', submission);
    await until(() => rig.slack.acks.length === 1);

    expect(rig.slack.acks[0]).toMatchObject({
      payload: { response_action: 'errors', errors: { summary: 'Too short' } },
    });
  });

  it('an event is acknowledged only once the desk has stored it', async () => {
    const { done } = rig.desk.thinks();

    rig.slack.send('e3', 'events_api', directMessage);
    await until(() => rig.desk.heard.length === 1);
    expect(rig.slack.acks).toEqual([]);

    done({ kind: 'none' });
    await until(() => rig.slack.acks.length === 1);
  });

  it('an event that the desk could not store is not acknowledged, and is handled when it comes again', async () => {
    rig.desk.answer = () => Promise.reject(new Error('database down'));
    rig.slack.send('e4', 'events_api', directMessage, { retry_attempt: 0 });
    await until(() => rig.logged.some(({ msg }) => msg === 'Socket Mode delivery not acknowledged'));

    rig.desk.says({ kind: 'none' });
    rig.slack.send('e5', 'events_api', directMessage, { retry_attempt: 1 });
    await until(() => rig.slack.acks.length === 1);

    expect(rig.slack.acks[0]).toMatchObject({ envelope_id: 'e5' });
    expect(rig.desk.heard).toHaveLength(2);
  });

  it('a connection that Slack closes is opened again', async () => {
    rig.slack.sockets[0]!.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' }));
    await until(() => rig.slack.sockets.length === 2);
    await until(() => rig.bot.isConnected());

    rig.slack.send('e6', 'slash_commands', command);
    await until(() => rig.slack.acks.length === 1);
  });

  it('a reconnection that is refused is tried again, and the process lives', async () => {
    const opens = rig.slack.script['apps.connections.open']!;
    let refusals = 0;
    rig.slack.script['apps.connections.open'] = (_args, response) => {
      refusals += 1;
      response.statusCode = 500;
      return {};
    };
    rig.slack.sockets[0]!.terminate();
    await until(() => refusals === 1);
    expect(rig.bot.isConnected()).toBe(false);

    rig.slack.script['apps.connections.open'] = opens;
    await until(() => rig.slack.sockets.length === 2);
  });
});

it('an app token that Slack refuses stops the start', async () => {
  const refused = await openRig({ socket: true, start: false });
  refused.slack.script['apps.connections.open'] = { error: 'invalid_auth' };

  await expect(refused.bot.start(refused.desk)).rejects.toThrow('Slack refused the app token: invalid_auth');
  await refused.close();
});
