/** `helpdesk doctor`: every line ok, warn or fail, with the exact mend, and exit 1 when something fails. */
import { INFRA_CHANNEL, SUPPORT_CHANNEL, WORLD } from '../../sandbox/people';
import type { SlackStandIn } from '../../sandbox/slack/slack-world';
import { startSlackStandIn } from '../../sandbox/slack/stand-in';
import { openDataSource } from '../../src/store/data-source';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { Done, Workplace } from './command';
import { DESK, workplace } from './command';

interface Check {
  readonly name: string;
  readonly status: string;
  readonly detail: string;
  readonly mend?: string;
}

describe.each(databases())('helpdesk doctor, on $name', ({ name, createBare }) => {
  let database: TestDatabase;
  let slack: SlackStandIn;
  let place: Workplace;

  beforeAll(async () => {
    database = await createBare();
    slack = await startSlackStandIn({
      world: {
        ...WORLD,
        channels: [...WORLD.channels, { id: 'C0OUT', name: 'it-secrets', members: ['U0ANNA'], botIsMember: false }],
      },
    });
    const { botToken, signingSecret, apiUrl } = slack;
    place = await workplace({
      DATABASE_URL: database.text,
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_API_URL: apiUrl,
    });
    place.write('kb/a.md', '---\nid: a\ntitle: A\n---\nwords\n');
    place.write('helpdesk.yaml', DESK);
  });

  beforeEach(() => place.write('helpdesk.yaml', DESK));

  afterAll(async () => {
    await slack.close();
    place.remove();
    await database.drop();
  });

  const examine = async (env: NodeJS.ProcessEnv = {}): Promise<{ done: Done; checks: Check[] }> => {
    const [done, json] = await Promise.all([place.run(['doctor'], { env }), place.run(['doctor', '--json'], { env })]);
    expect([done.stderr, json.stderr, json.code]).toEqual(['', '', done.code]);
    const checks = JSON.parse(json.stdout) as Check[];
    const statuses = done.stdout.match(/^(ok|warn|fail) /gm)?.map((word) => word.trim());
    expect(statuses).toEqual(checks.map(({ status }) => status));
    expect(checks.filter(({ status, mend }) => status !== 'ok' && !mend)).toEqual([]);
    return { done, checks };
  };
  const failing = (checks: readonly Check[]): Check[] => checks.filter(({ status }) => status === 'fail');

  if (name === 'SQLite')
    it('without a chat says whether a start opens the sandbox, or refuses because its packages were left out', async () => {
      const env = { SLACK_BOT_TOKEN: '', SLACK_SIGNING_SECRET: '' };
      const chatsOf = (checks: readonly Check[]) => checks.find(({ name: about }) => about === 'chats');
      place.write(
        'pruned.cjs',
        `const M = require('node:module'); const found = M._resolveFilename;
         M._resolveFilename = (name, ...more) => {
           if (name === 'ws' && /sandbox/.test(more[0]?.filename)) throw Object.assign(new Error('left out'), { code: 'MODULE_NOT_FOUND' });
           return found.call(M, name, ...more);
         };`,
      );
      const pruned = { ...env, NODE_OPTIONS: '--require ./pruned.cjs' };

      expect(chatsOf((await examine(env)).checks)).toMatchObject({
        status: 'warn',
        detail: 'none is set up: a start opens the sandbox',
      });
      expect((await place.run(['start'], { env: { ...pruned, PORT: '0' } })).stderr).toContain('No chat is set up');
      expect(chatsOf((await examine(pruned)).checks)).toMatchObject({
        status: 'fail',
        detail: 'none is set up, and a start refuses: the packages of the sandbox were left out',
        mend: expect.stringContaining('npm ci') as unknown,
      });
    });

  it('says what is still to do on a new database, and is content', async () => {
    const { done, checks } = await examine();

    expect(done.code).toBe(0);
    expect(checks.find(({ name: about }) => about === 'migrations')).toMatchObject({
      status: 'warn',
      mend: 'run "helpdesk migrate" (a start does it too)',
    });
  });

  it('with everything right says ok to everything', async () => {
    await place.run(['migrate']);

    const { done, checks } = await examine();

    expect(done.code).toBe(0);
    expect(checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(checks.map(({ name: about }) => about)).toEqual([
      'configuration',
      'database',
      'migrations',
      'clock',
      ...(database.url.kind === 'sqlite' ? ['database file', 'disk'] : []),
      'database settings',
      ...(database.url.kind === 'sqlite' ? [] : ['database connection']),
      'outbox',
      'search',
      'backup',
      'Slack token',
      'Slack scopes',
      `Slack channel ${SUPPORT_CHANNEL}`,
      `Slack channel ${INFRA_CHANNEL}`,
    ]);
    expect(checks[1]?.detail).toBe(database.url.kind);
  });

  it('names an article whose tags something else left in a way that cannot be read', async () => {
    await place.run(['knowledge', 'import', 'kb']);
    const source = await openDataSource(database.url);
    await source.query("UPDATE articles SET tags = 'vpn, network' WHERE id = 'a'");

    const { done, checks } = await examine();

    expect(done.code).toBe(0);
    expect(checks.find(({ name: about }) => about === 'articles')).toEqual({
      name: 'articles',
      status: 'warn',
      detail: 'tags that cannot be read, so there are none: a',
      mend: 'write a JSON list into their column "tags", such as ["vpn"]; [] for none',
    });
    await source.query("UPDATE articles SET tags = '[]' WHERE id = 'a'");
    await source.destroy();
  });

  // The rest asks nothing of the database that is not asked above.
  if (name !== 'SQLite') return;

  it('with a wrong token says where the right one is', async () => {
    const { done, checks } = await examine({ SLACK_BOT_TOKEN: 'xoxb-wrong-secret' });

    expect(done.code).toBe(1);
    expect(failing(checks)).toEqual([
      {
        name: 'Slack token',
        status: 'fail',
        detail: 'auth.test: invalid_auth',
        mend: expect.stringContaining('Bot User OAuth Token'),
      },
    ]);
    expect(done.stdout).not.toContain('wrong-secret');
  });

  it('with a Slack that does not answer says what to check', async () => {
    const { done, checks } = await examine({ SLACK_API_URL: 'http://127.0.0.1:1/api/' });

    expect(done.code).toBe(1);
    expect(failing(checks)[0]?.mend).toContain('can reach Slack');
  });

  it('names a channel that is not there, and one that the bot is not in', async () => {
    place.write('helpdesk.yaml', DESK.replace("['slack:C0SUPPORT']", "['slack:C0NOWHERE', 'slack:C0OUT']"));

    const { done, checks } = await examine();

    expect(done.code).toBe(1);
    expect(failing(checks)).toMatchObject([
      { name: 'Slack channel C0NOWHERE', mend: expect.stringMatching(/id in helpdesk\.yaml/) },
      {
        name: 'Slack channel C0OUT',
        detail: 'the bot is not a member of #it-secrets',
        mend: 'Invite the bot: /invite @helpdesk in #it-secrets',
      },
    ]);
    expect(done.stdout).toContain('→ Invite the bot: /invite @helpdesk in #it-secrets');
  });

  it('names every problem of a broken helpdesk.yaml', async () => {
    place.write('helpdesk.yaml', DESK.replace("'09:00'", "'9 am'").replace('escalatesTo: it-l2', 'escalatesTo: hr'));

    const { done, checks } = await examine();

    expect(done.code).toBe(1);
    expect(failing(checks).map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^helpdesk\.yaml:7 {2}.*escalatesTo/),
      expect.stringMatching(/^helpdesk\.yaml:8 {2}.*summary/),
    ]);
  });

  it('with a database that cannot be reached checks the rest all the same, and shows no password', async () => {
    const { done, checks } = await examine({ DATABASE_URL: 'mysql://root:very-secret@127.0.0.1:1/helpdesk' });

    expect(done.code).toBe(1);
    expect(failing(checks)).toMatchObject([
      {
        name: 'database',
        detail: expect.stringContaining('ECONNREFUSED'),
        mend: expect.stringContaining('DATABASE_URL'),
      },
    ]);
    expect(checks.some(({ name: about }) => about === 'Slack token')).toBe(true);
    expect(done.stdout).not.toContain('very-secret');
  });

  it('without a way to a manager who is to be told by mail says so', async () => {
    place.write('helpdesk.yaml', DESK.replace("['slack:U0MARK']", "['mailto:boss@example.com']"));

    const { done, checks } = await examine();

    expect(done.code).toBe(1);
    expect(failing(checks)).toMatchObject([{ name: 'mail', mend: 'set SMTP_URL and MAIL_FROM' }]);
    const unreachable = await examine({ SMTP_URL: 'smtp://u:very-secret@127.0.0.1:1', MAIL_FROM: 'it@example.com' });
    expect(failing(unreachable.checks)).toMatchObject([{ name: 'mail', mend: 'check SMTP_URL' }]);
    expect(unreachable.done.stdout).not.toContain('very-secret');
  });

  it('without any chat warns, and is content', async () => {
    const { done, checks } = await examine({ SLACK_BOT_TOKEN: '', SLACK_SIGNING_SECRET: '' });

    expect(done.code).toBe(0);
    expect(checks.find(({ name: about }) => about === 'chats')).toMatchObject({ status: 'warn' });
  });
});
