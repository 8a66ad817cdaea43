/** What would be unsafe does not start: one polite message says what, and what to do. */
// ASVS 5.0 v5.0.0-12.3.1 (TLS outwards), v5.0.0-12.3.2 (certificates are checked), v5.0.0-13.2.3 (no default credentials),
// v5.0.0-13.2.4 (whom we may call), v5.0.0-13.4.5 (monitoring endpoints)
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, readConfig } from '../../src/config';
import { SETTINGS } from '../../src/config-settings';
import { workplace } from '../cli/command';
import { openSlackDesk } from '../e2e/slack-desk';
import { databases } from '../support/databases';
import type { DatabaseKind } from '../support/databases';

const [sqlite] = databases() as [DatabaseKind];
const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1-bot', SLACK_SIGNING_SECRET: 'signing-secret' };
const TEAMS = {
  MICROSOFT_APP_ID: '33333333-aaaa-bbbb-cccc-444444444444',
  MICROSOFT_APP_PASSWORD: 'client~secret',
  MICROSOFT_APP_TENANT_ID: '11111111-aaaa-bbbb-cccc-222222222222',
};
const GOOD = { ...SLACK, ...TEAMS };

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'helpdesk-unsafe-'));
  writeFileSync(join(cwd, 'helpdesk.yaml'), 'lines:\n  - { key: it, name: IT, channels: ["slack:C0SUPPORT"] }\n');
});

afterAll(() => rmSync(cwd, { recursive: true }));

/** What is told; null when it would start. */
function told(env: NodeJS.ProcessEnv): string | null {
  try {
    readConfig(env, cwd);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

it('what is safe starts', () => {
  expect(told(GOOD)).toBeNull();
  expect(told(SLACK)).toBeNull();
  expect(told(TEAMS)).toMatch(/slack/i);
});

it.each<[string, NodeJS.ProcessEnv, RegExp]>([
  [
    'Slack without a signing secret',
    { SLACK_SIGNING_SECRET: '' },
    /SLACK_SIGNING_SECRET: is not set, nor is SLACK_APP_TOKEN/,
  ],
  [
    'a token for a signing secret',
    { SLACK_SIGNING_SECRET: 'xoxb-1' },
    /SLACK_SIGNING_SECRET: must be the Signing Secret/,
  ],
  ['the published signing secret', sample('SLACK_SIGNING_SECRET'), /SLACK_SIGNING_SECRET: is still the example/],
  ['the published app id', sample('MICROSOFT_APP_ID'), /MICROSOFT_APP_ID: is still the example/],
  ['the published password', sample('MICROSOFT_APP_PASSWORD'), /MICROSOFT_APP_PASSWORD: is still the example/],
  ['the published tenant', sample('TEAMS_ALLOWED_TENANTS'), /TEAMS_ALLOWED_TENANTS: is still the example/],
  ['the published token for figures', sample('METRICS_TOKEN'), /METRICS_TOKEN: is still the example/],
  ['a token for figures that can be guessed', { METRICS_TOKEN: 'secret' }, /METRICS_TOKEN: must have at least 16/],
  ['a Teams bot without a password', { MICROSOFT_APP_PASSWORD: '' }, /MICROSOFT_APP_PASSWORD: is not set/],
  ['a Teams bot without an id', { MICROSOFT_APP_ID: '' }, /MICROSOFT_APP_ID: is not set/],
  [
    'a Teams bot for anybody’s tenant',
    { MICROSOFT_APP_TYPE: 'MultiTenant', MICROSOFT_APP_TENANT_ID: '' },
    /TEAMS_ALLOWED_TENANTS: is not set, and a MultiTenant bot would answer anyone/,
  ],
  ['any tenant by a star', { TEAMS_ALLOWED_TENANTS: '*' }, /TEAMS_ALLOWED_TENANTS: must be tenant ids/],
  ['any host by a star', { TEAMS_SERVICE_HOSTS: '*.example.com' }, /TEAMS_SERVICE_HOSTS: must be host names/],
  [
    'Slack’s Web API without TLS',
    { SLACK_API_URL: 'http://slack.example/api/' },
    /SLACK_API_URL: must begin with https:/,
  ],
  [
    'keys of tokens without TLS',
    { TEAMS_OPENID_METADATA_URL: 'http://login.example/keys' },
    /TEAMS_OPENID_METADATA_URL: must begin with https:/,
  ],
  [
    'a secret header for traces without TLS',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://traces.example', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=x' },
    /OTEL_EXPORTER_OTLP_ENDPOINT: must begin with https:/,
  ],
  [
    'a name that only begins like this machine’s',
    { SLACK_API_URL: 'http://127.0.0.1.example.com/api/' },
    /SLACK_API_URL: must begin with https:/,
  ],
  ['certificates that are not checked', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, /NODE_TLS_REJECT_UNAUTHORIZED: is 0/],
])('%s does not', (_what, env, expected) => {
  const message = told({ ...GOOD, ...env });

  expect(message).toMatch(expected);
  for (const secret of Object.values({ ...SLACK, password: TEAMS.MICROSOFT_APP_PASSWORD }))
    expect(message).not.toContain(secret);
});

it.each<[string, NodeJS.ProcessEnv]>([
  ['a stand-in on this machine', { SLACK_API_URL: 'http://127.0.0.1:4000/api/', ...sample('SLACK_SIGNING_SECRET') }],
  ['a collector inside, without a secret', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }],
  [
    'a collector on this machine',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://[::1]:4318', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' },
  ],
])('%s does', (_what, env) => expect(told({ ...GOOD, ...env })).toBeNull());

function sample(name: keyof typeof SETTINGS): NodeJS.ProcessEnv {
  return { [name]: SETTINGS[name].example };
}

it('figures are for whoever has the token, once there is one', async () => {
  const token = 'a-token-of-32-letters-or-thereabouts';
  const database = await sqlite.create();
  const desk = await openSlackDesk(database, { metricsToken: token });
  try {
    const url = `http://127.0.0.1:${desk.service.port}/metrics`;
    const status = async (authorization?: string): Promise<number> =>
      (await fetch(url, authorization === undefined ? {} : { headers: { authorization } })).status;

    expect(await status()).toBe(401);
    for (const wrong of ['Bearer', 'Bearer ', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, token, `Basic ${token}`])
      expect(await status(wrong)).toBe(401);
    expect(await status(`Bearer ${token}`)).toBe(200);
    expect((await fetch(url.replace('metrics', 'healthz'))).status).toBe(200);
  } finally {
    await desk.close();
    await database.drop();
  }
});

it('doctor warns of secrets that every user of the machine can read', async () => {
  const place = await workplace({ DATABASE_URL: 'sqlite::memory:' });
  const said = async (mode: number): Promise<string> => {
    place.write('.env', `METRICS_TOKEN=${'x'.repeat(32)}\n`);
    chmodSync(join(place.folder, '.env'), mode);
    return (await place.run(['doctor'])).stdout;
  };
  try {
    expect(await said(0o644)).toMatch(/warn {2}\.env +can be read by every user of this machine\n +→ chmod 600 \.env/);
    expect(await said(0o600)).not.toContain('.env ');
  } finally {
    place.remove();
  }
});
