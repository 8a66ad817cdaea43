import type { ServerResponse } from 'node:http';
import { openRig } from './slack-double';
import type { Rig } from './slack-double';
import { DeliveryError } from '../../../src/chat/chat-surface';
import type { Delivery } from '../../../src/chat/chat-surface';
import type { Card } from '../../../src/chat/card';
import { SCOPES } from '../../../bots/slack/manifest';

const CARD: Card = { title: '#42', summary: '#42 opened', parts: [], actions: [] };
const NEW: Delivery = { key: 'ticket-42-v1', attemptedSince: null, thread: null };
const ATTEMPTED: Delivery = { ...NEW, attemptedSince: new Date('2026-11-23T12:00:00Z') };
const ours = (key: string) => ({ event_type: 'helpdesk_delivery', event_payload: { key } });

let rig: Rig;

beforeEach(async () => {
  rig = await openRig();
});

afterEach(() => rig.close());

async function problem(work: Promise<unknown>): Promise<DeliveryError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(DeliveryError);
  return error as DeliveryError;
}

describe('posting', () => {
  it('sends the card with its delivery’s key and gives back where it stands', async () => {
    const ref = await rig.bot.surface.post('slack:C0SUPPORT', CARD, NEW);

    expect(ref).toBe('slack:C0SUPPORT:1790000009.000100');
    expect(rig.slack.called('chat.postMessage')).toMatchObject([
      { channel: 'C0SUPPORT', text: '#42 opened', metadata: ours('ticket-42-v1'), unfurl_links: 'false' },
    ]);
    expect(rig.slack.called('conversations.history')).toEqual([]);
  });

  it('answers in a thread', async () => {
    await rig.bot.surface.post('slack:C0SUPPORT', CARD, { ...NEW, thread: 'slack:C0SUPPORT:1790000000.000100' });

    expect(rig.slack.called('chat.postMessage')[0]).toMatchObject({ thread_ts: '1790000000.000100' });
  });

  it('opens a person’s direct message once', async () => {
    await rig.bot.surface.post('slack:U0EWA', CARD, NEW);
    const ref = await rig.bot.surface.post('slack:U0EWA', CARD, NEW);

    expect(ref).toBe('slack:D0DIRECT:1790000009.000100');
    expect(rig.slack.called('conversations.open')).toEqual([{ users: 'U0EWA' }]);
  });
});

describe('posting what may have been posted already', () => {
  it('finds it by its key, on a later page too, and posts nothing', async () => {
    rig.slack.script['conversations.history'] = (args) =>
      args['cursor'] === undefined
        ? {
            messages: [{ ts: '3.0', metadata: ours('another') }, { ts: '2.0' }],
            response_metadata: { next_cursor: 'p2' },
          }
        : { messages: [{ ts: '1.0', metadata: ours('ticket-42-v1') }] };

    const ref = await rig.bot.surface.post('slack:C0SUPPORT', CARD, ATTEMPTED);

    expect(ref).toBe('slack:C0SUPPORT:1.0');
    expect(rig.slack.called('chat.postMessage')).toEqual([]);
    expect(rig.slack.called('conversations.history')[0]).toMatchObject({
      channel: 'C0SUPPORT',
      include_all_metadata: 'true',
      // Two minutes before the attempt: Slack's clock is not ours.
      oldest: String(Date.parse('2026-11-23T11:58:00Z') / 1000),
    });
  });

  it('looks in the thread when it belongs to one', async () => {
    rig.slack.script['conversations.replies'] = { messages: [{ ts: '5.0', metadata: ours('ticket-42-v1') }] };

    const ref = await rig.bot.surface.post('slack:C0SUPPORT', CARD, { ...ATTEMPTED, thread: 'slack:C0SUPPORT:4.0' });

    expect(ref).toBe('slack:C0SUPPORT:5.0');
    expect(rig.slack.called('conversations.replies')[0]).toMatchObject({ ts: '4.0' });
  });

  it('posts it when it is not there', async () => {
    rig.slack.script['conversations.history'] = { messages: [] };

    await rig.bot.surface.post('slack:C0SUPPORT', CARD, ATTEMPTED);

    expect(rig.slack.called('chat.postMessage')).toHaveLength(1);
  });

  it('posts nothing while it cannot look', async () => {
    rig.slack.script['conversations.history'] = { error: 'internal_error' };

    expect((await problem(rig.bot.surface.post('slack:C0SUPPORT', CARD, ATTEMPTED))).problem).toBe('later');
    expect(rig.slack.called('chat.postMessage')).toEqual([]);
  });
});

describe('an update', () => {
  it('redraws the message it is told', async () => {
    await rig.bot.surface.update('slack:C0SUPPORT:1790000000.000100', CARD);

    expect(rig.slack.called('chat.update')).toMatchObject([{ channel: 'C0SUPPORT', ts: '1790000000.000100' }]);
  });

  it.each(['teams:1:2', 'slack:C1', '', 'slack::'])(
    'of %j, which is no message of Slack’s, is given up',
    async (ref) => {
      expect((await problem(rig.bot.surface.update(ref, CARD))).problem).toBe('never');
    },
  );
});

describe('what Slack’s errors mean', () => {
  it.each([
    ['internal_error', 'later'],
    ['fatal_error', 'later'],
    ['service_unavailable', 'later'],
    ['ratelimited', 'later'],
    ['channel_not_found', 'unreachable'],
    ['not_in_channel', 'unreachable'],
    ['is_archived', 'unreachable'],
    ['restricted_action', 'unreachable'],
    ['restricted_action_thread_locked', 'unreachable'],
    ['missing_scope', 'unreachable'],
    ['invalid_auth', 'unreachable'],
    ['account_inactive', 'unreachable'],
    ['token_revoked', 'unreachable'],
    ['message_not_found', 'gone'],
    ['cannot_dm_bot', 'never'],
    ['user_disabled', 'never'],
    ['msg_too_long', 'never'],
    ['invalid_blocks', 'never'],
    ['something_new', 'never'],
  ])('%s: %s', async (error, expected) => {
    rig.slack.script['chat.update'] = { error };

    const met = await problem(rig.bot.surface.update('slack:C0SUPPORT:1.0', CARD));

    expect(met).toMatchObject({ problem: expected, message: `chat.update: ${error}` });
  });

  it.each(['user_not_found', 'user_disabled'])('%s while opening a direct message: never', async (error) => {
    rig.slack.script['conversations.open'] = { error };

    expect((await problem(rig.bot.surface.post('slack:U0GONE', CARD, NEW))).problem).toBe('never');
  });

  const limited = (_args: object, response: ServerResponse) => {
    response.statusCode = 429;
    response.setHeader('retry-after', '30');
    return {};
  };

  it('a rate limit of posting holds for that channel, at once and without a second attempt', async () => {
    rig.slack.script['chat.postMessage'] = limited;

    const met = await problem(rig.bot.surface.post('slack:C0SUPPORT', CARD, NEW));

    expect(met).toMatchObject({ problem: 'later', retryAfterMs: 30_000, scope: 'place' });
    expect(rig.slack.called('chat.postMessage')).toHaveLength(1);
  });

  it('a rate limit of updating holds for all of Slack', async () => {
    rig.slack.script['chat.update'] = limited;

    const met = await problem(rig.bot.surface.update('slack:C0SUPPORT:1.0', CARD));

    expect(met).toMatchObject({ problem: 'later', retryAfterMs: 30_000, scope: 'platform' });
  });

  it('a server error is tried later, and not by itself', async () => {
    rig.slack.script['chat.postMessage'] = (_args, response) => {
      response.statusCode = 500;
      return {};
    };

    expect((await problem(rig.bot.surface.post('slack:C0SUPPORT', CARD, NEW))).problem).toBe('later');
    expect(rig.slack.called('chat.postMessage')).toHaveLength(1);
  });

  it('a connection cut after the post was accepted is tried later, never repeated blindly', async () => {
    rig.slack.script['chat.postMessage'] = (_args, response) => {
      response.destroy();
      return null;
    };

    expect((await problem(rig.bot.surface.post('slack:C0SUPPORT', CARD, NEW))).problem).toBe('later');
    expect(rig.slack.called('chat.postMessage')).toHaveLength(1);
  });

  it('an answer that is no JSON is tried later', async () => {
    rig.slack.script['chat.postMessage'] = (_args, response) => {
      response.end('<html>');
      return null;
    };

    expect((await problem(rig.bot.surface.post('slack:C0SUPPORT', CARD, NEW))).problem).toBe('later');
  });
});

describe('the roster', () => {
  it('reads every page', async () => {
    rig.slack.script['conversations.members'] = (args) =>
      args['cursor'] === undefined
        ? { members: ['U0JAN'], response_metadata: { next_cursor: 'p2' } }
        : { members: ['U0ANNA'] };

    expect(await rig.bot.roster.isMember('slack:C0SUPPORT', 'slack:U0ANNA')).toBe(true);
    expect(await rig.bot.roster.isMember('slack:C0SUPPORT', 'slack:U0EWA')).toBe(false);
  });

  it('asks anew each time: who left is no agent', async () => {
    rig.slack.script['conversations.members'] = { members: ['U0ANNA'] };
    expect(await rig.bot.roster.isMember('slack:C0SUPPORT', 'slack:U0ANNA')).toBe(true);

    rig.slack.script['conversations.members'] = { members: [] };
    expect(await rig.bot.roster.isMember('slack:C0SUPPORT', 'slack:U0ANNA')).toBe(false);
  });

  it('throws when Slack cannot say', async () => {
    rig.slack.script['conversations.members'] = { error: 'fetch_members_failed' };

    await expect(rig.bot.roster.isMember('slack:C0SUPPORT', 'slack:U0ANNA')).rejects.toThrow('fetch_members_failed');
  });

  it('knows that nobody of another platform is in a Slack channel', async () => {
    expect(await rig.bot.roster.isMember('slack:C0SUPPORT', 'teams:29:1x')).toBe(false);
    expect(await rig.bot.roster.isMember('teams:19:x', 'slack:U0ANNA')).toBe(false);
    expect(rig.slack.called('conversations.members')).toEqual([]);
  });
});

describe('the doctor', () => {
  const grant = (scopes: readonly string[]) => (rig.slack.script['x-oauth-scopes'] = { granted: scopes.join(',') });
  const channels = ['slack:C0SUPPORT', 'slack:C0OLD', 'slack:C0OUT', 'slack:C0GONE', 'teams:19:x'];

  it('finds nothing to mend when all is well', async () => {
    grant(SCOPES);
    rig.slack.script['conversations.info'] = { channel: { name: 'it-support', is_member: true } };

    const checks = await rig.bot.check(['slack:C0SUPPORT']);

    expect(checks.map(({ status, mend }) => [status, mend])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
      ['ok', undefined],
    ]);
  });

  it('names missing scopes and what is wrong with each channel, with the exact mend', async () => {
    grant(SCOPES.filter((scope) => scope !== 'im:write'));
    const known: Record<string, object> = {
      C0SUPPORT: { channel: { name: 'it-support', is_member: true } },
      C0OLD: { channel: { name: 'old', is_member: true, is_archived: true } },
      C0OUT: { channel: { name: 'it-infra', is_member: false } },
    };
    rig.slack.script['conversations.info'] = (args) =>
      known[args['channel'] as string] ?? { error: 'channel_not_found' };

    const checks = await rig.bot.check(channels);

    expect(checks.map(({ status }) => status)).toEqual(['ok', 'fail', 'ok', 'fail', 'fail', 'fail']);
    expect(checks[1]!.detail).toBe('missing: im:write');
    expect(checks[4]!.mend).toBe('Invite the bot: /invite @helpdesk in #it-infra');
  });

  it('stops at a token that is refused', async () => {
    rig.slack.script['auth.test'] = { error: 'invalid_auth' };

    const checks = await rig.bot.check(channels);

    expect(checks).toMatchObject([{ status: 'fail', mend: expect.stringContaining('SLACK_BOT_TOKEN') }]);
  });
});
