/** Calls of the Bot Connector: tokens from Microsoft's real library, with Microsoft Entra played at the edge of the network. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import https from 'node:https';
import { systemClock } from '../../../src/clock';
import { checkTeams } from '../../../bots/teams/checks';
import type { ConnectorSettings } from '../../../bots/teams/connector';
import { Connector } from '../../../bots/teams/connector';
import { ConnectorFailure } from '../../../bots/teams/teams-errors';
import type { Outgoing } from './outgoing';
import { startOutgoing } from './outgoing';

let out: Outgoing;
let entra: http.Server;
/** What Entra answers for a token, and what it was asked. */
let grant: { status: number; body: object; holdMs?: number };
const asked: { host: string; path: string; body: string }[] = [];
/** What went out over https besides. */
const sent: { url: string; authorization: string | undefined }[] = [];
let answer: { status: number; body: object };
let count = 0;

beforeAll(async () => {
  out = await startOutgoing();
  entra = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const host = String(request.headers['x-host']);
      const isToken = request.method === 'POST';
      if (isToken) asked.push({ host, path: request.url ?? '', body });
      const authority = `https://${host}/${request.url?.split('/')[1]}`;
      const document = {
        issuer: `${authority}/v2.0`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        jwks_uri: `${authority}/keys`,
      };
      response.writeHead(isToken ? grant.status : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isToken ? grant.body : document));
    });
  });
  await new Promise<void>((resolve) => entra.listen(0, '127.0.0.1', resolve));
  const { port } = entra.address() as AddressInfo;
  jest.spyOn(https, 'request').mockImplementation(((options: http.RequestOptions) => {
    const { path, method } = options;
    const headers = { ...(options.headers as http.OutgoingHttpHeaders), 'x-host': options.hostname ?? '' };
    return http.request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  }) as unknown as typeof https.request);
  const real = globalThis.fetch;
  jest.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const url = input as string;
    if (url.startsWith('http:')) return real(input, init);
    sent.push({ url, authorization: new Headers(init?.headers).get('authorization') ?? undefined });
    const headers = { 'content-type': 'application/json' };
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status, headers }));
  });
});
beforeEach(() => {
  asked.length = 0;
  sent.length = 0;
  grant = { status: 200, body: { token_type: 'Bearer', expires_in: 3600, access_token: `token-${count}` } };
  answer = { status: 201, body: { id: '1' } };
});
afterAll(async () => {
  jest.restoreAllMocks();
  await out.teams.stop();
  await new Promise((resolve) => entra.close(resolve));
});

const SECRET = 'very-secret-value';
const SERVICE = 'https://smba.trafficmanager.net/emea/7f3a0000-0000-4000-8000-00000000b001/';

/** Tokens are kept for an app's id by all of a process: each test has an app of its own. */
function connector(over: Partial<ConnectorSettings> = {}): Connector {
  count += 1;
  const appId = `7f3a0000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  const serviceHosts = [out.teams.host, 'smba.trafficmanager.net'];
  const openIdMetadataUrl = 'https://login.botframework.com/v1/.well-known/openidconfiguration';
  const settings = { ...out.settings, appId, appPassword: SECRET, openIdMetadataUrl, serviceHosts, ...over };
  return new Connector(settings, { clock: systemClock, callLimitMs: 300 });
}

async function failure(work: Promise<unknown>): Promise<ConnectorFailure> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectorFailure)) throw new Error(`not a failure of the connector: ${String(error)}`);
  return error;
}

const hello = { type: 'message', text: 'hello' };

describe('tokens', () => {
  it('one is had for many calls, and sent over https to the listed host', async () => {
    const bot = connector();

    await Promise.all([1, 2, 3].map(() => bot.send(SERVICE, 'a:1', hello)));

    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ authorization }) => authorization))).toEqual(new Set([`Bearer token-${count - 1}`]));
    expect(sent[0]?.url).toBe(`${SERVICE}v3/conversations/a%3A1/activities`);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ host: 'login.microsoftonline.com' });
    expect(decodeURIComponent(asked[0]?.body ?? '')).toContain('scope=https://api.botframework.com/.default');
  });

  it.each([
    ['login.botframework.com', 'SingleTenant', 'login.microsoftonline.com', 'https://api.botframework.com', 'b001'],
    [
      'login.botframework.com',
      'MultiTenant',
      'login.microsoftonline.com',
      'https://api.botframework.com',
      'botframework.com',
    ],
    ['login.botframework.azure.us', 'SingleTenant', 'login.microsoftonline.us', 'https://api.botframework.us', 'b001'],
    [
      'login.botframework.azure.cn',
      'SingleTenant',
      'login.partner.microsoftonline.cn',
      'https://api.botframework.azure.cn',
      'b001',
    ],
  ] as const)('with keys at %s, a %s bot asks %s for %s', async (keys, appType, login, scope, tenant) => {
    await connector({ appType, openIdMetadataUrl: `https://${keys}/v1/.well-known/openidconfiguration` }).checkToken();

    expect(asked).toHaveLength(1);
    expect(asked[0]?.host).toBe(login);
    expect(asked[0]?.path).toContain(`${tenant}/oauth2/v2.0/token`);
    expect(decodeURIComponent(asked[0]?.body ?? '')).toContain(`scope=${scope}/.default`);
  });

  it.each([
    ['AADSTS7000215', 'MICROSOFT_APP_PASSWORD is not a client secret', 'Value, not the Secret ID'],
    ['AADSTS7000222', 'MICROSOFT_APP_PASSWORD has expired', 'new client secret'],
    ['AADSTS700016', 'MICROSOFT_APP_ID', 'MICROSOFT_APP_TENANT_ID'],
    ['AADSTS90002', 'MICROSOFT_APP_TENANT_ID', 'Directory (tenant) ID'],
    ['AADSTS53003', 'AADSTS53003', 'Look AADSTS53003 up'],
  ])('%s is told in words, without the secret and what else Entra said', async (code, message, mend) => {
    grant = {
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: `${code}: Trace ID: 0a1b2c for '${SECRET}'`,
        error_codes: [1],
      },
    };
    const error = await failure(connector().send(SERVICE, 'a:1', hello));

    expect(error).toMatchObject({ kind: 'token' });
    expect(error.message).toContain(message);
    expect(error.facts.mend).toContain(mend);
    expect(JSON.stringify([error.message, error.facts])).not.toMatch(/Trace|secret-value/);
    expect(sent).toHaveLength(0);
  });

  it('Entra being away is no fault of the settings', async () => {
    grant = { status: 503, body: {} };

    expect((await failure(connector().checkToken())).facts.mend).toContain(
      'can reach https://login.microsoftonline.com',
    );
  });

  it('one that Teams refuses is replaced before the next call', async () => {
    const bot = connector();
    answer = { status: 401, body: {} };
    await failure(bot.send(SERVICE, 'a:1', hello));
    answer = { status: 201, body: { id: '1' } };
    grant = { status: 200, body: { token_type: 'Bearer', expires_in: 3600, access_token: 'a-newer-one' } };
    await bot.send(SERVICE, 'a:1', hello);

    expect(sent.map(({ authorization }) => authorization)).toEqual([`Bearer token-${count - 1}`, 'Bearer a-newer-one']);
  });

  it('none is asked for or sent over http', async () => {
    await connector().send(out.teams.serviceUrl, out.teams.person('ewa').personalChat, hello);

    expect(out.teams.calls.at(-1)?.headers['authorization']).toBeUndefined();
    expect(asked).toHaveLength(0);
  });

  it('none goes to an address outside the list, nor where an answer points', async () => {
    const bot = connector();
    for (const url of [
      'https://evil.example/',
      'https://smba.trafficmanager.net:444/',
      'https://u:p@smba.trafficmanager.net/',
    ])
      expect((await failure(bot.send(url, 'a:1', hello))).kind).toBe('address');
    expect([sent, asked]).toEqual([[], []]);

    answer = { status: 307, body: {} };
    expect(await failure(bot.send(SERVICE, 'a:1', hello))).toMatchObject({ kind: 'answer', facts: { status: 307 } });
    expect(sent).toHaveLength(1);
  });
});

describe('calls', () => {
  it('a targeted message names the one who sees it', async () => {
    const adam = out.teams.person('adam');
    const support = out.teams.placeId('Support');
    await connector().send(out.teams.serviceUrl, support, hello, { targetedAt: adam.userId });

    expect(out.teams.messages(support)).toMatchObject([{ seenBy: ['adam'], text: 'hello' }]);
    expect(out.teams.calls.at(-1)?.path).toMatch(/\/activities\?isTargetedActivity=true$/);
  });

  it('a member is found by either id, and who is none is no error', async () => {
    const { userId, aadObjectId } = out.teams.person('adam');
    const bot = connector();
    const member = (id: string): Promise<unknown> => bot.member(out.teams.serviceUrl, out.teams.placeId('Support'), id);

    expect(await member(aadObjectId)).toMatchObject({ id: userId, email: 'adam@example.com', userRole: 'user' });
    expect(await member(userId)).toMatchObject({ aadObjectId });
    expect(await member(out.teams.person('ewa').aadObjectId)).toBeNull();
    expect(await failure(bot.member(out.teams.serviceUrl, 'a:nowhere', aadObjectId))).toMatchObject({ kind: 'answer' });
  });

  it('a team is named, missing, or closed to the app', async () => {
    const bot = connector();
    const { serviceUrl } = out.teams;

    expect(await bot.team(serviceUrl, out.teams.team('IT').id)).toMatchObject({ name: 'IT' });
    expect(await bot.team(serviceUrl, '19:none@thread.tacv2')).toBeNull();
    expect((await failure(bot.team(serviceUrl, out.teams.team('Sales').id))).facts).toMatchObject({ status: 403 });
  });

  it('a call that gets no answer ends in time', async () => {
    out.teams.fault({ hang: true, times: 1 });
    const error = await failure(connector().team(out.teams.serviceUrl, out.teams.team('IT').id));

    expect(error).toMatchObject({ kind: 'late', message: 'no answer within 0.3 s' });
  });

  it('a page of HTML is no answer, least of all a yes', async () => {
    const bot = connector();
    const page = (): Promise<Response> => Promise.resolve(new Response('<html>Sign in</html>', { status: 200 }));
    for (const ask of [
      () => bot.send(SERVICE, 'a:1', hello),
      () => bot.create(SERVICE, {}),
      () => bot.member(SERVICE, 'a:1', 'somebody'),
      () => bot.team(SERVICE, 'a:1'),
    ]) {
      jest.mocked(globalThis.fetch).mockImplementationOnce(page);
      expect((await failure(ask())).message).toBe('the answer cannot be read');
    }
  });
});

describe('the doctor', () => {
  it('stops at credentials that do not work, and names what to do', async () => {
    grant = { status: 401, body: { error: 'invalid_client', error_description: 'AADSTS7000222: …' } };

    expect(await checkTeams(connector(), out.places, 'an-app', ['teams:19:c@thread.tacv2'])).toEqual([
      {
        name: 'Teams credentials',
        status: 'fail',
        detail: 'the client secret in MICROSOFT_APP_PASSWORD has expired (AADSTS7000222)',
        mend: expect.stringContaining('Make a new client secret') as string,
      },
    ]);
  });

  it('says whether Teams has ever reached us', async () => {
    expect(await checkTeams(connector(), out.places, 'an-app', [])).toMatchObject([
      { status: 'ok' },
      { status: 'warn' },
    ]);
    await out.places.heard(out.chat('ewa'));
    expect(await checkTeams(connector(), out.places, 'an-app', [])).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
  });
});
