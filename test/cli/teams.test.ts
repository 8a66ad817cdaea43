/** `helpdesk teams package` through the command, as an operator runs it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Workplace } from './command';
import { workplace } from './command';

const APP_ID = '12345678-90ab-cdef-1234-567890abcdef';

describe('helpdesk teams package', () => {
  let place: Workplace;

  beforeEach(async () => {
    place = await workplace();
  });

  afterEach(() => place.remove());

  const make = (...args: string[]): ReturnType<Workplace['run']> => place.run(['teams', 'package', ...args]);
  const manifestIn = (file: string): unknown =>
    JSON.parse(Buffer.from(unzipSync(readFileSync(join(place.folder, file)))['manifest.json']!).toString('utf8'));

  it('needs nothing but the id of the bot, and says what it wrote', async () => {
    place.write('.env', `MICROSOFT_APP_ID=${APP_ID}\n`);

    const { code, stdout, stderr } = await make('--domain', 'desk.contoso.com');

    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`helpdesk-teams.zip: version ${version}, for the bot ${APP_ID}\n`);
    expect(readdirSync(place.folder).sort()).toEqual(['.env', 'helpdesk-teams.zip']);
    expect(manifestIn('helpdesk-teams.zip')).toMatchObject({
      id: APP_ID,
      version,
      name: { short: 'IT Helpdesk' },
      bots: [{ botId: APP_ID }],
      validDomains: ['desk.contoso.com'],
    });
  });

  it('takes the id, the name, the version and the file from the command line', async () => {
    const { code, stdout } = await make(
      ...['--app-id', APP_ID.toUpperCase(), '--name', ' Pomoc IT ', '--version', '2.0.1', '--out', 'app.zip'],
    );

    expect(code).toBe(0);
    expect(stdout).toContain('app.zip: version 2.0.1');
    expect(manifestIn('app.zip')).toMatchObject({ id: APP_ID, version: '2.0.1', name: { short: 'Pomoc IT' } });
  });

  it('makes the same file again in another time zone, over the old one', async () => {
    await make('--app-id', APP_ID, '--out', 'a.zip');
    await place.run(['teams', 'package', '--app-id', APP_ID, '--out', 'b.zip'], { env: { TZ: 'Asia/Tokyo' } });
    const first = readFileSync(join(place.folder, 'a.zip'));

    expect((await make('--app-id', APP_ID, '--out', 'a.zip')).code).toBe(0);

    expect(readFileSync(join(place.folder, 'a.zip')).equals(first)).toBe(true);
    expect(readFileSync(join(place.folder, 'b.zip')).equals(first)).toBe(true);
  });

  it('says that the links lead nowhere when no domain was given', async () => {
    const { code, stderr } = await make('--app-id', APP_ID);

    expect(code).toBe(0);
    expect(stderr).toMatch(/helpdesk\.example\.com.*--domain/);
  });

  it.each<[string, string[], RegExp]>([
    ['no id', [], /MICROSOFT_APP_ID.*--app-id/],
    ['an id that is none', ['--app-id', 'helpdesk'], /--app-id takes/],
    ['an empty name', ['--app-id', APP_ID, '--name', ' '], /1 to 30 characters/],
    ['a name of 31 characters', ['--app-id', APP_ID, '--name', 'x'.repeat(31)], /1 to 30 characters/],
    ['a web address as the domain', ['--app-id', APP_ID, '--domain', 'https://desk.contoso.com/x'], /without https/],
    ['a domain that would break the JSON', ['--app-id', APP_ID, '--domain', 'a.b","x":"'], /host name/],
    ['a version in words', ['--app-id', APP_ID, '--version', 'next'], /three numbers/],
    ['a word too many', ['--app-id', APP_ID, 'now'], /"now" is not expected/],
  ])('%s is wrong usage, and writes nothing', async (_what, args, told) => {
    const { code, stdout, stderr } = await make(...args);

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(told);
    expect(readdirSync(place.folder)).toEqual([]);
  });

  it('a wrong MICROSOFT_APP_ID is told as every wrong setting is', async () => {
    const { code, stderr } = await place.run(['teams', 'package'], { env: { MICROSOFT_APP_ID: 'helpdesk' } });

    expect(code).toBe(1);
    expect(stderr).toMatch(/MICROSOFT_APP_ID: must be the Application \(client\) ID/);
  });

  it('a place that cannot be written is named', async () => {
    const { code, stdout, stderr } = await make('--app-id', APP_ID, '--out', join('nowhere', 'app.zip'));

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/nowhere.app\.zip cannot be written \(ENOENT\)/);
    expect(existsSync(join(place.folder, 'nowhere'))).toBe(false);
  });
});
