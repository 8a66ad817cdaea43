/** How deliveries reach the bot, seen from the bot's end of the wire: tokens, deadlines, repetitions. */
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Json, TeamsStandIn, TokenKey } from '../../sandbox/teams/teams-world';
import { startTeamsStandIn } from '../../sandbox/teams/stand-in';
import type { TinyBot } from './tiny-bot';
import { APP, startTinyBot, TENANT, WORLD } from './tiny-bot';

let teams: TeamsStandIn;
let bot: TinyBot;

beforeEach(async () => {
  teams = await startTeamsStandIn({ appId: APP, tenantId: TENANT, world: WORLD, deadlineMs: 200 });
  bot = await startTinyBot(teams);
});

afterEach(async () => {
  await bot.stop();
  await teams.stop();
});

const ids = (): unknown[] => bot.heard.map(({ activity }) => activity['id']);
const nora = () => teams.person('nora');

/** As a bot checks it, by what the stand-in publishes. */
async function verify(token: string): Promise<Json> {
  const document = (await (await fetch(teams.openIdMetadataUrl)).json()) as { jwks_uri: string; issuer: string };
  const keys = createRemoteJWKSet(new URL(document.jwks_uri));
  const how = { issuer: teams.issuer, audience: APP, algorithms: ['RS256'] };
  return (await jwtVerify(token, keys, how)).payload;
}

it('every delivery carries a token for this app, bound to the service address', async () => {
  await nora().says('x');
  const [{ headers }] = bot.heard as [(typeof bot.heard)[0]];
  const claims = await verify(headers.authorization!.replace('Bearer ', ''));
  expect(claims).toMatchObject({ serviceurl: teams.serviceUrl, aud: APP, iss: 'https://api.botframework.com' });
});

it('forged tokens are told from real ones by what is published', async () => {
  const forged: TokenKey[] = ['unknown', 'forged', 'none', 'hs256'];
  for (const key of forged) await expect(verify(await teams.token({ key }))).rejects.toThrow();
  const seconds = Math.floor(Date.now() / 1000);
  for (const claims of [{ aud: 'other' }, { iss: 'other' }, { exp: seconds - 600 }, { nbf: seconds + 600 }])
    await expect(verify(await teams.token({ claims }))).rejects.toThrow();
  await expect(verify(await teams.token({ claims: { serviceurl: undefined } }))).resolves.not.toHaveProperty(
    'serviceurl',
  );
  const unendorsed = await teams.token({ key: 'unendorsed' });
  await expect(verify(unendorsed)).resolves.toBeDefined();
  const jwks = (await (await fetch(`${teams.url}/v1/.well-known/keys`)).json()) as { keys: Json[] };
  const endorsed = jwks.keys.filter((key) => (key['endorsements'] as string[]).includes('msteams'));
  expect(endorsed.map(({ kid }) => kid)).not.toContain(decodeProtectedHeader(unendorsed).kid);
  expect(endorsed.map(({ kid }) => kid)).toContain(decodeProtectedHeader(await teams.token()).kid);
});

it('a new key takes the place of the old one', async () => {
  const old = await teams.token();
  await teams.rotateKeys();
  await expect(verify(old)).rejects.toThrow();
  await expect(verify(await teams.token())).resolves.toBeDefined();
});

it('an activity that is not answered in time comes again, with the same id', async () => {
  bot.replies.push({ silent: true });
  const said = await nora().says('x');
  expect(said).toMatchObject({ ok: true, status: 200 });
  expect(ids()).toEqual([said.id, said.id]);
  expect(teams.deliveries.map(({ status, attempt }) => [status, attempt])).toEqual([
    [0, 1],
    [200, 2],
  ]);
});

it('one that failed is not sent again, but by what stands in between', async () => {
  bot.replies.push({ status: 500 }, { status: 503 });
  expect(await nora().says('x')).toMatchObject({ ok: false, status: 500 });
  expect(await nora().says('y')).toMatchObject({ ok: true });
  expect(bot.heard).toHaveLength(3);
});

it('everything can be delivered twice at once', async () => {
  teams.twice = 'same-id';
  const said = await nora().says('x');
  expect(ids()).toEqual([said.id, said.id]);
  teams.twice = 'new-id';
  await nora().installs();
  const [first, second] = ids().slice(2);
  expect(first).not.toEqual(second);
  expect(bot.heard).toHaveLength(6);
});

it('anything can be posted to the bot', async () => {
  bot.replies.push({ status: 418, body: 'short and stout' });
  const answer = await teams.post(nora().draft('x'), { token: null, headers: { 'x-forwarded-for': '1.2.3.4' } });
  expect([answer.status, answer.body]).toEqual([418, '"short and stout"']);
  expect(bot.heard[0]!.headers).toMatchObject({ 'x-forwarded-for': '1.2.3.4' });
  expect(bot.heard[0]!.headers.authorization).toBeUndefined();
  expect(bot.heard[0]!.activity).toMatchObject({ type: 'message', text: 'x' });
  expect(nora().messages()).toEqual([]);
});

it('its settings lead a bot to it', () => {
  expect(teams.env).toEqual({
    MICROSOFT_APP_ID: APP,
    MICROSOFT_APP_PASSWORD: expect.any(String),
    MICROSOFT_APP_TENANT_ID: TENANT,
    TEAMS_OPENID_METADATA_URL: `http://${teams.host}/v1/.well-known/openidconfiguration`,
    TEAMS_TOKEN_ISSUER: 'https://api.botframework.com',
    TEAMS_SERVICE_HOSTS: teams.host,
  });
});
