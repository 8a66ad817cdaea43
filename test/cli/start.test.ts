/** `helpdesk start` when something is wrong: one message with every place and mend, no stack trace, no secret, and it ends. */
// ASVS 5.0 v5.0.0-16.5.1 (generic errors)
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WORLD } from '../../sandbox/people';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { Done, Workplace } from './command';
import { DESK, workplace } from './command';

const SECRETS = ['xoxb-very-secret', 'xapp-very-secret', 'signing-very-secret', 'database-very-secret'];

describe.each(databases())('helpdesk start, on $name', ({ name, create }) => {
  let database: TestDatabase;
  let slack: SlackStandIn;
  let place: Workplace;

  beforeAll(async () => {
    database = await create();
    slack = await startSlackStandIn({ world: WORLD });
  });

  afterAll(async () => {
    await slack.close();
    await database.drop();
  });

  beforeEach(async () => {
    const { botToken, signingSecret, apiUrl } = slack;
    place = await workplace({
      DATABASE_URL: database.text,
      PORT: '0',
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: apiUrl,
    });
    place.write('helpdesk.yaml', DESK);
    place.write('kb/a.md', '---\nid: a\ntitle: A\n---\nwords\n');
  });

  afterEach(() => place.remove());

  /** It says what is wrong, once, and ends. */
  const refused = async (env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const done: Done = await place.run(['start'], { env });
    expect([done.code, done.stdout]).toEqual([1, '']);
    const said = done.stderr
      .split('\n')
      .filter((line) => !line.startsWith('{'))
      .join('\n');
    expect(said.match(/helpdesk: /g)).toHaveLength(1);
    expect(done.stderr).not.toMatch(/\n\s+at |node:internal/);
    for (const secret of SECRETS) expect(done.stderr).not.toContain(secret);
    return said;
  };

  it('says that the database cannot be reached', async () => {
    const said = await refused({ DATABASE_URL: 'mysql://root:database-very-secret@127.0.0.1:1/helpdesk' });

    expect(said).toMatch(/ECONNREFUSED/);
    expect(said).toMatch(/DATABASE_URL/);
  });

  // The rest asks nothing of the database that is not asked above.
  if (name !== 'SQLite') return;

  it('names every problem of .env and helpdesk.yaml in one message, each with its place and mend', async () => {
    place.write(
      '.env',
      [
        'LOG_LEVEL=loud',
        'SLACK_APP_TOKEN=xoxb-very-secret',
        'SMTP_URL=mail.example.com',
        'MICROSOFT_APP_ID=not-a-guid',
      ].join('\n'),
    );
    place.write(
      'helpdesk.yaml',
      DESK.replace("'09:00'", "'25:00'")
        .replace('escalatesTo: it-l2', 'escalatesTo: hr')
        .replace('language: en', 'languge: en'),
    );

    const said = await refused({
      PORT: '99999',
      DATABASE_URL: 'mysql://root:database-very-secret@/',
      SLACK_BOT_TOKEN: 'xapp-very-secret',
    });

    expect(said).toMatch(/^helpdesk: The configuration has \d+ problems:\n/);
    for (const told of [
      /PORT: must be a whole number from 0 to 65535/,
      /DATABASE_URL: must look like mysql:\/\/user:password@host:3306\/name/,
      /SLACK_BOT_TOKEN: must begin with xoxb-; copy/,
      /SLACK_APP_TOKEN: must begin with xapp-; make/,
      /SMTP_URL: must look like smtp:/,
      /MICROSOFT_APP_ID: must be the Application/,
      /LOG_LEVEL: must be one of debug, info, warn, error, not "loud"/,
      /helpdesk\.yaml:1 {2}languge: .*Did you mean language\?/,
      /helpdesk\.yaml:7 {2}.*escalatesTo: .*hr/,
      /helpdesk\.yaml:8 {2}.*at: .*25:00.*HH:MM/,
    ])
      expect(said).toMatch(told);
  });

  it('says that the file of lines is missing, and where to get one', async () => {
    const said = await refused({ HELPDESK_CONFIG: 'elsewhere.yaml' });

    expect(said).toContain('elsewhere.yaml: there is no such file; copy helpdesk.example.yaml there');
  });

  it('says where a file is no YAML', async () => {
    place.write('helpdesk.yaml', 'lines:\n  - key: "it\n');

    expect(await refused()).toMatch(/helpdesk\.yaml:\d+: is not YAML: /);
  });

  it('names every broken article in one message, with file, line and mend', async () => {
    place.write('kb/b.md', '---\nid: b\n---\nwords\n');
    place.write('kb/c.md', '---\nid: a\ntitle: C\n---\nwords\n');
    place.write('kb/d.jsonl', '{"id":\n');

    const said = await refused();

    expect(said).toMatch(/kb\/b\.md:1 {2}.*title/);
    expect(said).toMatch(/kb\/c\.md:2 {2}the id "a" is already taken by .*kb\/a\.md/);
    expect(said).toMatch(/kb\/d\.jsonl:1 {2}/);
  });

  it('says that Slack refuses the token', async () => {
    const said = await refused({ SLACK_BOT_TOKEN: 'xoxb-very-secret' });

    expect(said).toMatch(/Slack refused the bot token: invalid_auth/);
  });

  it('says that the port is taken', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const said = await refused({ PORT: String(port) });

      expect(said).toContain(`port ${port} is taken by another program (EADDRINUSE); stop that, or set another PORT`);
    } finally {
      other.close();
    }
  });

  it('the sandbox, too, ends when it cannot start', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    try {
      const none = { SLACK_BOT_TOKEN: '', SLACK_SIGNING_SECRET: '', SLACK_API_URL: '' };

      expect(await refused({ ...none, PORT: String(port) })).toContain(`port ${port} is taken`);
    } finally {
      other.close();
    }
  });
});
