/** Cards on their way to Teams, over real HTTP, with everything that goes wrong there. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../src/clock';
import { Connector } from '../../../bots/teams/connector';
import { channelAddress, parseReference, personId, userAddress } from '../../../bots/teams/place';
import { TeamsSurface } from '../../../bots/teams/teams-surface';
import type { Fault, RecordedCall, TeamsMessage } from '../../../sandbox/teams/teams-world';
import type { Outgoing } from './outgoing';
import { CARD, CHANGED, FIRST, failure, startOutgoing } from './outgoing';

let out: Outgoing;
let called = 0;
const shown = new Map<string, number>();
const faults: (() => void)[] = [];
const ewa = (): string => personId(out.teams.person('ewa').aadObjectId);
const support = (): string => channelAddress(out.teams.placeId('Support'));
const calls = (): readonly RecordedCall[] => out.teams.calls.slice(called);
const posts = (): number => calls().filter(({ method }) => method === 'POST').length;
const messages = (place: string): readonly TeamsMessage[] => out.teams.messages(place).slice(shown.get(place) ?? 0);
const chat = (key: string): readonly TeamsMessage[] => messages(out.teams.person(key).personalChat);
const channel = (name: string): readonly TeamsMessage[] => messages(out.teams.placeId(name));

function fault(how: Fault): () => void {
  const end = out.teams.fault(how);
  faults.push(end);
  return end;
}

beforeAll(async () => {
  out = await startOutgoing();
});
beforeEach(async () => {
  out.book.kept.clear();
  called = out.teams.calls.length;
  const places = ['ewa', 'adam'].map((key) => out.teams.person(key).personalChat);
  for (const place of [...places, out.teams.placeId('Support'), out.teams.placeId('Infra')])
    shown.set(place, out.teams.messages(place).length);
  await out.places.heard(out.chat('ewa'));
  await out.places.heard(out.channel('Support'));
});
afterEach(() => {
  for (const end of faults.splice(0)) end();
});
afterAll(() => out.teams.stop());

describe('posting', () => {
  it('shows a card in a personal chat, with words for the notification', async () => {
    const ref = await out.surface.post(ewa(), CARD, FIRST);

    const [message] = chat('ewa');
    expect(ref).toBe(`${ewa()}|${message?.id}`);
    expect(JSON.stringify(message?.card)).toContain('#42 VPN drops');
    expect(calls().at(-1)?.body['summary']).toBe('#42 was opened');
    expect(out.teams.refusals).toEqual([]);
  });

  it('begins a thread in a channel, answers in it, and redraws both', async () => {
    const root = await out.surface.post(support(), CARD, FIRST);
    const reply = await out.surface.post(support(), CARD, { ...FIRST, thread: root });
    await out.surface.update(root, CHANGED);
    await out.surface.update(reply, CHANGED);

    const [first, second] = channel('Support');
    expect(root).toBe(`${support()};messageid=${first?.id}|${first?.id}`);
    expect(reply).toBe(`${support()};messageid=${first?.id}|${second?.id}`);
    expect(second?.thread).toBe(first?.id);
    expect([first?.edits, second?.edits]).toEqual([1, 1]);
    expect(JSON.stringify(second?.card)).toContain('resolved');
  });

  it('knows threads in channels alone', () => {
    expect(out.surface.hasThreads(support())).toBe(true);
    expect(out.surface.hasThreads(ewa())).toBe(false);
  });

  it('keeps a thread of a personal chat in the chat', async () => {
    const first = await out.surface.post(ewa(), CARD, FIRST);
    await out.surface.post(ewa(), CARD, { ...FIRST, thread: first });

    expect(chat('ewa')).toHaveLength(2);
  });

  it('opens a chat with somebody met in a channel alone, and remembers it', async () => {
    await out.places.heard({ ...out.chat('adam'), conversationId: null });
    const adam = personId(out.teams.person('adam').aadObjectId);

    const ref = await out.surface.post(adam, CARD, FIRST);
    await out.surface.update(ref, CHANGED);

    expect(chat('adam')).toHaveLength(1);
    expect((await out.places.personal(adam)).conversationId).toBe(out.teams.person('adam').personalChat);
    expect(calls().filter(({ path }) => path === '/v3/conversations')).toHaveLength(1);
  });

  it.each([
    ['directory id', () => personId(out.teams.person('adam').aadObjectId)],
    ['29: id', () => userAddress(out.teams.person('adam').userId)],
  ])('reaches somebody never heard of by their %s', async (_name, address) => {
    await out.surface.update(await out.surface.post(address(), CARD, FIRST), CHANGED);

    expect(chat('adam')).toMatchObject([{ edits: 1 }]);
  });

  it('reaches a channel never heard of, when the app is in its team', async () => {
    await out.surface.post(channelAddress(out.teams.placeId('Infra')), CARD, FIRST);

    expect(channel('Infra')).toHaveLength(1);
  });

  it.each(['slack:C1', 'teams:19:chat@thread.v2', 'teams:nobody', 'mailto:a@example.com'])(
    'gives up on %s',
    async (place) => {
      expect(await failure(out.surface.post(place, CARD, FIRST))).toMatchObject({ problem: 'never' });
      expect(calls()).toHaveLength(0);
    },
  );

  it('waits for an operator while the app was heard of nowhere', async () => {
    out.book.kept.clear();

    expect(await failure(out.surface.post(support(), CARD, FIRST))).toMatchObject({
      problem: 'unreachable',
      message: 'the app is not installed anywhere yet: add it to the team in Teams',
    });
  });

  it('does not repeat a post that may have arrived', async () => {
    const doubtful = { ...FIRST, attemptedSince: new Date() };

    expect(await failure(out.surface.post(ewa(), CARD, doubtful))).toMatchObject({ problem: 'never' });
    expect(await failure(out.surface.post(support(), CARD, doubtful))).toMatchObject({ problem: 'never' });
    expect(calls()).toHaveLength(0);
  });

  it('gives up on a message that is not one of Teams', async () => {
    for (const ref of ['slack:C1:1.2', 'teams:19:x@thread.tacv2', '', 'teams:|1'])
      expect(await failure(out.surface.update(ref, CARD))).toMatchObject({ problem: 'never' });
  });
});

describe('trouble in a post', () => {
  it.each([
    [429, { retryAfter: 7 }, 'later', 'refused', 7000],
    [429, {}, 'later', 'refused', null],
    [412, {}, 'later', 'refused', null],
    [503, { retryAfter: 3 }, 'later', 'refused', 3000],
    [500, {}, 'later', 'unknown', null],
    [502, {}, 'later', 'unknown', null],
    [504, {}, 'later', 'unknown', null],
    [408, {}, 'later', 'unknown', null],
    [401, {}, 'later', 'refused', null],
    [400, { code: 'BadSyntax' }, 'never', 'refused', null],
    [413, { code: 'MessageSizeTooBig' }, 'never', 'refused', null],
    [403, { code: 'BotDisabledByAdmin' }, 'unreachable', 'refused', null],
    [403, { code: 'InvalidBotApiHost' }, 'unreachable', 'refused', null],
    [404, { code: 'ActivityNotFoundInConversation' }, 'never', 'refused', null],
    [301, {}, 'later', 'refused', null],
  ] as const)(
    'HTTP %i %j is %s, its outcome %s, and tried once',
    async (status, how, problem, outcome, retryAfterMs) => {
      for (const place of [ewa(), support()]) {
        const before = posts();
        const end = fault({ method: 'POST', status, ...how });
        const error = await failure(out.surface.post(place, CARD, FIRST));
        end();

        expect(error).toMatchObject({ problem, outcome, retryAfterMs, scope: 'place' });
        expect(posts() - before).toBe(1);
        // Nobody is shut out by it.
        await out.surface.post(place, CARD, FIRST);
      }
    },
  );

  it('waits until the date that Retry-After names', async () => {
    fault({ status: 429, retryAfter: new Date(Date.now() + 30_000).toUTCString(), times: 1 });

    const { retryAfterMs } = await failure(out.surface.post(ewa(), CARD, FIRST));
    expect(retryAfterMs).toBeGreaterThan(25_000);
    expect(retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  it.each([
    ['cut before it is stored', { cut: 'before' }, 0],
    ['cut after it is stored', { cut: 'after' }, 1],
    ['left without an answer', { hang: true }, 0],
  ] as const)('%s: unknown, and tried once', async (_name, how, shown) => {
    fault({ method: 'POST', ...how });

    expect(await failure(out.surface.post(ewa(), CARD, FIRST))).toMatchObject({ problem: 'later', outcome: 'unknown' });
    expect(posts()).toBe(1);
    expect(chat('ewa')).toHaveLength(shown);
  });

  it('knows that nothing arrived where nobody listens', async () => {
    const gone = await startOutgoing();
    await gone.places.heard(gone.chat('ewa'));
    await gone.teams.stop();

    expect(await failure(gone.surface.post(ewa(), CARD, FIRST))).toMatchObject({
      problem: 'later',
      outcome: 'refused',
      message: 'post: ECONNREFUSED',
    });
  });

  it('may open a chat again, whatever became of the first time', async () => {
    await out.places.heard({ ...out.chat('adam'), conversationId: null });
    fault({ path: /conversations$/, cut: 'after', times: 1 });
    const adam = personId(out.teams.person('adam').aadObjectId);

    expect(await failure(out.surface.post(adam, CARD, FIRST))).toMatchObject({ problem: 'later', outcome: 'refused' });
    await out.surface.post(adam, CARD, FIRST);
    expect(chat('adam')).toHaveLength(1);
  });
});

describe('trouble in an update', () => {
  it.each([
    [404, 'ActivityNotFoundInConversation', 'gone'],
    [404, 'NotFound', 'gone'],
    [429, 'TooManyRequests', 'later'],
    [502, 'BadGateway', 'later'],
    [400, 'BadSyntax', 'never'],
  ] as const)('HTTP %i %s is %s', async (status, code, problem) => {
    for (const place of [ewa(), support()]) {
      const ref = await out.surface.post(place, CARD, FIRST);
      const end = fault({ method: 'PUT', status, code });
      expect(await failure(out.surface.update(ref, CHANGED))).toMatchObject({ problem, outcome: 'refused' });
      end();
      await out.surface.update(ref, CHANGED);
    }
  });

  it('may be repeated after a cut', async () => {
    const ref = await out.surface.post(ewa(), CARD, FIRST);
    fault({ method: 'PUT', cut: 'after', times: 1 });

    expect(await failure(out.surface.update(ref, CHANGED))).toMatchObject({ problem: 'later', outcome: 'refused' });
    await out.surface.update(ref, CHANGED);
    expect(JSON.stringify(chat('ewa'))).toContain('resolved');
  });
});

describe('a place that is closed', () => {
  it.each([
    ['BotNotInConversationRoster', 403, 'uninstalled'],
    ['ConversationBlockedByUser', 403, 'blocked'],
    ['MessageWritesBlocked', 403, 'blocked'],
    ['Forbidden', 403, 'uninstalled'],
    ['ConversationNotFound', 404, 'uninstalled'],
  ] as const)('a person who refuses with %s is left alone until they write again', async (code, status, blocked) => {
    const end = fault({ status, code });
    expect(await failure(out.surface.post(ewa(), CARD, FIRST))).toMatchObject({ problem: 'never' });
    end();
    const before = calls().length;
    expect(await failure(out.surface.post(ewa(), CARD, FIRST))).toMatchObject({ problem: 'never' });

    expect(calls()).toHaveLength(before);
    expect(parseReference(out.book.kept.get(ewa()) ?? null)).toMatchObject({ blocked });
    await out.places.heard(out.chat('ewa'));
    await out.surface.post(ewa(), CARD, FIRST);
  });

  it.each([
    ['BotNotInConversationRoster', 403],
    ['ConversationNotFound', 404],
  ] as const)('a channel that refuses with %s is not called until it is heard of again', async (code, status) => {
    const end = fault({ status, code });
    expect(await failure(out.surface.post(support(), CARD, FIRST))).toMatchObject({ problem: 'unreachable' });
    end();
    const before = calls().length;
    expect(await failure(out.surface.post(support(), CARD, FIRST))).toMatchObject({ problem: 'unreachable' });

    expect(calls()).toHaveLength(before);
    await out.places.heard(out.channel('Support'));
    await out.surface.post(support(), CARD, FIRST);
  });

  it('an archived team is tried again by itself', async () => {
    const end = fault({ status: 403, code: 'MessageWritesBlocked' });
    expect(await failure(out.surface.post(support(), CARD, FIRST))).toMatchObject({ problem: 'unreachable' });
    end();

    await out.surface.post(support(), CARD, FIRST);
  });

  it('somebody without the app, or who blocked it, is told apart from trouble', async () => {
    out.teams.person('ewa').blocks();
    await failure(out.surface.post(ewa(), CARD, FIRST));
    out.teams.person('ewa').unblocks();
    expect(parseReference(out.book.kept.get(ewa()) ?? null)).toMatchObject({ blocked: 'blocked' });

    await out.places.heard({ ...out.chat('nina'), conversationId: null });
    const nina = personId(out.teams.person('nina').aadObjectId);
    expect(await failure(out.surface.post(nina, CARD, FIRST))).toMatchObject({ problem: 'never' });
    expect(parseReference(out.book.kept.get(nina) ?? null)).toMatchObject({ blocked: 'uninstalled' });
  });

  it('being met in a channel opens no closed personal chat', async () => {
    await out.places.markBlocked(out.chat('ewa'), 'uninstalled');
    await out.places.heard({ ...out.chat('ewa'), conversationId: null });

    expect(await failure(out.surface.post(ewa(), CARD, FIRST))).toMatchObject({ problem: 'never' });
  });
});

describe('addresses', () => {
  it('an address outside the list is never called', async () => {
    let connections = 0;
    const stranger = createServer().on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const surfaces = [out.surface, new TeamsSurface(new Connector(null, { clock: systemClock }), out.places)];
    const others = [`http://${host}/`, `https://${host}/`, 'https://smba.trafficmanager.net.example.com/'];

    for (const [index, surface] of surfaces.entries())
      for (const serviceUrl of index === 0 ? others : ['http://192.0.2.1/', 'https://smba.trafficmanager.net/emea/']) {
        await out.places.heard({ ...out.chat('ewa'), serviceUrl });
        expect(await failure(surface.post(ewa(), CARD, FIRST))).toMatchObject({ problem: 'unreachable' });
      }
    expect(connections).toBe(0);
    await new Promise((resolve) => stranger.close(resolve));
  });
});
