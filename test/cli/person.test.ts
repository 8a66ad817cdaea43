/** `helpdesk erase`, `export-person` and `audit` through the command, on a database that a desk has worked with. */
import { NEW_ARTICLE } from '../../src/chat/article-intents';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { TestDesk } from '../support/desk';
import { ANNA, BEN, NORA, openDesk } from '../support/desk';
import type { Workplace } from './command';
import { DESK, workplace } from './command';

describe.each(databases())('helpdesk erase, export-person and audit, on $name', ({ create }) => {
  let database: TestDatabase;
  let desk: TestDesk;
  let place: Workplace;

  beforeEach(async () => {
    database = await create();
    desk = await openDesk(database);
    const vpn = await desk.openTicket(NORA, 'VPN drops', { details: 'Since Monday' });
    await desk.openTicket(BEN, 'Mouse');
    await desk.act(ANNA, { kind: 'claim', ticketId: vpn });
    await desk.act(ANNA, { kind: 'note', ticketId: vpn, fields: { text: 'Ask Ben' } });
    await desk.act(NORA, { kind: 'ask', text: 'vpn keeps disconnecting', intake: 'command' });
    await desk.act(NORA, { kind: 'read', articleId: 'vpn-drops', inquiryId: 1 });
    const text = { body: 'In the words of Anna.', language: 'en', audience: 'everyone', tags: '' };
    for (const title of ['Badge', 'Half a thought'])
      await desk.act(ANNA, { ...NEW_ARTICLE, fields: { ...text, title } });
    await desk.act(ANNA, { kind: 'article-draft', step: 'publish', draftId: 1, version: 1, baseVersion: 0 });
    await desk.deliver();
    await desk.close();
    place = await workplace({ DATABASE_URL: database.text });
    place.write('helpdesk.yaml', DESK.replace("managers: ['slack:U0MARK']", `managers: ['${NORA.id}']`));
    place.write('kb/a.md', '---\nid: a\ntitle: A\n---\nwords\n');
  });

  afterEach(async () => {
    place.remove();
    await database.drop();
  });

  it('export-person writes one document with everything about them, and nothing about others', async () => {
    const all = (await place.json(['export-person', 'nora@example.com'])) as Record<string, unknown>;

    expect(all).toMatchObject({
      ids: [NORA.id],
      people: [{ name: 'Nora', email: 'nora@example.com' }],
      tickets: [{ part: 'theirs', subject: 'VPN drops', details: 'Since Monday' }],
    });
    expect(JSON.stringify(all)).not.toContain('Mouse');
    expect(all).toMatchObject({ questions: [{ outcome: 'open' }], articlesRead: [{ articleId: 'vpn-drops' }] });
    expect(all).toMatchObject({ drafts: [], articleVersions: [] });
    const agent = (await place.json(['export-person', ANNA.id])) as { tickets: { events: unknown[] }[] };
    expect(agent).toMatchObject({
      drafts: [
        { part: 'wrote', title: 'Badge', state: 'published', body: 'In the words of Anna.' },
        { part: 'wrote', title: 'Half a thought', state: 'writing' },
      ],
      articleVersions: [{ part: 'wrote', articleId: 'badge', version: 1, body: 'In the words of Anna.' }],
    });
    expect(agent.tickets).toMatchObject([{ part: 'worked on', assignedToThem: true, events: [{}, {}] }]);
    expect(JSON.stringify(agent)).not.toMatch(/Since Monday|U0NORA/);
  });

  it('erase asks first, and does nothing without a yes', async () => {
    const { code, stdout, stderr } = await place.run(['erase', NORA.id], { input: 'no\n' });

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/Erase slack:U0NORA for ever\?[\s\S]*nothing was erased/);
    expect(((await place.json(['tickets', 'show', '1', '--json'])) as { subject: string }).subject).toBe('VPN drops');
  });

  it('erase --dry-run says what would go, erase --yes does it and says where else to look', async () => {
    const dry = (await place.json(['erase', NORA.id, '--dry-run', '--json'])) as object;
    expect(dry).toMatchObject({
      dryRun: true,
      pseudonym: null,
      tickets: 1,
      events: 2,
      configuration: ['managers of line it'],
    });

    const { code, stdout } = await place.run(['erase', NORA.id, '--yes']);

    expect(code).toBe(0);
    expect(stdout).toMatch(/they are erased:[\w-]+ now:\n {2}1 tickets, 2 events, 1 questions, 0 drafts of articles/);
    expect(stdout).toMatch(/helpdesk.yaml still names them among the managers of line it/);
    const ticket = await place.run(['tickets', 'show', '1']);
    expect(ticket.stdout).not.toMatch(/VPN|Monday|Nora|U0NORA|Ask Ben/);
    expect(ticket.stdout).toMatch(/requester +Erased person \(erased:/);
    expect(await place.json(['audit', 'verify', '--json'])).toMatchObject({ found: 0, erased: 2 });
  });

  it('somebody who is not there is told, and ends with 1', async () => {
    for (const verb of ['erase', 'export-person']) {
      const { code, stderr } = await place.run([verb, 'slack:U0NOBODY']);
      expect([code, stderr]).toEqual([1, expect.stringContaining('nobody here is known by slack:U0NOBODY')]);
    }
  });

  it('audit verify is content, names what was changed, and compares with seals that were kept', async () => {
    const whole = await place.run(['audit', 'verify']);
    expect([whole.code, whole.stdout]).toEqual([
      0,
      '4 events of 2 tickets, 0 with something erased: nothing was changed.\n',
    ]);
    const { stdout: seals } = await place.run(['audit', 'seal']);
    expect(
      seals
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { ticket: number }).ticket),
    ).toEqual([1, 2]);
    place.write('seals.jsonl', seals.replace(/"hash":"./, '"hash":"!'));
    const replaced = await place.run(['audit', 'verify', '--seals', 'seals.jsonl']);
    expect([replaced.code, replaced.stdout]).toEqual([1, expect.stringContaining('the history of #1 up to event 3')]);
    expect((await place.run(['audit', 'verify', '--seals', '.'])).stderr).toBe(
      'helpdesk: . is a folder: name a file\n',
    );
    place.write('seals.jsonl', 'not a seal\n');
    expect((await place.run(['audit', 'verify', '--seals', 'seals.jsonl'])).stderr).toMatch(
      /seals\.jsonl:1 is no seal/,
    );

    desk = await openDesk(database);
    await desk.store.write(async (session) => {
      const [event] = await session.history.of(1);
      await session.history.erase(event!, { nameOf: () => 'slack:U0EVE', words: false }, false);
    });
    await desk.close();

    const changed = await place.run(['audit', 'verify']);
    expect([changed.code, changed.stdout]).toEqual([1, expect.stringMatching(/^event 1 of #1 was changed\n/)]);
  });
});
