import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../src/config';
import { ConfigError, readConfig } from '../src/config';
import { SETTINGS } from '../src/config-settings';

const SLACK = { SLACK_BOT_TOKEN: 'xoxb-1-bot', SLACK_SIGNING_SECRET: 'signing-secret' };
const TENANT = '11111111-aaaa-bbbb-cccc-222222222222';
const TEAMS = {
  MICROSOFT_APP_ID: '33333333-AAAA-bbbb-cccc-444444444444',
  MICROSOFT_APP_PASSWORD: 'client~secret',
  MICROSOFT_APP_TENANT_ID: TENANT,
};
const DESK = 'lines:\n  - { key: it, name: IT, channels: ["slack:C0SUPPORT", "teams:19:abc@thread.tacv2"] }\n';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'helpdesk-config-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(cwd, name), text);
}

/** A configuration with a desk. */
function read(env: NodeJS.ProcessEnv): Config {
  write('helpdesk.yaml', DESK);
  return readConfig(env, cwd);
}

function messageOf(env: NodeJS.ProcessEnv): string {
  try {
    readConfig(env, cwd);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted');
}

function problemsOf(env: NodeJS.ProcessEnv): string {
  write('helpdesk.yaml', DESK);
  return messageOf(env);
}

describe('without any setting', () => {
  it('the sandbox gets every default and no desk', () => {
    expect(readConfig({}, cwd)).toEqual({
      port: 3000,
      databaseUrl: { kind: 'sqlite', path: join(cwd, 'data/helpdesk.sqlite') },
      knowledgeSnapshot: join(cwd, 'data/helpdesk.sqlite.index'),
      logLevel: 'info',
      interactionsPerMinute: 300,
      metricsToken: null,
      slack: null,
      teams: null,
      mail: null,
      tracing: null,
      desk: null,
    });
  });

  it.each([
    [{}, 'data/helpdesk.sqlite.index'],
    [{ DATABASE_URL: 'mysql://helpdesk:password@localhost/helpdesk' }, null],
    [{ DATABASE_URL: 'sqlite:./x.db', KNOWLEDGE_SNAPSHOT: 'kept/index' }, 'kept/index'],
    [{ KNOWLEDGE_SNAPSHOT: 'off' }, null],
  ])('with %j the search index is kept in %s', (env, path) => {
    expect(readConfig(env, cwd).knowledgeSnapshot).toBe(path === null ? null : join(cwd, path));
  });

  it('a configuration file that is there is read, whatever chats it names', () => {
    expect(read({}).desk?.lines[0]?.name).toBe('IT');
  });

  it('a broken configuration file stops the start', () => {
    write('helpdesk.yaml', 'lines: []\n');

    expect(messageOf({})).toContain('helpdesk.yaml:1  lines: an empty list is not a list of lines');
  });

  it('a configuration file that was named must be there', () => {
    expect(messageOf({ HELPDESK_CONFIG: 'etc/desk.yaml' })).toContain('etc/desk.yaml: there is no such file; copy');
  });
});

describe('.env', () => {
  it('is read', () => {
    write('.env', 'PORT=8080\nLOG_LEVEL="warn"\n');

    expect(readConfig({}, cwd)).toMatchObject({ port: 8080, logLevel: 'warn' });
  });

  it('gives way to the real environment, even to an empty value there', () => {
    write('.env', 'PORT=8080\nLOG_LEVEL=warn\nSMTP_URL=smtp://mail.example.com\n');

    expect(readConfig({ PORT: '9090', SMTP_URL: '' }, cwd)).toMatchObject({ port: 9090, logLevel: 'warn', mail: null });
  });

  it('with a slip in the name of a setting says which was meant; names of other programs are let be', () => {
    write('.env', 'PORT=4000\nMETRICS_TOKN=0123456789abcdef\nLOGLEVEL=debug\nDB_PASSWORD=x\nTZ=UTC\nHOST=here\n');

    const message = messageOf({});

    expect(message).toContain('.env: "METRICS_TOKN" is not a setting. Did you mean METRICS_TOKEN?');
    expect(message).toContain('.env: "LOGLEVEL" is not a setting. Did you mean LOG_LEVEL?');
    expect(message).toMatch(/ has 2 problems:/);
    write('.env', 'OTEL_EXPORTER_OTLP_TIMEOUT=5\nOTEL_EXPORTER_OTLP_PROTOCOL=http/json\nCOMPOSE_PROJECT_NAME=it\n');
    expect(readConfig({}, cwd).tracing).toBeNull();
  });

  it('that cannot be read is a problem, not an empty one', () => {
    mkdirSync(join(cwd, '.env'));

    expect(messageOf({})).toContain('.env: cannot be read (EISDIR)');
  });

  it('does not change the environment of the process', () => {
    write('.env', 'HELPDESK_CONFIG_TEST_ONLY=1\n');
    const env = {};

    readConfig(env, cwd);

    expect(env).toEqual({});
    expect(process.env.HELPDESK_CONFIG_TEST_ONLY).toBeUndefined();
  });
});

describe('Slack', () => {
  it('works over HTTP with a signing secret', () => {
    expect(read(SLACK).slack).toEqual({
      botToken: 'xoxb-1-bot',
      signingSecret: 'signing-secret',
      appToken: null,
      apiUrl: 'https://slack.com/api/',
    });
  });

  it('works over Socket Mode with an app token alone', () => {
    const { slack } = read({ SLACK_BOT_TOKEN: 'xoxb-1-bot', SLACK_APP_TOKEN: ' xapp-1-app\n' });

    expect(slack).toMatchObject({ signingSecret: null, appToken: 'xapp-1-app' });
  });

  it('gets a base address that ends with a slash', () => {
    expect(read({ ...SLACK, SLACK_API_URL: 'http://127.0.0.1:4003/api' }).slack?.apiUrl).toBe(
      'http://127.0.0.1:4003/api/',
    );
  });

  it('needs the bot token', () => {
    expect(problemsOf({ SLACK_APP_TOKEN: 'xapp-1-app' })).toContain(
      'SLACK_BOT_TOKEN: is not set, but SLACK_APP_TOKEN is; copy',
    );
  });

  it('needs a signing secret or an app token', () => {
    expect(problemsOf({ SLACK_BOT_TOKEN: 'xoxb-1' })).toContain(
      'SLACK_SIGNING_SECRET: is not set, nor is SLACK_APP_TOKEN; set',
    );
  });

  it('without a configuration file tells which to copy', () => {
    expect(messageOf(SLACK)).toContain('helpdesk.yaml: there is no such file; copy helpdesk.example.yaml');
  });
});

describe('Teams', () => {
  it('gets Microsoft’s public cloud and its own tenant by default', () => {
    expect(read(TEAMS).teams).toEqual({
      appId: TEAMS.MICROSOFT_APP_ID,
      appPassword: 'client~secret',
      tenantId: TENANT,
      appType: 'SingleTenant',
      allowedTenants: [TENANT],
      openIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
      tokenIssuer: 'https://api.botframework.com',
      serviceHosts: ['smba.trafficmanager.net'],
    });
  });

  it('takes lists of tenants and hosts, whatever their case', () => {
    const lists = {
      TEAMS_ALLOWED_TENANTS: `${TENANT.toUpperCase()}, ${TENANT}`,
      TEAMS_SERVICE_HOSTS: 'Localhost:3978,a.b.com',
    };

    expect(read({ ...TEAMS, ...lists }).teams).toMatchObject({
      allowedTenants: [TENANT, TENANT],
      serviceHosts: ['localhost:3978', 'a.b.com'],
    });
  });

  it('needs id, password and tenant together', () => {
    const message = problemsOf({ MICROSOFT_APP_ID: TEAMS.MICROSOFT_APP_ID });

    expect(message).toContain('MICROSOFT_APP_PASSWORD: is not set, but MICROSOFT_APP_ID is');
    expect(message).toContain('MICROSOFT_APP_TENANT_ID: is not set, but MICROSOFT_APP_ID is');
  });

  it('needs no password for a managed identity', () => {
    const { MICROSOFT_APP_PASSWORD: _, ...identity } = TEAMS;

    expect(read({ ...identity, MICROSOFT_APP_TYPE: 'UserAssignedMSI' }).teams?.appPassword).toBeNull();
  });

  it('is not left open to every tenant by a MultiTenant bot', () => {
    const { MICROSOFT_APP_TENANT_ID: _, ...app } = { ...TEAMS, MICROSOFT_APP_TYPE: 'MultiTenant' };

    expect(problemsOf(app)).toContain('TEAMS_ALLOWED_TENANTS: is not set, and a MultiTenant bot would answer anyone');
    expect(read({ ...app, TEAMS_ALLOWED_TENANTS: TENANT }).teams).toMatchObject({
      tenantId: null,
      allowedTenants: [TENANT],
    });
  });
});

describe('e-mail', () => {
  it('is on with a server and a sender', () => {
    const mail = { SMTP_URL: 'smtps://u:p@mail.example.com', MAIL_FROM: 'IT <it@example.com>' };

    expect(readConfig(mail, cwd).mail).toEqual({ smtpUrl: mail.SMTP_URL, from: mail.MAIL_FROM });
  });

  it.each([
    ['MAIL_FROM', { SMTP_URL: 'smtp://mail.example.com' }],
    ['SMTP_URL', { MAIL_FROM: 'it@example.com' }],
  ])('without %s is a problem', (missing, env) => {
    expect(messageOf(env)).toContain(`${missing}: is not set, but ${Object.keys(env)[0]} is`);
  });
});

describe('DATABASE_URL', () => {
  it.each([
    ['sqlite::memory:', { kind: 'sqlite-memory' }],
    ['sqlite:/var/lib/helpdesk.sqlite', { kind: 'sqlite', path: '/var/lib/helpdesk.sqlite' }],
    [
      'mysql://desk:p%40ss%2Fword%25@db.example.com/helpdesk',
      { kind: 'mysql', host: 'db.example.com', port: 3306, user: 'desk', password: 'p@ss/word%', database: 'helpdesk' },
    ],
    [
      'mariadb://desk@[::1]:3307/help%20desk',
      { kind: 'mariadb', host: '::1', port: 3307, user: 'desk', password: '', database: 'help desk' },
    ],
    [
      'mysql://desk@db.example.com/helpdesk?ssl-mode=VERIFY_CA&ssl-ca=/tls/ca.pem&ssl-cert=/c.pem&ssl-key=/k.pem',
      {
        ...{ kind: 'mysql', host: 'db.example.com', port: 3306, user: 'desk', password: '', database: 'helpdesk' },
        tls: { mode: 'verify-ca', ca: '/tls/ca.pem', cert: '/c.pem', key: '/k.pem' },
      },
    ],
    [
      'mysql://desk@db.example.com/helpdesk?ssl-ca=/ca.pem',
      {
        ...{ kind: 'mysql', host: 'db.example.com', port: 3306, user: 'desk', password: '', database: 'helpdesk' },
        tls: { mode: 'verify-identity', ca: '/ca.pem' },
      },
    ],
    [
      'mysql://desk@db.example.com/helpdesk?ssl-mode=disabled',
      { kind: 'mysql', host: 'db.example.com', port: 3306, user: 'desk', password: '', database: 'helpdesk' },
    ],
  ])('%s is understood', (url, parsed) => {
    expect(readConfig({ DATABASE_URL: url }, cwd).databaseUrl).toEqual(parsed);
  });

  it('may name files of TLS from where the helpdesk is started', () => {
    const { databaseUrl } = readConfig({ DATABASE_URL: 'mysql://u@db.example.com/d?ssl-ca=tls/ca.pem' }, cwd);

    expect(databaseUrl).toMatchObject({ tls: { ca: join(cwd, 'tls/ca.pem') } });
  });

  it.each([
    ['sqlite:', 'must name a file'],
    ['sqlite://data/x', 'must have the path right after sqlite:'],
    ['postgres://u:hunter2@h/d', 'must begin with sqlite:, mysql:// or mariadb://'],
    ['mysql://u:hunter2@h', 'must end with the name of a database'],
    ['mysql://u:hunter2@h/a/b', 'must end with the name of a database'],
    ['mysql://:hunter2@h/d', 'must name a user'],
    ['mysql://u:hunter2@/d', 'must look like mysql://'],
    ['mysql://u:hunter2@h:port/d', 'must look like mysql://'],
    ['mysql://u:hunter2#@h/d', 'must look like mysql://'],
    ['mysql://u:hunter2@h/d?ssl=true', 'takes no options but ssl-mode'],
    ['mysql://u:hunter2@h/d?ssl-mode=preferred', 'must have an ssl-mode of DISABLED, REQUIRED'],
    ['mysql://u:hunter2@h/d?ssl-mode=disabled&ssl-ca=/ca.pem', 'must have an ssl-mode of DISABLED, REQUIRED'],
    ['mysql://u:hunter2@h/d?ssl-cert=/c.pem', 'must have both of ssl-cert and ssl-key'],
    ['mysql://u:hunter2%@h/d', 'has a % that begins no character'],
  ])('%s is refused, and not shown', (url, mend) => {
    const message = messageOf({ DATABASE_URL: url });

    expect(message).toContain(`DATABASE_URL: ${mend}`);
    expect(message).not.toContain('hunter2');
  });
});

describe('every other shape', () => {
  it.each([
    ['PORT', '65536', 'must be a whole number from 0 to 65535, not "65536"'],
    ['PORT', '3000.5', 'must be a whole number'],
    ['PORT', '-1', 'must be a whole number'],
    ['LOG_LEVEL', 'verbose', 'must be one of debug, info, warn, error, not "verbose"'],
    ['SLACK_API_URL', 'slack.com/api', 'must be a web address'],
    ['SLACK_API_URL', 'file:///etc/passwd', 'must be a web address'],
    ['MICROSOFT_APP_ID', 'helpdesk', 'must be the Application (client) ID'],
    ['MICROSOFT_APP_TENANT_ID', 'contoso.onmicrosoft.com', 'must be the Directory (tenant) ID'],
    ['MICROSOFT_APP_TYPE', 'Single', 'must be one of SingleTenant, MultiTenant, UserAssignedMSI, not "Single"'],
    ['TEAMS_ALLOWED_TENANTS', `${TENANT},all`, 'must be tenant ids with commas between'],
    ['TEAMS_OPENID_METADATA_URL', 'login', 'must be a web address'],
    ['TEAMS_TOKEN_ISSUER', 'a b', 'must be without spaces'],
    ['TEAMS_SERVICE_HOSTS', 'https://smba.trafficmanager.net/', 'must be host names'],
    ['TEAMS_SERVICE_HOSTS', ',', 'must be host names'],
    ['MAIL_FROM', 'IT Helpdesk', 'must be an e-mail address'],
    ['MAIL_FROM', 'a@example.com, b@example.com', 'must be an e-mail address'],
    ['SMTP_URL', 'mail.example.com:25', 'must look like smtp://'],
    ['SLACK_BOT_TOKEN', 'xoxp-1', 'must begin with xoxb-'],
    ['SLACK_APP_TOKEN', 'xoxb-1', 'must begin with xapp-'],
    ['SLACK_SIGNING_SECRET', 'xoxb-1-2', 'must be the Signing Secret'],
  ])('%s=%s is refused', (name, value, reason) => {
    expect(messageOf({ [name]: value })).toContain(`${name}: ${reason}`);
  });
});

describe('one message', () => {
  it('names every problem of environment and file, each with its place', () => {
    write('helpdesk.yaml', 'language: de\nlines:\n  - key: IT\n    name: IT\n    channels: ["slack:C0SUPPORT"]\n');

    const message = messageOf({ PORT: 'http', SLACK_BOT_TOKEN: 'xoxb-1', LOG_LEVEL: 'loud' });

    expect(message.split('\n')).toEqual([
      'The configuration has 5 problems:',
      expect.stringMatching(/^ {2}PORT: must be /),
      expect.stringMatching(/^ {2}LOG_LEVEL: must be /),
      expect.stringMatching(/^ {2}SLACK_SIGNING_SECRET: is not set/),
      expect.stringMatching(/^ {2}helpdesk\.yaml:1 {2}language: "de" is not /),
      expect.stringMatching(/^ {2}helpdesk\.yaml:3 {2}lines\[0\]\.key: "IT" is not a key/),
    ]);
  });

  it('never holds the value of a secret, right or wrong', () => {
    const secrets = Object.entries(SETTINGS).filter(([, { secret }]) => secret);
    const env = Object.fromEntries(secrets.map(([name]) => [name, `leak ${name}`]));

    const message = messageOf({ ...env, PORT: 'x', SLACK_API_URL: 'leak://user:leak-login@host' });

    expect(secrets.map(([name]) => name)).toEqual([
      'DATABASE_URL',
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET',
      'SLACK_APP_TOKEN',
      'MICROSOFT_APP_PASSWORD',
      'SMTP_URL',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'METRICS_TOKEN',
    ]);
    expect(secrets.filter(([name]) => !message.includes(`${name}: `))).toEqual([]);
    expect(message).not.toMatch(/leak [A-Z]|leak-login/);
  });

  it('hides a token that was put in the wrong place', () => {
    write('helpdesk.yaml', 'lines:\n  - { key: it, name: IT, channels: ["slack:xoxb-1234-secret"] }\n');

    const message = messageOf({ PORT: 'xapp-1234-secret', LOG_LEVEL: 'xoxe.xoxb-1234-secret' });

    expect(message).toContain('lines[0].channels[0]: "slack:***" is not the address of a channel');
    expect(message).not.toContain('1234');
  });
});

describe('a configuration', () => {
  it('cannot be changed', () => {
    const config = read({ ...SLACK, ...TEAMS });

    expect(
      [config, config.slack, config.teams?.serviceHosts, config.desk?.lines[0]?.channels].map(Object.isFrozen),
    ).toEqual([true, true, true, true]);
  });

  it('file that cannot be read is a problem, not a missing one', () => {
    mkdirSync(join(cwd, 'helpdesk.yaml'));

    expect(messageOf({})).toContain('helpdesk.yaml: cannot be read (EISDIR)');
  });
});

describe('a file that was not saved as UTF-8 is refused, for its letters or all of it would be lost:', () => {
  const latin2 = (text: string): Buffer => Buffer.from(text.replaceAll('ł', '\u00b3'), 'latin1');
  const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');

  it.each([
    ['in Latin-2', latin2],
    ['in UTF-16, as Windows PowerShell writes', utf16],
  ])('%s', (_name, saved) => {
    writeFileSync(join(cwd, '.env'), saved('SLACK_BOT_TOKEN=xoxb-1-bot\nMAIL_FROM="Dział IT <it@example.com>"\n'));
    writeFileSync(join(cwd, 'helpdesk.yaml'), saved(DESK.replace('name: IT', 'name: Dział IT')));

    const message = messageOf({ SMTP_URL: 'smtp://localhost' });

    expect(message).toContain('.env: is not UTF-8; save it as UTF-8');
    expect(message).toContain('helpdesk.yaml: is not UTF-8; save it as UTF-8');
  });

  it('synonyms, too', () => {
    writeFileSync(join(cwd, 'synonyms.yaml'), latin2('same:\n  - [hasło, password]\n'));
    write('helpdesk.yaml', `${DESK}knowledge: { synonyms: synonyms.yaml }\n`);

    expect(messageOf({})).toContain('helpdesk.yaml  knowledge.synonyms: synonyms.yaml: is not UTF-8; save it as UTF-8');
  });
});
