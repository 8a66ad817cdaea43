/** The connector as a bot calls it: conversations, messages, members, and what it refuses. */
import type { Json, TeamsStandIn } from '../../sandbox/teams/teams-world';
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import type { TinyBot } from './tiny-bot';
import { APP, buttons, card, showing, startTinyBot, TENANT, WORLD } from './tiny-bot';

let teams: TeamsStandIn;
let bot: TinyBot;

beforeAll(async () => {
  teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: WORLD });
  bot = await startTinyBot(teams);
});

afterAll(async () => {
  await bot.stop();
  await teams.stop();
});

const at = (conversation: string, more = ''): string =>
  `conversations/${encodeURIComponent(conversation)}/activities${more}`;
const says = (words: string): Json => ({ type: 'message', text: words });
const codeOf = ({ body }: { body: Json }): unknown => (body['error'] as Json | undefined)?.['code'];
const chatWith = (id: string, tenantId = TENANT): object => ({
  isGroup: false,
  bot: { id: teams.botId },
  members: [{ id }],
  channelData: { tenant: { id: tenantId } },
});

it('ids look like those of Teams, and are the same in the next world like this', async () => {
  const nora = teams.person('nora');
  expect(nora.aadObjectId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(nora.userId).toMatch(/^29:1[\w-]{82}$/);
  expect(nora.personalChat).toMatch(/^a:1[\w-]{132}$/);
  expect(teams.placeId('support')).toMatch(/^19:[0-9a-f]{32}@thread\.tacv2$/);
  expect(teams.placeId('IT/General')).toBe(teams.team('IT').id);
  expect(teams.placeId('lunch')).toMatch(/^19:[0-9a-f]{32}@thread\.v2$/);

  const twin = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: WORLD });
  expect([twin.person('nora').userId, twin.placeId('support')]).toEqual([nora.userId, teams.placeId('support')]);
  await twin.stop();
});

it('a chat is made with one person, by either id, for whom the app is installed', async () => {
  const nora = teams.person('nora');
  for (const id of [nora.userId, nora.aadObjectId])
    expect(await bot.call('POST', 'conversations', chatWith(id))).toEqual({
      status: 201,
      body: { id: nora.personalChat },
    });

  const refused = await bot.call('POST', 'conversations', chatWith(teams.person('gus').userId));
  expect([refused.status, codeOf(refused)]).toEqual([403, 'BotNotInConversationRoster']);
  const stray = await bot.call('POST', 'conversations', chatWith(nora.userId, 'another'));
  expect([stray.status, codeOf(stray)]).toEqual([400, 'BadSyntax']);
});

it('a post in a channel begins a thread, in which replies are', async () => {
  const channel = teams.placeId('support');
  const { status, body } = await bot.call('POST', 'conversations', {
    isGroup: true,
    channelData: { channel: { id: channel } },
    activity: showing(buttons),
  });
  expect(status).toBe(201);
  expect(body['activityId']).toMatch(/^\d{13}$/);
  expect(body['id']).toBe(`${channel};messageid=${String(body['activityId'])}`);

  const reply = await bot.call('POST', at(String(body['id'])), says('a reply'));
  const replied = await bot.call('POST', at(channel, `/${String(body['activityId'])}`), says('another'));

  expect([reply.status, replied.status]).toEqual([201, 201]);
  expect(Number(replied.body['id'])).toBeGreaterThan(Number(reply.body['id']));
  const thread = teams.messages(String(body['id']));
  expect(thread.map(({ text: words }) => words)).toEqual(['', 'a reply', 'another']);
  expect(thread[0]!.card).toEqual(buttons);
  expect(teams.person('gus').messages('support')).toEqual([]);
});

it('a message is edited and deleted by its writer alone', async () => {
  const chat = teams.person('nora').personalChat;
  const { body } = await bot.call('POST', at(chat), says('first'));
  const id = String(body['id']);

  expect(await bot.call('PUT', at(chat, `/${id}`), says('second'))).toEqual({ status: 200, body: { id } });
  expect(teams.messages(chat).at(-1)).toMatchObject({ id, text: 'second', edits: 1, fromBot: true });
  expect((await bot.call('DELETE', at(chat, `/${id}`))).status).toBe(200);
  const gone = await bot.call('PUT', at(chat, `/${id}`), says('third'));
  expect([gone.status, codeOf(gone)]).toEqual([404, 'ActivityNotFoundInConversation']);

  const said = await teams.person('nora').says('hello');
  expect((await bot.call('PUT', at(chat, `/${said.id}`), says('not mine'))).status).toBe(403);
});

it('a targeted message is seen by its recipient alone, who must be a member', async () => {
  const channel = teams.placeId('support');
  const to = (key: string): Json => ({ ...says('psst'), recipient: { id: teams.person(key).userId } });

  expect((await bot.call('POST', at(channel, '?isTargetedActivity=true'), to('nora'))).status).toBe(201);

  expect(teams.messages(channel).at(-1)).toMatchObject({ text: 'psst', seenBy: ['nora'] });
  expect(teams.person('nora').messages('support').at(-1)?.text).toBe('psst');
  expect(teams.person('anna').messages('support').at(-1)?.text).not.toBe('psst');
  expect((await bot.call('POST', at(channel, '?isTargetedActivity=true'), to('gus'))).status).toBe(403);
  const chat = teams.person('nora').personalChat;
  expect((await bot.call('POST', at(chat, '?isTargetedActivity=true'), to('nora'))).status).toBe(400);
});

it('members are found in their conversation, and nobody else', async () => {
  const channel = encodeURIComponent(teams.placeId('support'));
  const nora = teams.person('nora');
  const member = {
    id: nora.userId,
    aadObjectId: nora.aadObjectId,
    email: 'nora@example.com',
    userPrincipalName: 'nora@example.com',
    userRole: 'user',
    tenantId: TENANT,
    givenName: 'Nora',
    surname: 'Lewis',
  };
  for (const id of [nora.userId, nora.aadObjectId])
    expect((await bot.call('GET', `conversations/${channel}/members/${id}`)).body).toMatchObject(member);
  const all = await bot.call('GET', `conversations/${channel}/pagedmembers?pageSize=1`);
  expect(all.body).toMatchObject({ continuationToken: '1', members: [member] });
  const rest = await bot.call('GET', `conversations/${channel}/pagedmembers?pageSize=1&continuationToken=1`);
  expect(rest.body['continuationToken']).toBeUndefined();
  expect((await bot.call('GET', `conversations/${channel}/members`)).body).toHaveLength(2);

  const stranger = await bot.call('GET', `conversations/${channel}/members/${teams.person('gus').userId}`);
  expect([stranger.status, codeOf(stranger)]).toEqual([404, 'MemberNotFoundInConversation']);
  const quiet = encodeURIComponent(teams.placeId('hush'));
  const guest = await bot.call('GET', `conversations/${quiet}/members/${teams.person('gus').aadObjectId}`);
  expect(guest.body).toMatchObject({ userRole: 'guest', userPrincipalName: expect.stringContaining('#EXT#') });
});

it('a team tells its name and its channels to an app that is in it', async () => {
  const { id } = teams.team('IT');
  expect((await bot.call('GET', `teams/${encodeURIComponent(id)}`)).body).toMatchObject({ id, name: 'IT' });
  expect((await bot.call('GET', `teams/${encodeURIComponent(id)}/conversations`)).body).toEqual({
    conversations: [{ id }, { id: teams.placeId('support'), name: 'support' }],
  });
  const closed = await bot.call('GET', `teams/${encodeURIComponent(teams.team('Closed').id)}`);
  expect([closed.status, codeOf(closed)]).toEqual([403, 'BotNotInConversationRoster']);
  expect((await bot.call('GET', 'teams/19:nowhere@thread.tacv2')).status).toBe(404);
});

it('what Teams would not take is refused in its words', async () => {
  const chat = teams.person('nora').personalChat;
  const refusals = teams.refusals.length;
  const cases: [string, string, Json, number, string][] = [
    ['POST', at('a:nobody'), says('x'), 404, 'ConversationNotFound'],
    ['POST', at(teams.placeId('locked')), says('x'), 403, 'BotNotInConversationRoster'],
    ['POST', at(chat), says('x'.repeat(51_200)), 413, 'MessageSizeTooBig'],
    ['POST', at(chat), { type: 'message' }, 400, 'BadSyntax'],
    ['POST', at(chat), showing(card([{ type: 'Blink' }])), 400, 'BadSyntax'],
    ['POST', at(chat, '/17'), says('x'), 404, 'ActivityNotFoundInConversation'],
  ];
  for (const [method, path, body, status, code] of cases) {
    const answer = await bot.call(method, path, body);
    expect([path, answer.status, codeOf(answer)]).toEqual([path, status, code]);
  }
  expect(teams.refusals.slice(refusals)).toEqual(['/body/0 is of the unknown type Blink']);
  teams.person('nora').blocks();
  expect(codeOf(await bot.call('POST', at(chat), says('x')))).toBe('MessageWritesBlocked');
  teams.person('nora').unblocks();
});

it('faults happen as often as told, before or after the message is there', async () => {
  const chat = teams.person('anna').personalChat;
  const send = (words: string) => bot.call('POST', at(chat), says(words));

  teams.fault({ path: '/activities', status: 429, code: 'Throttled', retryAfter: 7, times: 1 });
  const throttled = await fetch(`${teams.serviceUrl}v3/${at(chat)}`, { method: 'POST', body: '{}' });
  expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
  teams.fault({ method: 'POST', cut: 'before', times: 1 });
  await expect(send('cut before')).rejects.toThrow();
  teams.fault({ method: 'POST', cut: 'after', times: 1 });
  await expect(send('cut after')).rejects.toThrow();
  const end = teams.fault({ path: /activities$/ });
  expect((await send('failed')).status).toBe(500);
  end();
  expect((await send('fine')).status).toBe(201);

  expect(teams.messages(chat).map(({ text: words }) => words)).toEqual(['cut after', 'fine']);
  expect(teams.calls.slice(-5).map(({ status }) => status)).toEqual([429, 0, 0, 500, 201]);
  expect(teams.calls.at(-1)).toMatchObject({ method: 'POST', path: `/v3/conversations/${chat}/activities` });
});

it('a call that hangs gets no answer', async () => {
  teams.fault({ hang: true, times: 1 });
  const call = fetch(`${teams.serviceUrl}v3/conversations/x/members`, { signal: AbortSignal.timeout(200) });
  await expect(call).rejects.toThrow('timeout');
  expect(teams.calls.at(-1)?.status).toBe(0);
});
