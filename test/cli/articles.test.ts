/** `helpdesk knowledge history|restore|export|report`, and imports of what was also changed outside its file, as typed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestDatabase } from '../support/databases';
import { databases } from '../support/databases';
import type { Done, Workplace } from './command';
import { DESK, workplace } from './command';

const saying = (words: string): string => `---\nid: vpn\ntitle: VPN keeps disconnecting\n---\n\n${words}\n`;

describe.each(databases())('articles by the command, on $name', ({ create }) => {
  let database: TestDatabase;
  let place: Workplace;

  beforeAll(async () => {
    database = await create();
    place = await workplace({ DATABASE_URL: database.text });
    place.write('helpdesk.yaml', DESK);
  });

  afterAll(async () => {
    place.remove();
    await database.drop();
  });

  const knowledge = (...args: string[]): Promise<Done> => place.run(['knowledge', ...args]);
  const importing = async (words: string, ...flags: string[]): Promise<Done> => {
    place.write('kb/vpn.md', saying(words));
    return knowledge('import', 'kb', ...flags);
  };
  const bodies = async (): Promise<string[]> =>
    ((await place.json(['knowledge', 'history', 'vpn', '--json'])) as { body: string }[]).map(({ body }) => body);
  const inFile = (): string => readFileSync(join(place.folder, 'kb', 'vpn.md'), 'utf8');

  it('every version is told of, and an older one becomes the newest, once', async () => {
    await importing('First.');
    await importing('Second.');

    expect(await knowledge('restore', 'vpn', 'v1')).toEqual({
      ...{ code: 0, stdout: 'vpn is as it was in version 1\n', stderr: '' },
    });
    expect(await knowledge('restore', 'vpn', '1')).toMatchObject({
      ...{ code: 1, stderr: 'helpdesk: vpn says what version 1 says: there is nothing to bring back\n' },
    });
    const { stdout } = await knowledge('history', 'vpn');
    expect(stdout).toMatch(/^VPN keeps disconnecting\n\nv3 .* written .*body\nv2 .* imported .*body\nv1 .*–\n$/);
    expect(await bodies()).toEqual(['First.', 'Second.', 'First.']);
  });

  it.each<[string[], number, RegExp]>([
    [['restore', 'vpn', '99'], 1, /^helpdesk: vpn has no version 99; "helpdesk knowledge history vpn" shows/],
    [['restore', 'nowhere', '1'], 1, /^helpdesk: there is no article "nowhere"; .* shows ids\n$/],
    [['history', 'nowhere'], 1, /^helpdesk: there is no article "nowhere"/],
    [['restore', 'vpn', 'last'], 2, /^helpdesk: give the id of an article and the number of a version/],
    [['import', 'kb', '--keep-chat', '--take-files'], 2, /^helpdesk: choose one of --take-files and --keep-chat/],
    [['report', '--days', '0'], 2, /^helpdesk: --days takes a whole number from 1 to 36500/],
    [['report', '--days', '99999999999'], 2, /^helpdesk: --days takes a whole number from 1 to 36500/],
    [['export'], 2, /^helpdesk: name the folder to write to/],
  ])('%j is refused with what to do', async (args, code, told) => {
    const done = await knowledge(...args);

    expect(done).toMatchObject({ code, stdout: '' });
    expect(done.stderr).toMatch(told);
  });

  it('what was changed in both is left alone and named, whichever way it is asked, until somebody decides', async () => {
    expect((await importing('Second.')).stdout).toContain('1 kept as edited in a chat');

    const conflict = await importing('Third.');

    expect(conflict).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^conflict {2}vpn\n.*1 changed in both\n$/),
    });
    expect(conflict.stderr).toMatch(/changed both in a chat and in the files: vpn\n[^]*--take-files or --keep-chat/);
    expect(await importing('Third.')).toEqual(conflict);
    expect(await bodies()).toEqual(['First.', 'Second.', 'First.']);
  });

  it('--keep-chat settles it for good, and --take-files takes what the file says next', async () => {
    expect(await importing('Third.', '--keep-chat')).toMatchObject({ code: 0, stderr: '' });
    expect(await importing('Third.')).toMatchObject({ code: 0, stdout: expect.stringContaining('kept  vpn') });

    expect(await importing('Fourth.', '--take-files')).toMatchObject({
      ...{ code: 0, stdout: 'changed  vpn\n0 added, 1 changed, 0 unchanged, 0 removed\n' },
    });
    expect((await importing('Fourth.')).stdout).toBe('0 added, 0 changed, 1 unchanged, 0 removed\n');
    expect((await bodies())[0]).toBe('Fourth.');
  });

  it('an export puts what was changed into its file, once, and overwrites nobody’s words unasked', async () => {
    await knowledge('restore', 'vpn', '2');

    expect(await knowledge('export', 'kb')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 changed') });
    expect(inFile()).toContain('\n\nSecond.\n');
    expect((await knowledge('export', 'kb')).stdout).toBe('0 written, 0 changed, 1 unchanged\n');
    expect((await knowledge('import', 'kb')).stdout).toBe('0 added, 0 changed, 1 unchanged, 0 removed\n');

    place.write('kb/vpn.md', saying('By hand.'));
    const refused = await knowledge('export', 'kb');
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('conflict  vpn') });
    expect(refused.stderr).toContain('export again with --overwrite');
    expect(inFile()).toContain('By hand.');
    expect(await knowledge('export', 'kb', '--overwrite')).toMatchObject({ code: 0 });
    expect(inFile()).toContain('Second.');
  });

  it('an article whose id is longer than the name of a file may be is exported like any other', async () => {
    const rows = ['字', 'ż'].map((letter) => JSON.stringify({ id: letter.repeat(191), title: letter, body: 'Text.' }));
    place.write('long.jsonl', rows.join('\n'));
    await knowledge('import', 'long.jsonl');

    expect(await knowledge('export', 'long')).toMatchObject({ code: 0, stdout: expect.stringContaining('3 written') });
    expect(await knowledge('import', 'long')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 changed, 3'),
    });
  });

  it.each(['/proc/x/y.sqlite', 'kb/vpn.md/y.sqlite'])(
    'a database in %s, where there can be no folder, ends and says so',
    async (file) => {
      place.write('kb/vpn.md', 'x');

      const { code, stderr } = await place.run(['migrate'], { env: { DATABASE_URL: `sqlite:${file}` } });

      expect(code).toBe(1);
      expect(stderr).toMatch(/E[A-Z]+: [a-z ]+, mkdir '.*'/);
    },
  );

  it('an index that is to be kept where there can be no folder is not kept, and everything else is done', async () => {
    await importing('Words.');

    const found = await place.run(['knowledge', 'search', 'vpn'], { env: { KNOWLEDGE_SNAPSHOT: '/proc/x/y.index' } });

    expect(found.code).not.toBeNull();
    expect(found.stdout).not.toBe('');
  });

  it.each(['/proc/articles', 'kb/vpn.md', 'kb/vpn.md/articles'])(
    'an export to %s, where there can be no folder, ends and says so',
    async (folder) => {
      await importing('Words.');

      const { code, stderr } = await knowledge('export', folder);

      expect(code).toBe(1);
      expect(stderr).toMatch(/^helpdesk: it failed: E[A-Z]+: [a-z ]+, mkdir '.*'\n$/);
    },
  );

  it('a report without anything to tell says so', async () => {
    const { code, stdout } = await knowledge('report', '--days', '7');

    expect([code, stdout.match(/^ {2}none$/gm)]).toEqual([0, ['  none', '  none', '  none']]);
    expect(await place.json(['knowledge', 'report', '--json'])).toEqual({
      days: 90,
      failing: [],
      stale: [],
      missing: [],
    });
  });
});
