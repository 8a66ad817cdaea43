/** What the bot lets in over HTTP: real requests, real and forged tokens. */
// ASVS 5.0 v5.0.0-9.1.1 (signature), v5.0.0-9.1.2 (algorithms), v5.0.0-9.1.3 (keys), v5.0.0-9.2.1 (time), v5.0.0-9.2.2 (purpose),
// v5.0.0-9.2.3 (audience), v5.0.0-8.4.1 (tenants), v5.0.0-1.3.6 and v5.0.0-13.2.4 (serviceUrl), v5.0.0-16.3.3 (attempts are logged)
import { request as httpRequest } from 'node:http';
import type { Json, TokenWish } from '../../../sandbox/teams/teams-world';
import { openTeamsDesk } from '../../e2e/teams-desk';
import type { TeamsDesk } from '../../e2e/teams-desk';
import type { TestDatabase } from '../../support/databases';
import { databases } from '../../support/databases';
import { startIncoming } from './incoming';
import type { Incoming } from './incoming';

let stderr: jest.SpyInstance;
let stdout: jest.SpyInstance;

beforeEach(() => {
  stderr = jest.spyOn(process.stderr, 'write');
  stdout = jest.spyOn(process.stdout, 'write');
});

afterEach(() => {
  const printed = [...stderr.mock.calls, ...stdout.mock.calls].map(([chunk]) => String(chunk));
  stderr.mockRestore();
  stdout.mockRestore();
  expect(printed).toEqual([]);
});

/** Nothing was heard or kept, and no token is in the log. */
function nothingHappened({ desk, book, teams, logged }: Incoming): void {
  expect(desk.heard).toEqual([]);
  expect(book.kept.size).toBe(0);
  expect(teams.calls).toEqual([]);
  expect(JSON.stringify(logged)).not.toMatch(/eyJ|my vpn drops/);
}

describe('with credentials', () => {
  let rig: Incoming;

  beforeAll(async () => {
    rig = await startIncoming();
  });

  afterAll(() => rig.close());

  const activity = (): Json => rig.teams.person('nora').draft('my vpn drops');
  const now = (): number => Math.floor(Date.now() / 1000);

  it.each<[string, () => TokenWish]>([
    ['alg none', () => ({ key: 'none' })],
    ['HS256 with the public key as the secret', () => ({ key: 'hs256' })],
    ['the signature of another key', () => ({ key: 'forged' })],
    ['a key that is not published', () => ({ key: 'unknown' })],
    ['a key that may not speak for Teams', () => ({ key: 'unendorsed' })],
    ['no key id', () => ({ header: { kid: undefined } })],
    ['another audience', () => ({ claims: { aud: 'somebody else' } })],
    ['no audience', () => ({ claims: { aud: undefined } })],
    ['another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    [
      'the issuer of the emulator',
      () => ({ claims: { iss: 'https://sts.windows.net/f8cdef31-a31e-4b4a-93e4-5f571e91255a/' } }),
    ],
    ['a skill’s claims', () => ({ claims: { iss: 'https://sts.windows.net/x/', ver: '1.0', appid: 'another bot' } })],
    ['a time that is over', () => ({ claims: { exp: now() - 400 } })],
    ['no end', () => ({ claims: { exp: undefined } })],
    ['a time that has not begun', () => ({ claims: { nbf: now() + 400 } })],
    ['no serviceUrl', () => ({ claims: { serviceurl: undefined } })],
    ['a serviceUrl that is no text', () => ({ claims: { serviceurl: 42 } })],
    ['another serviceUrl', () => ({ claims: { serviceurl: 'https://smba.trafficmanager.net/amer/' } })],
  ])('a token with %s is answered 401', async (_name, wish) => {
    const token = await rig.teams.token(wish());

    expect((await rig.teams.post(activity(), { token })).status).toBe(401);
    nothingHappened(rig);
  });

  it.each<[string, string]>([
    ['another scheme', 'Basic aGVscDpkZXNr'],
    ['no token after the scheme', 'Bearer '],
    ['what is no token', 'Bearer a.b'],
    ['an endless one', `Bearer a.${'b'.repeat(10_000)}.c`],
    ['two of them', 'Bearer a.b.c, Bearer a.b.c'],
  ])('%s in the header is answered 401', async (_name, authorization) => {
    expect((await rig.teams.post(activity(), { token: null, headers: { authorization } })).status).toBe(401);
    nothingHappened(rig);
  });

  it('no header at all is answered 401, whatever the body is', async () => {
    for (const body of [activity(), {}, 'not JSON', '']) {
      expect((await rig.teams.post(body, { token: null })).status).toBe(401);
    }
    nothingHappened(rig);
  });

  it.each<[string, (good: Json) => Json, number]>([
    ['a tenant that is not listed', (good) => ({ ...good, ...tenant('00000000-0000-4000-8000-00000000dead') }), 403],
    [
      'a tenant that only one of two places names',
      (good) => ({ ...good, channelData: { tenant: { id: 'other' } } }),
      403,
    ],
    ['no tenant', (good) => ({ ...good, ...tenant(undefined) }), 403],
    ['no conversation', (good) => ({ ...good, conversation: 'x', channelData: null }), 403],
    ['no type', (good) => ({ ...good, type: undefined }), 400],
    ['a type that is no text', (good) => ({ ...good, type: { $gt: '' } }), 400],
    ['no serviceUrl', (good) => ({ ...good, serviceUrl: undefined }), 401],
  ])('an activity with %s is answered with a refusal', async (_name, change, status) => {
    expect((await rig.teams.post(change(activity()))).status).toBe(status);
    nothingHappened(rig);
  });

  it.each<[string, string]>([
    ['another host', 'https://evil.example/emea/'],
    ['another port', 'http://127.0.0.1:1/emea/'],
    ['credentials', 'http://user:password@HOST/emea/'],
    ['a host that only begins like ours', 'https://HOST.evil.example/'],
    ['a name for ours before an @', 'https://HOST@evil.example/'],
    ['no scheme of the web', 'ftp://HOST/'],
    ['words', 'HOST'],
  ])('a serviceUrl with %s is answered 403, however well it is signed', async (_name, pattern) => {
    const serviceUrl = pattern.replace('HOST', rig.teams.host);
    const token = await rig.teams.token({ claims: { serviceurl: serviceUrl } });

    expect((await rig.teams.post({ ...activity(), serviceUrl }, { token })).status).toBe(403);
    nothingHappened(rig);
  });

  it.each<[string, string, number]>([
    ['an empty object', '{}', 400],
    ['a list', '[]', 400],
    ['a list in a list in a list…', '['.repeat(100_000), 400],
    ['a number', '42', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['half of it', '{"type":"message"', 400],
    ['what is not JSON', 'type=message', 400],
    ['5 MB', `{"type":"message","text":"${'x'.repeat(5_000_000)}"}`, 413],
    ['a little too much', `{"type":"message","text":"${'x'.repeat(256 * 1024)}"}`, 413],
  ])('a body of %s is answered with a refusal', async (_name, body, status) => {
    expect((await rig.teams.post(body)).status).toBe(status);
    nothingHappened(rig);
  });

  it('bytes that are no text are answered 400', async () => {
    const token = await rig.teams.token();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(rig.url, { method: 'POST', headers, body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) });

    expect(response.status).toBe(400);
    nothingHappened(rig);
  });

  it('another content type is answered 415, and anything but POST 405', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await rig.teams.post(activity(), { headers })).status).toBe(415);
    expect((await fetch(rig.url)).status).toBe(405);
    nothingHappened(rig);
  });

  it('depth hurts nobody: what is nested 25,000 deep is taken or refused like anything else', async () => {
    const deep = `${'{"a":'.repeat(25_000)}1${'}'.repeat(25_000)}`;
    const body = JSON.stringify({ ...activity(), type: 'typing' }).replace('"typing"', `"typing","value":${deep}`);

    expect((await rig.teams.post(body)).status).toBe(200);
  });

  it('says once a minute that it refuses, not each time', async () => {
    for (let times = 0; times < 20; times += 1) await rig.teams.post({}, { token: null });

    const lines = rig.logged.filter(({ msg }) => String(msg).startsWith('Refused a request'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ reason: expect.any(String), refused: expect.any(Number) });
  });

  it('lets in what Teams sends', async () => {
    const answer = await rig.teams.post(activity());

    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(rig.desk.heard).toHaveLength(1);
  });
});

function tenant(id: string | undefined): Json {
  return { conversation: { conversationType: 'personal', id: 'a:1', tenantId: id }, channelData: { tenant: { id } } };
}

describe.each(databases())('before a whole service, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TeamsDesk;

  beforeAll(async () => {
    database = await create();
    desk = await openTeamsDesk(database);
  });

  afterAll(async () => {
    await desk.close();
    await database.drop();
  });

  it('what is refused leaves every table as it was, and what is let in does not', async () => {
    const { teams } = desk;
    const good = teams.person('nora').draft('my vpn drops');
    const before = await desk.settled();

    const answers: number[] = [];
    for (const key of ['none', 'hs256', 'forged', 'unknown', 'unendorsed'] as const) {
      answers.push((await teams.post(good, { token: await teams.token({ key }) })).status);
    }
    answers.push((await teams.post(good, { token: null })).status);
    answers.push((await teams.post({ ...good, ...tenant('another') })).status);
    for (const body of ['{}', '[]', '', 'x', 'x'.repeat(300_000)]) answers.push((await teams.post(body)).status);

    expect(answers).toEqual([401, 401, 401, 401, 401, 401, 403, 400, 400, 400, 400, 413]);
    expect(await desk.settled()).toEqual(before);

    expect((await teams.post(good)).status).toBe(200);
    expect(await desk.settled()).not.toEqual(before);
  });
});

describe('the keys', () => {
  let rig: Incoming;

  beforeEach(async () => {
    rig = await startIncoming();
  });

  afterEach(() => rig.close());

  const knock = async (wish: TokenWish = {}): Promise<number> =>
    (await rig.teams.post(rig.teams.person('nora').draft('help'), { token: await rig.teams.token(wish) })).status;

  it('are accepted within a minute of being rotated, and the old ones no longer after an hour', async () => {
    expect(await knock()).toBe(200);
    const old = await rig.teams.token({ claims: { exp: Math.floor(Date.now() / 1000) + 86_400 } });
    await rig.teams.rotateKeys();

    rig.aheadMs = 59_000;
    expect(await knock()).toBe(200);

    rig.aheadMs += 3_600_000;
    expect(await knock({ claims: { exp: Math.floor(Date.now() / 1000) + 86_400 } })).toBe(200);
    const late = await rig.teams.post(rig.teams.person('nora').draft('help'), { token: old });
    expect(late.status).toBe(401);
  });

  it('are not fetched again and again for keys that somebody invents', async () => {
    expect(await knock()).toBe(200);
    await rig.teams.rotateKeys();

    // Fetched a moment ago: the new key has to wait.
    expect(await Promise.all([knock({ key: 'unknown' }), knock({ key: 'unknown' }), knock()])).toEqual([401, 401, 401]);
  });

  it('that cannot be had are nobody’s fault who knocks: 503 and a log line', async () => {
    const { teams, url, desk, logged } = rig;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await teams.token()}` };
    const body = JSON.stringify(teams.person('nora').draft('help'));
    // The document is gone with it.
    await teams.stop();

    const responses = [
      await fetch(url, { method: 'POST', headers, body }),
      await fetch(url, { method: 'POST', headers, body }),
    ];

    expect(responses.map(({ status }) => status)).toEqual([503, 503]);
    expect(logged.filter(({ msg }) => String(msg).includes('keys'))).toHaveLength(1);
    expect(desk.heard).toEqual([]);
  });
});

it('before it has begun the bot asks Teams to come back', async () => {
  const rig = await startIncoming({ start: false });
  expect((await rig.teams.post(rig.teams.person('nora').draft('help'))).status).toBe(503);
  await rig.close();
});

describe('without credentials', () => {
  let rig: Incoming;

  beforeAll(async () => {
    rig = await startIncoming({ credentials: false });
  });

  afterAll(() => rig.close());

  const draft = (): string => JSON.stringify(rig.teams.person('nora').draft('my vpn drops'));

  /** Any header, the Host among them, from any local address. */
  const knock = (headers: Record<string, string>, body = draft(), localAddress = '127.0.0.1'): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, localAddress };
      const sent = httpRequest(rig.url, options, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end(body);
    });

  it.each<[string, Record<string, string>]>([
    ['a proxy’s X-Forwarded-For', { 'x-forwarded-for': '203.0.113.7' }],
    ['a proxy’s X-Forwarded-Host', { 'x-forwarded-host': 'helpdesk.example.com' }],
    ['a proxy’s Forwarded', { forwarded: 'for=203.0.113.7' }],
    ['a proxy’s Via', { via: '1.1 proxy' }],
    ['another Host', { host: 'helpdesk.example.com' }],
    ['a Host that only begins like this machine', { host: '127.0.0.1.evil.example:80' }],
    ['what a web page may send without asking', { 'content-type': 'text/plain' }],
  ])('a request with %s is answered 403', async (_name, headers) => {
    expect(await knock(headers)).toBe(403);
    nothingHappened(rig);
  });

  it.each([
    'https://smba.trafficmanager.net/emea/',
    'http://192.0.2.1/',
    'http://a:b@127.0.0.1/',
    'file:///etc/passwd',
    '',
  ])('a serviceUrl of %j is answered 403: nothing is called but this machine', async (serviceUrl) => {
    expect(await knock({}, JSON.stringify({ ...(JSON.parse(draft()) as Json), serviceUrl }))).toBe(403);
    nothingHappened(rig);
  });

  it('this machine is let in, under any name it has for itself', async () => {
    const port = new URL(rig.url).port;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect(await knock({ host })).toBe(200);
    }
    expect(rig.desk.heard.length).toBeGreaterThan(0);
  });
});
