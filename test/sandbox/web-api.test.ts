/** The stand-in's Web API, asked by Slack's own client: what it remembers, what it refuses, and how it fails on demand. */
import { WebClient } from '@slack/web-api';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { ANNA, ELSEWHERE, GENERAL, NORA, WORLD, buttons, form, logger, section } from './tiny-bot';

let slack: SlackStandIn;
let client: WebClient;

const clientWith = (token: string | undefined, more: object = {}): WebClient =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 5000,
    logger,
    ...more,
  });
/** Slack's word for why a call failed. */
const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'ok',
    (error: { data?: { error?: string }; message: string }) => error.data?.error ?? error.message,
  );

beforeEach(async () => {
  slack = await startSlackStandIn({ world: WORLD });
  client = clientWith(slack.botToken);
});

afterEach(() => slack.close());

const post = async (text: string, more: object = {}): Promise<string> =>
  (await client.chat.postMessage({ channel: GENERAL, text, ...more })).ts!;

it('starts within a second', async () => {
  const began = performance.now();
  const another = await startSlackStandIn({ world: WORLD });
  await another.close();
  expect(performance.now() - began).toBeLessThan(1000);
});

it('the token says who the bot is and what it may do', async () => {
  const answer = await client.auth.test();

  expect(answer).toMatchObject({ ok: true, user_id: slack.botUserId, team_id: 'T0TEAM' });
  expect(answer.response_metadata?.scopes).toEqual(expect.arrayContaining(['chat:write', 'commands']));
});

it('a wrong token, none, or one of the other kind is refused', async () => {
  expect(await errorOf(clientWith('xoxb-wrong').auth.test())).toBe('invalid_auth');
  expect(await errorOf(clientWith(undefined).auth.test())).toBe('not_authed');
  expect(await errorOf(client.apps.connections.open())).toBe('not_allowed_token_type');
  expect(await errorOf(clientWith(slack.appToken).auth.test())).toBe('not_allowed_token_type');
  expect(await errorOf(client.apiCall('made.up'))).toBe('unknown_method');
});

it('timestamps are unique and ascend', async () => {
  const stamps = await Promise.all(Array.from({ length: 20 }, (_, at) => post(`m${at}`)));

  expect(new Set(stamps).size).toBe(20);
  const { messages } = await client.conversations.history({ channel: GENERAL });
  const listed = messages!.map(({ ts }) => ts!);
  expect(listed).toEqual([...listed].sort().reverse());
});

it('history gives pages, newest first, of what came after `oldest`, without replies and private messages', async () => {
  const first = await post('first');
  const stamps = [];
  for (let at = 0; at < 5; at++) stamps.push(await post(`m${at}`));
  await post('reply', { thread_ts: first });
  await client.chat.postEphemeral({ channel: GENERAL, user: NORA, text: 'psst' });

  const page = await client.conversations.history({ channel: GENERAL, oldest: first, limit: 3 });
  const cursor = page.response_metadata?.next_cursor;
  const rest = await client.conversations.history({ channel: GENERAL, oldest: first, limit: 3, cursor: cursor! });

  expect(page.has_more).toBe(true);
  expect(page.messages!.map(({ text }) => text)).toEqual(['m4', 'm3', 'm2']);
  expect(rest.messages!.map(({ text }) => text)).toEqual(['m1', 'm0']);
  expect(rest.has_more).toBe(false);
  expect(await errorOf(client.conversations.history({ channel: GENERAL, cursor: 'nonsense' }))).toBe('invalid_cursor');
});

it('a thread gives its parent and its replies, oldest first', async () => {
  const parent = await post('parent');
  await post('one', { thread_ts: parent });
  await post('two', { thread_ts: parent });

  const { messages } = await client.conversations.replies({ channel: GENERAL, ts: parent });

  expect(messages!.map(({ text }) => text)).toEqual(['parent', 'one', 'two']);
  expect(messages![0]).toMatchObject({ reply_count: 2, thread_ts: parent });
  expect(messages![1]).toMatchObject({ thread_ts: parent, parent_user_id: slack.botUserId, user: slack.botUserId });
  expect(await errorOf(client.conversations.replies({ channel: GENERAL, ts: '1.000001' }))).toBe('thread_not_found');
});

it('metadata is given only to whoever asks, and an update keeps it and the blocks it does not mention', async () => {
  const metadata = { event_type: 'delivery', event_payload: { key: 'k1' } };
  const ts = await post('card', { metadata, blocks: [section('card')] });

  await client.chat.update({ channel: GENERAL, ts, text: 'changed' });

  const plain = await client.conversations.history({ channel: GENERAL });
  const full = await client.conversations.history({ channel: GENERAL, include_all_metadata: true });
  expect(plain.messages![0]).not.toHaveProperty('metadata');
  expect(full.messages![0]).toMatchObject({ text: 'changed', metadata, blocks: [{ type: 'section' }], edited: {} });
  await client.chat.update({ channel: GENERAL, ts, text: 'bare', blocks: [] });
  expect((await slack.person(NORA).messages(GENERAL))[0]).toMatchObject({ text: 'bare', blocks: [], edited: true });
  expect(await errorOf(post('x', { metadata: { event_type: 'only' } }))).toBe('invalid_metadata_format');
});

it('messages are found, removed, linked to and reacted to; those of others cannot be changed', async () => {
  const ts = await post('mine');
  const theirs = await slack.person(NORA).say(GENERAL, 'theirs');

  expect(await errorOf(client.chat.update({ channel: GENERAL, ts: theirs, text: 'x' }))).toBe('cant_update_message');
  expect(await errorOf(client.chat.delete({ channel: GENERAL, ts: theirs }))).toBe('cant_delete_message');
  expect((await client.chat.getPermalink({ channel: GENERAL, message_ts: ts })).permalink).toBe(
    `https://tiny.slack.com/archives/${GENERAL}/p${ts.replace('.', '')}`,
  );
  await client.reactions.add({ channel: GENERAL, timestamp: ts, name: 'eyes' });
  expect(await errorOf(client.reactions.add({ channel: GENERAL, timestamp: ts, name: 'eyes' }))).toBe(
    'already_reacted',
  );
  await client.chat.delete({ channel: GENERAL, ts });
  expect(await errorOf(client.chat.update({ channel: GENERAL, ts, text: 'x' }))).toBe('message_not_found');
  expect(await errorOf(client.chat.getPermalink({ channel: GENERAL, message_ts: ts }))).toBe('message_not_found');
});

it('the bot writes only where it may', async () => {
  slack.createChannel({ id: 'C0OLD', name: 'old', members: [], botIsMember: true, isArchived: true });
  slack.createChannel({ id: 'C0SECRET', name: 'secret', members: [NORA], botIsMember: false, isPrivate: true });
  const posting = (channel: string) => errorOf(client.chat.postMessage({ channel, text: 'x' }));

  expect(await posting(ELSEWHERE)).toBe('not_in_channel');
  expect(await posting('C0NOWHERE')).toBe('channel_not_found');
  expect(await posting('C0SECRET')).toBe('channel_not_found');
  expect(await posting('U0NOBODY')).toBe('channel_not_found');
  expect(await posting('C0OLD')).toBe('is_archived');
  expect(await errorOf(client.conversations.history({ channel: ELSEWHERE }))).toBe('not_in_channel');
  expect(await errorOf(client.chat.postMessage({ channel: GENERAL, text: '' }))).toBe('no_text');
  slack.setMembers(GENERAL, [NORA, slack.botUserId]);
  const whisper = client.chat.postEphemeral({ channel: GENERAL, user: ANNA, text: 'x' });
  expect(await errorOf(whisper)).toBe('user_not_in_channel');
  slack.setMembers(GENERAL, [NORA, ANNA]);
  expect(await posting(GENERAL)).toBe('not_in_channel');
});

it('writing to a person opens their direct message', async () => {
  const { channel: opened } = await client.conversations.open({ users: NORA });
  const { channel } = await client.chat.postMessage({ channel: NORA, text: 'hello' });

  expect(channel).toBe(opened!.id);
  expect(channel).toBe(await slack.person(NORA).directMessageChannel());
  expect(await slack.person(NORA).messages(channel!)).toMatchObject([{ text: 'hello' }]);
  expect(await slack.person(ANNA).messages(channel!)).toEqual([]);
  expect(await errorOf(client.conversations.open({ users: 'U0NOBODY' }))).toBe('user_not_found');
});

it('members come in pages, and are those of now', async () => {
  const first = await client.conversations.members({ channel: GENERAL, limit: 2 });
  const cursor = first.response_metadata!.next_cursor!;
  const second = await client.conversations.members({ channel: GENERAL, limit: 2, cursor });
  expect([...first.members!, ...second.members!].sort()).toEqual([ANNA, slack.botUserId, NORA].sort());

  slack.setMembers(GENERAL, [NORA]);

  expect((await client.conversations.members({ channel: GENERAL })).members).toEqual([NORA]);
  expect((await client.conversations.info({ channel: GENERAL })).channel).toMatchObject({
    name: 'general',
    is_member: false,
    is_archived: false,
  });
  expect((await client.users.conversations({ user: NORA })).channels!.map(({ id }) => id)).toEqual([
    GENERAL,
    ELSEWHERE,
  ]);
  expect((await client.users.conversations({})).channels).toEqual([]);
});

it('people have a name, an address and a time zone, and a language for whoever asks', async () => {
  const { user } = await client.users.info({ user: ANNA, include_locale: true });

  expect(user).toMatchObject({
    real_name: 'Anna Kowalska',
    tz: 'Europe/Warsaw',
    locale: 'pl-PL',
    profile: { email: 'anna@example.com' },
  });
  expect((await client.users.info({ user: ANNA })).user).not.toHaveProperty('locale');
  expect((await client.users.lookupByEmail({ email: 'anna@example.com' })).user!.id).toBe(ANNA);
  expect(await errorOf(client.users.info({ user: 'U0NOBODY' }))).toBe('user_not_found');
  expect(await errorOf(client.users.lookupByEmail({ email: 'x@example.com' }))).toBe('users_not_found');
});

it('blocks that Slack would refuse are refused, posted nowhere, and kept', async () => {
  const error = await client.chat
    .postMessage({ channel: GENERAL, text: 'x', blocks: [section('x'.repeat(3001))] })
    .catch((caught: { data: object }) => caught.data);

  expect(error).toMatchObject({
    error: 'invalid_blocks',
    response_metadata: { messages: [expect.stringContaining('/blocks/0/text/text')] },
  });
  const long = Array.from({ length: 5 }, () => section('x'.repeat(2900)));
  expect(await errorOf(post('x', { blocks: long }))).toBe('msg_blocks_too_long');
  expect(await slack.person(NORA).messages(GENERAL)).toEqual([]);
  expect(slack.refusals()).toHaveLength(2);
});

describe('a trigger', () => {
  /** A person clicks, the bot is deaf: what it would have heard is read off the wire. */
  const trigger = async (): Promise<string> => {
    const { createServer } = await import('node:http');
    let heard = '';
    const bot = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => (heard += chunk.toString()));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => bot.listen(0, '127.0.0.1', resolve));
    slack.setRequestUrl(`http://127.0.0.1:${(bot.address() as { port: number }).port}/`);
    await slack.person(NORA).command(GENERAL, '/x', '');
    bot.close();
    return new URLSearchParams(heard).get('trigger_id')!;
  };

  it('opens one view', async () => {
    const trigger_id = await trigger();
    const { view } = await client.views.open({ trigger_id, view: form('One') });

    expect(slack.person(NORA).modal()?.viewId).toBe(view!.id);
    expect(view).toMatchObject({ state: { values: {} }, private_metadata: 'kept', root_view_id: view!.id });
    expect(await errorOf(client.views.open({ trigger_id, view: form('Two') }))).toBe('exchanged_trigger_id');
    expect(await errorOf(client.views.open({ trigger_id: 'made.up', view: form('x') }))).toBe('invalid_trigger_id');
  });

  it('is not used up by a view that is refused', async () => {
    const trigger_id = await trigger();
    expect(await errorOf(client.views.open({ trigger_id, view: form('x'.repeat(25)) }))).toBe('invalid_arguments');

    expect(await errorOf(client.views.open({ trigger_id, view: form('Fine') }))).toBe('ok');
  });

  it('expires after three seconds', async () => {
    const trigger_id = await trigger();
    const later = Date.now() + 3001;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);

    const error = await errorOf(client.views.open({ trigger_id, view: form('Late') }));

    clock.mockRestore();
    expect(error).toBe('expired_trigger_id');
  });

  it('stacks three views; an old hash and a view that is gone are refused', async () => {
    const push = async (title: string) => client.views.push({ trigger_id: await trigger(), view: form(title) });
    expect(await errorOf(push('Nothing below'))).toBe('not_found');
    const { view } = await client.views.open({ trigger_id: await trigger(), view: form('One') });
    await push('Two');
    await push('Three');
    expect(await errorOf(push('Four'))).toBe('push_limit_reached');

    await client.views.update({ view_id: view!.id!, hash: view!.hash!, view: form('One again') });
    const again = client.views.update({ view_id: view!.id!, hash: view!.hash!, view: form('Too late') });

    expect(await errorOf(again)).toBe('hash_conflict');
    await slack.person(NORA).closeModal();
    await slack.person(NORA).closeModal();
    expect(slack.person(NORA).modal()?.view).toMatchObject({ title: { text: 'One again' } });
    expect(await errorOf(client.views.update({ view_id: 'V0GONE', view: form('x') }))).toBe('not_found');
  });
});

describe('a fault', () => {
  it('answers 429 with how long to wait, as often as asked, and for that channel only', async () => {
    slack.fault({ channel: GENERAL, times: 2, kind: { status: 429, retryAfterSeconds: 7 } });
    const attempt = () => client.chat.postMessage({ channel: GENERAL, text: 'x' }).catch((error: object) => error);

    expect(await attempt()).toMatchObject({ retryAfter: 7 });
    expect(await errorOf(client.chat.postMessage({ channel: NORA, text: 'x' }))).toBe('ok');
    expect(await attempt()).toMatchObject({ retryAfter: 7 });
    expect(await attempt()).toMatchObject({ ok: true });
    expect(slack.calls('chat.postMessage').map(({ status }) => status)).toEqual([429, 200, 429, 200]);
  });

  it('answers 5xx and errors of Slack’s until it ends', async () => {
    const end = slack.fault({ method: 'chat.postMessage', kind: { status: 503 } });
    expect(await client.chat.postMessage({ channel: GENERAL, text: 'x' }).catch((e: object) => e)).toMatchObject({
      statusCode: 503,
    });
    end();
    slack.fault({ method: 'auth.test', times: 1, kind: { error: 'account_inactive' } });

    expect(await errorOf(client.auth.test())).toBe('account_inactive');
    expect(await errorOf(client.auth.test())).toBe('ok');
    expect(await errorOf(client.chat.postMessage({ channel: GENERAL, text: 'x' }))).toBe('ok');
  });

  it('cuts the answer off after the message was posted, which is then found by its metadata', async () => {
    slack.fault({ method: 'chat.postMessage', times: 1, kind: { cutAfterAccepting: true } });
    const metadata = { event_type: 'delivery', event_payload: { key: 'k1' } };

    expect(await errorOf(post('card', { metadata }))).not.toBe('ok');

    const { messages } = await client.conversations.history({ channel: GENERAL, include_all_metadata: true });
    expect(messages).toMatchObject([{ text: 'card', metadata }]);
  });

  it('never answers, and does nothing', async () => {
    slack.fault({ method: 'chat.postMessage', times: 1, kind: { hang: true } });
    const impatient = clientWith(slack.botToken, { timeout: 200 });

    expect(await errorOf(impatient.chat.postMessage({ channel: GENERAL, text: 'x' }))).not.toBe('ok');

    expect(await slack.person(NORA).messages(GENERAL)).toEqual([]);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
  });
});

it('every call is recorded as it arrived, without the token', async () => {
  await post('hello', { blocks: [section('hello'), buttons] });

  expect(slack.calls()).toMatchObject([
    {
      method: 'chat.postMessage',
      body: { channel: GENERAL, text: 'hello', blocks: [{ type: 'section' }, { type: 'actions' }] },
      answer: { ok: true, channel: GENERAL },
      status: 200,
      at: expect.any(Number),
    },
  ]);
  expect(JSON.stringify(slack.calls())).not.toContain(slack.botToken);
});
