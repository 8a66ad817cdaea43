/** What every verb has in common: help, wrong usage, exit codes, and what goes where. */
import { readdirSync } from 'node:fs';
import own from '../../package.json';
import { isMysql, openDataSource } from '../../src/store/data-source';
import { databases } from '../support/databases';
import type { Done, Workplace } from './command';
import { workplace } from './command';

const VERBS = [
  'start',
  'migrate',
  'knowledge import',
  'knowledge search',
  'knowledge why',
  'knowledge evaluate',
  'knowledge history',
  'knowledge restore',
  'knowledge report',
  'knowledge export',
  'summary',
  'tickets list',
  'tickets show',
  'tickets export',
  'backup',
  'erase',
  'export-person',
  'outbox list',
  'outbox show',
  'outbox retry',
  'outbox drop',
  'audit verify',
  'audit seal',
  'teams package',
  'doctor',
];

describe('helpdesk', () => {
  let place: Workplace;

  beforeAll(async () => {
    place = await workplace();
  });

  afterAll(() => place.remove());

  it.each([['--help'], ['-h'], ['help']])('%s shows every verb', async (word) => {
    const { code, stdout, stderr } = await place.run([word]);

    expect([code, stderr]).toEqual([0, '']);
    expect(VERBS.filter((verb) => !stdout.includes(`helpdesk ${verb}`))).toEqual([]);
  });

  it.each([['--version'], ['-v'], ['version']])('%s tells which helpdesk this is', async (word) => {
    expect(await place.run([word])).toMatchObject({ code: 0, stdout: `${own.version}\n`, stderr: '' });
  });

  it('every verb explains itself, and does nothing', async () => {
    const told: Done[] = [];
    // A few at a time: a machine with few cores would take longer for all at once than one may take.
    for (let at = 0; at < VERBS.length; at += 4) {
      const some = VERBS.slice(at, at + 4);
      told.push(...(await Promise.all(some.map((verb) => place.run([...verb.split(' '), '--help'])))));
    }

    expect(told.map(({ code, stderr }) => [code, stderr])).toEqual(VERBS.map(() => [0, '']));
    VERBS.forEach((verb, at) => expect(told[at]?.stdout).toContain(`helpdesk ${verb}`));
    expect(readdirSync(place.folder)).toEqual([]);
  }, 90_000);

  it.each<[string, string[], RegExp]>([
    ['no verb', [], /there is no verb/],
    ['an unknown verb', ['frobnicate'], /no verb "frobnicate"/],
    ['half a verb', ['knowledge'], /no verb "knowledge"/],
    ['an object’s own name', ['constructor'], /no verb "constructor"/],
    ['an unknown option', ['migrate', '--force'], /--force/],
    ['a word too many', ['tickets', 'list', 'open'], /"open" is not expected/],
    ['an import of nothing', ['knowledge', 'import'], /at least one file or folder/],
    ['a search for nothing', ['knowledge', 'search'], /give a question/],
    ['a search for spaces', ['knowledge', 'search', '  '], /give a question/],
    ['a limit that is none', ['knowledge', 'search', 'vpn', '--limit', 'many'], /whole number/],
    ['a limit of zero', ['tickets', 'list', '--limit', '0'], /whole number/],
    ['a limit beyond all counting', ['tickets', 'list', '--limit', '99999999999999999999'], /whole number/],
    ['a question beside those of --stdin', ['knowledge', 'search', 'vpn', '--stdin'], /or --stdin, not both/],
    ['a language that is not spoken', ['knowledge', 'search', 'vpn', '--language', 'de'], /en, pl/],
    ['an evaluation of nothing', ['knowledge', 'evaluate'], /file of questions/],
    ['a status that is none', ['tickets', 'list', '--status', 'open,lost'], /"lost" is no status/],
    ['no ticket number', ['tickets', 'show'], /number of a ticket/],
    ['a ticket in words', ['tickets', 'show', 'first'], /number of a ticket/],
    ['an outbox state that is none', ['outbox', 'list', '--state', 'lost'], /"lost" is no state/],
    ['no file to back up to', ['backup'], /name the file/],
    ['nobody to erase', ['erase', '--yes'], /slack:U0123ABCD/],
    ['nobody to export', ['export-person'], /slack:U0123ABCD/],
    ['no row to show', ['outbox', 'show'], /number or the key of a row/],
    ['no row to drop', ['outbox', 'drop', '--yes'], /number or the key of a row/],
    ['a flag without its value', ['tickets', 'list', '--line'], /--line/],
  ])('%s is wrong usage: exit 2, told on standard error only', async (_what, args, told) => {
    const { code, stdout, stderr } = await place.run(args);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(told);
    expect(stderr).toMatch(/Usage: helpdesk |Every verb explains itself/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([
    ['mysql://root:secret@127.0.0.1:1/helpdesk', 'ECONNREFUSED'],
    ['sqlite:words.txt', 'file is not a database'],
  ])('where %s is no database that lets us in says what to check', async (url, told) => {
    place.write('words.txt', 'These are just some words in a file, and no database at all.');

    const { code, stderr } = await place.run(['tickets', 'list'], { env: { DATABASE_URL: url } });

    expect(code).toBe(1);
    expect(stderr).toContain(told);
    expect(stderr).toContain('; check DATABASE_URL, and that its server runs and lets this user in\n');
    expect(stderr).not.toContain('secret');
  });
});

describe.each(databases())('helpdesk, on $name', ({ create }) => {
  it('does not send whoever is refused what they wrote to check the address of the database', async () => {
    const database = await create();
    const place = await workplace({ DATABASE_URL: database.text });
    place.write('kb/vpn.md', '---\ntitle: VPN\n---\nwords\n');
    await place.run(['migrate']);
    const source = await openDataSource(database.url);
    const refusal = isMysql(database.url)
      ? "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not this one'"
      : "BEGIN SELECT RAISE(ABORT, 'not this one'); END";
    await source.query(`CREATE TRIGGER refusing BEFORE INSERT ON articles ${refusal}`);

    const done = await place.run(['knowledge', 'import', 'kb']);

    await source.query('DROP TRIGGER refusing');
    await source.destroy();
    place.remove();
    await database.drop();
    expect(done).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^helpdesk: .*not this one\n$/) });
  });
});
