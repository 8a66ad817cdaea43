/** What the index of a process promises: it follows the database, whoever changes it, and a file on disk never speaks for it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Article } from '../src/domain/article';
import { Follower } from '../src/follower';
import type { Comparison } from '../src/knowledge/article-file';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import type { LiveIndex } from '../src/knowledge/knowledge-index';
import { Library } from '../src/library';
import { createLog } from '../src/log';
import type { Log } from '../src/log';
import { Store } from '../src/store/store';
import type { Session } from '../src/store/store';
import { built, COMMAND } from './support/built';
import { databases } from './support/databases';
import type { TestDatabase } from './support/databases';
import { until } from './support/until';

const AT = new Date('2026-11-24T09:00:00Z');

function article(id: string, title: string, more: Partial<Article> = {}): Article {
  const body = `All about it: ${title}. Ask the desk when it does not help.`;
  return { id, title, body, tags: [], language: 'en', audience: 'everyone', url: null, ...more };
}

const PRINTER = article('printer', 'The printer prints nothing');
const TUNNEL = article('tunnel', 'The tunnel keeps disconnecting');
const OTHERS = Array.from({ length: 20 }, (_, n) => article(`other-${n}`, `Something else: wombat${n} zebra${n}`));

describe.each(databases())('the index of a process, on $name', ({ create }) => {
  let database: TestDatabase;
  let store: Store;
  let folder: string;
  const open: { stop(): Promise<void> }[] = [];

  beforeEach(async () => {
    database = await create();
    store = await Store.open(database.url);
    await store.migrate();
    folder = mkdtempSync(join(tmpdir(), 'helpdesk-index-'));
  });

  afterEach(async () => {
    for (let each = open.pop(); each !== undefined; each = open.pop()) await each.stop();
    await store.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  const snapshot = (): string => join(folder, 'knowledge.index');
  /** In a folder that is none. */
  const unwritable = (): string => {
    writeFileSync(join(folder, 'file'), '');
    return join(folder, 'file', 'knowledge.index');
  };

  async function following(on: Store, file: string | null = null): Promise<{ index: LiveIndex; follower: Follower }> {
    const index = createKnowledgeIndex();
    const follower = new Follower({ store: on, index, snapshot: file, log: createLog('silent') });
    open.push(follower);
    await follower.refresh();
    return { index, follower };
  }

  const put = (articles: readonly Article[], on = store): Promise<void> =>
    on.write((session) => session.articles.save(articles, AT));
  const remove = (ids: readonly string[], on = store): Promise<void> =>
    on.write((session) => session.articles.remove(ids));
  const found = (index: LiveIndex, question: string): string[] =>
    index.suggest(question, { all: true, limit: 30 }).map((each) => each.article.id);
  const findsSoon = (index: LiveIndex, question: string, id: string): Promise<true> =>
    until(() => Promise.resolve(found(index, question).includes(id) || undefined));
  const losesSoon = (index: LiveIndex, question: string, id: string): Promise<true> =>
    until(() => Promise.resolve(!found(index, question).includes(id) || undefined));

  test('an article of a million characters is kept whole, and so is each version of it', async () => {
    const long = article('long', 'A manual', { body: 'Zażółć 🛠️ gęślą. '.repeat(60_000).slice(0, 1_000_000) });

    await put([long]);

    const { kept, versions } = await store.read(async (session) => ({
      kept: await session.articles.find('long'),
      versions: await session.articles.versions('long'),
    }));
    expect(kept?.body === long.body).toBe(true);
    expect(versions.map(({ body }) => body === long.body)).toEqual([true]);
  });

  test('files of articles are read at a start when they or the articles changed, and else not', async () => {
    const [file, data] = [join(folder, 'kb', 'printer.md'), snapshot()];
    // As an archive or an image would put it there: always of the same size and time.
    const write = (title: string): void => {
      writeFileSync(file, `---\nid: printer\ntitle: ${title}\n---\nAsk the desk.\n`);
      utimesSync(file, AT, AT);
    };
    /** @returns what the start said of the files */
    const start = async (on = store, audiences: readonly string[] | null = null): Promise<string> => {
      let said = '';
      const log = {
        info: (_facts: unknown, words?: string) => (said = words ?? ''),
        warn: () => undefined,
      } as unknown as Log;
      const index = createKnowledgeIndex();
      const library = new Library({
        store: on,
        index,
        clock: { now: () => AT },
        audiences,
        learns: false,
        snapshot: data,
        log,
      });
      await library.importAtStart([join(folder, 'kb')], log);
      return said.replace('the files of the knowledge base are ', '');
    };
    const title = async (): Promise<string | undefined> =>
      (await store.read((session) => session.articles.kept()))[0]?.title;
    mkdirSync(join(folder, 'kb'));
    write('Printer A');
    expect(await start()).toBe('knowledge imported');
    expect(await start()).toBe('as they were');
    write('Printer B');
    expect([await start(), await title()]).toEqual(['knowledge imported', 'Printer B']);
    expect(await start(store, ['everyone'])).toBe('knowledge imported');
    await remove(['printer']);
    expect([await start(), await title()]).toEqual(['knowledge imported', 'Printer B']);
    writeFileSync(`${data}.files`, 'torn');
    expect([await start(), await start()]).toEqual(['knowledge imported', 'as they were']);
  });

  /** The articles of a folder, as a process of its own would import them. */
  function importing(on: Store, folderOfFiles: string): Promise<Comparison> {
    const parts = {
      index: createKnowledgeIndex(),
      clock: { now: () => AT },
      audiences: null,
      learns: false,
      snapshot: null,
    };
    const library = new Library({ ...parts, store: on, log: createLog('silent') });
    return library.import([folderOfFiles], { prune: false, dryRun: false });
  }

  test('of several who import the same files at the same moment one adds them, and each has one version', async () => {
    mkdirSync(join(folder, 'kb'));
    for (let n = 0; n < 50; n += 1)
      writeFileSync(join(folder, 'kb', `a${n}.md`), `---\ntitle: Title ${n}\n---\nText.\n`);
    const stores = await Promise.all([1, 2, 3, 4].map(() => Store.open(database.url)));
    const said = await Promise.all(stores.map((each) => importing(each, join(folder, 'kb'))));
    for (const each of stores) await each.close();
    expect(said.map(({ added }) => added.length).sort((a, b) => a - b)).toEqual([0, 0, 0, 50]);
    const kept = await store.read((session) => session.articles.kept());
    expect(new Set(kept.map(({ version }) => version))).toEqual(new Set([1]));
  });

  test('what a chat publishes while an import is under way is not overwritten', async () => {
    await put([PRINTER]);
    mkdirSync(join(folder, 'kb'));
    writeFileSync(join(folder, 'kb', 'printer.md'), '---\nid: printer\ntitle: As in the file\n---\nText.\n');
    const other = await Store.open(database.url);
    let said: Promise<Comparison> | undefined;
    await store.write(async (session) => {
      const kept = await session.articles.find('printer');
      const chat = { ...kept!, title: 'As in the chat', source: 'chat', fileHash: 'of-before' } as const;
      await session.articles.write([chat], { author: 'slack:UANNA', approvedBy: null, kind: 'written' }, AT);
      said ??= importing(other, join(folder, 'kb'));
      // Until it waits for this transaction; on SQLite it cannot even begin.
      if (database.url.kind !== 'sqlite') await until(() => waitsFor(session, 'article_revision'));
    });
    expect(await said).toMatchObject({ changed: [], conflicts: ['printer'] });
    await other.close();
    expect((await store.read((session) => session.articles.find('printer')))?.title).toBe('As in the chat');
  });

  test('what this process changes is found, without being asked for', async () => {
    const { index, follower } = await following(store);
    follower.start();
    await put([PRINTER]);
    await findsSoon(index, 'printer', 'printer');
    await put([{ ...PRINTER, title: 'The scanner scans nothing', body: 'Clean the glass.' }]);
    await findsSoon(index, 'scanner', 'printer');
    expect(found(index, 'printer')).toEqual([]);
    await remove(['printer']);
    await losesSoon(index, 'scanner', 'printer');
  });

  test('what another connection changes is found, even in the same millisecond and with the same number of articles', async () => {
    await put([PRINTER]);
    const { index, follower } = await following(store);
    follower.start();
    const other = await Store.open(database.url);
    await put([{ ...PRINTER, title: 'The scanner scans nothing', body: 'Clean the glass.' }], other);
    await findsSoon(index, 'scanner', 'printer');
    await other.write(async (session) => {
      await session.articles.remove(['printer']);
      await session.articles.save([TUNNEL], AT);
    });
    await findsSoon(index, 'tunnel', 'tunnel');
    await losesSoon(index, 'scanner', 'printer');
    await remove(['tunnel'], other);
    await put([TUNNEL], other);
    await findsSoon(index, 'tunnel', 'tunnel');
    expect(index.size).toBe(1);
    await other.close();
  });

  test('what is retired is not found any longer, and found again when it is brought back', async () => {
    await put([PRINTER, TUNNEL]);
    const { index, follower } = await following(store, snapshot());
    await follower.save();
    const retire = (retiredAt: Date | null): Promise<void> =>
      store.write(async (session) => {
        const kept = await session.articles.find('printer');
        await session.articles.write(
          [{ ...kept!, retiredAt }],
          { author: 'slack:UANNA', approvedBy: null, kind: 'retired' },
          AT,
        );
      });
    await retire(AT);
    await follower.refresh();
    expect(found(index, 'printer')).toEqual([]);
    const { index: started } = await following(store, snapshot());
    expect(found(started, 'printer')).toEqual([]);
    await retire(null);
    await follower.refresh();
    expect(found(index, 'printer')).toEqual(['printer']);
  });

  test("what the operator's command imports is found by a process that runs", async () => {
    await built();
    const { index, follower } = await following(store);
    follower.start();
    const file = join(folder, 'tunnel.md');
    writeFileSync(file, '---\nid: tunnel\ntitle: The tunnel keeps disconnecting\n---\n\nMove closer to the router.\n');
    const env = { ...process.env, DATABASE_URL: database.text };
    await promisify(execFile)(process.execPath, [COMMAND, 'knowledge', 'import', file], { cwd: folder, env });
    await findsSoon(index, 'tunnel disconnecting', 'tunnel');
  });

  test('only what changed is read', async () => {
    await put([PRINTER, ...OTHERS]);
    const { index, follower } = await following(store);
    await rewriteUnnoticed('other-7', 'giraffe');
    await put([TUNNEL]);
    await follower.refresh();
    expect(found(index, 'tunnel')).toEqual(['tunnel']);
    expect(found(index, 'giraffe')).toEqual([]);
    expect(found(index, 'wombat7')[0]).toBe('other-7');
  });

  test('a start reads the snapshot, and from the database only what changed since', async () => {
    await put([PRINTER, ...OTHERS]);
    const { index: before, follower } = await following(store, snapshot());
    await follower.save();
    await rewriteUnnoticed('other-7', 'giraffe');
    await put([TUNNEL]);
    await remove(['other-3']);
    const { index } = await following(store, snapshot());
    for (const question of ['printer prints nothing', 'wombat7', 'zebra11 zebra12', 'wombatt5', 'something else']) {
      const answers = (of: LiveIndex): unknown =>
        of.suggest(question, { limit: 30 }).map((each) => [each.article, each.passage]);
      expect(answers(index)).toEqual(answers(before));
    }
    expect(found(index, 'tunnel')).toEqual(['tunnel']);
    expect(found(index, 'wombat3')).not.toContain('other-3');
  });

  test('the snapshot never says who may see an article', async () => {
    await put([PRINTER, ...OTHERS]);
    const { follower } = await following(store, snapshot());
    await follower.save();
    await rewriteUnnoticed('printer', 'printer', 'agents');
    const { index } = await following(store, snapshot());
    expect(found(index, 'printer')).toEqual([]);
    const agents = index.suggest('printer', { all: true, audience: ['everyone', 'agents'] });
    expect(agents.map((each) => each.article.audience)).toContain('agents');
  });

  test('the snapshot of another database says nothing', async () => {
    await put([PRINTER, ...OTHERS]);
    const { follower } = await following(store, snapshot());
    await follower.save();
    const foreign = await create();
    const other = await Store.open(foreign.url);
    await other.migrate();
    await put([{ ...PRINTER, title: 'The scanner scans nothing', body: 'Clean the glass.' }], other);
    const { index } = await following(other, snapshot());
    expect(index.size).toBe(1);
    expect(found(index, 'scanner')).toEqual(['printer']);
    expect(found(index, 'printer wombat7')).toEqual([]);
    await other.close();
    await foreign.drop();
  });

  test('a damaged snapshot is replaced, so that the next start need not read every article again', async () => {
    await put([PRINTER, ...OTHERS]);
    const { follower } = await following(store, snapshot());
    await follower.save();
    const whole = readFileSync(snapshot());
    const damaged = Buffer.from(whole);
    damaged[whole.length - 1]! ^= 1;
    writeFileSync(snapshot(), damaged);
    const { index, follower: next } = await following(store, snapshot());
    expect(found(index, 'wombat7')[0]).toBe('other-7');
    await next.save();
    expect(readFileSync(snapshot()).equals(damaged)).toBe(false);
    await rewriteUnnoticed('other-7', 'giraffe');
    const { index: started } = await following(store, snapshot());
    expect(found(started, 'wombat7')[0]).toBe('other-7');
  });

  test('the folder of the snapshot is made, as that of a database file is', async () => {
    await put([PRINTER]);
    const file = join(folder, 'data', 'deep', 'knowledge.index');
    const { follower } = await following(store, file);
    await follower.save();
    expect(existsSync(file)).toBe(true);
  });

  test('that no snapshot can be written is said once', async () => {
    const said: unknown[] = [];
    const log = { info: () => undefined, warn: (_: unknown, words: string) => said.push(words) } as unknown as Log;
    const follower = new Follower({
      store,
      index: createKnowledgeIndex(),
      snapshot: unwritable(),
      log,
    });
    for (const title of ['one', 'two', 'three']) {
      await put([{ ...PRINTER, title }]);
      await follower.refresh();
      await follower.save();
    }
    expect(said).toHaveLength(1);
  });

  test('while a slow disk takes a snapshot, what is changed is followed all the same, and a stop waits for the disk', async () => {
    await put([PRINTER]);
    const { index, follower } = await following(store, snapshot());
    const disk = await slowDisk();
    try {
      const saving = follower.save();
      await disk.reached;
      await put([TUNNEL]);
      await follower.refresh();
      expect(found(index, 'tunnel')).toEqual(['tunnel']);
      let isOver = false;
      const stopping = follower.stop().then(() => (isOver = true));
      expect([existsSync(snapshot()), isOver]).toEqual([false, false]);
      disk.goOn();
      await Promise.all([saving, stopping]);
      expect(existsSync(snapshot())).toBe(true);
    } finally {
      disk.goOn();
      disk.restore();
    }
    // It is as old as when it was begun: a start reads what was changed since.
    const { index: started } = await following(store, snapshot());
    expect([found(started, 'printer'), found(started, 'tunnel')]).toEqual([['printer'], ['tunnel']]);
  });

  test('where no snapshot can be written, nothing is missing', async () => {
    await put([PRINTER]);
    const { index, follower } = await following(store, unwritable());
    await follower.save();
    expect(found(index, 'printer')).toEqual(['printer']);
  });

  test.each([['vpn, network'], ['{"vpn": 1}'], ['[7]'], ['null'], ['']])(
    'an article whose tags became %j behind our back keeps no other from being followed, and is named once',
    async (tags) => {
      await put([PRINTER, TUNNEL]);
      await store.write((session) =>
        session.articles['manager'].query("UPDATE articles SET tags = ? WHERE id = 'tunnel'", [tags]),
      );
      const said: unknown[] = [];
      const log = { info: () => undefined, warn: (facts: unknown) => said.push(facts) } as unknown as Log;
      const index = createKnowledgeIndex();
      const follower = new Follower({ store, index, snapshot: null, log });
      await follower.refresh();
      await put(OTHERS);
      await follower.refresh();
      expect([found(index, 'printer'), found(index, 'tunnel')]).toEqual([['printer'], ['tunnel']]);
      expect(found(index, 'wombat7')[0]).toBe('other-7');
      expect(said).toEqual([{ articles: ['tunnel'] }]);
      expect((await store.read((session) => session.articles.find('tunnel')))?.tags).toEqual([]);
    },
  );

  test('a database restored from a backup is followed', async () => {
    await put([PRINTER]);
    const { index, follower } = await following(store);
    await put([TUNNEL]);
    await follower.refresh();
    await store.write((session) => session.articles.remove(['tunnel']));
    await backInTime();
    await follower.refresh();
    expect(found(index, 'tunnel')).toEqual([]);
    expect(found(index, 'printer')).toEqual(['printer']);
  });

  /** A disk that is told to keep what was written, and does not until it is let. */
  async function slowDisk(): Promise<{ reached: Promise<void>; goOn: () => void; restore: () => void }> {
    const handle = await openFile(join(folder, 'any'), 'w');
    const files = Object.getPrototypeOf(handle) as { sync: () => Promise<void> };
    await handle.close();
    const { sync } = files;
    let reach = (): void => undefined;
    let goOn = (): void => undefined;
    const reached = new Promise<void>((done) => (reach = done));
    const kept = new Promise<void>((done) => (goOn = done));
    files.sync = async function (this: unknown) {
      reach();
      await kept;
      await sync.call(this);
    };
    return { reached, goOn, restore: () => void (files.sync = sync) };
  }

  /** As somebody with the database's own tools would: this program is not told. */
  async function rewriteUnnoticed(id: string, word: string, audience = 'everyone'): Promise<void> {
    const changed = { title: `All about the ${word}`, audience };
    await store.write((session) => session.articles['manager'].update('articles', { id }, changed));
  }

  /** Whether somebody else's statement about a table is under way. */
  async function waitsFor(session: Session, table: string): Promise<true | undefined> {
    const sql =
      'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() AND info LIKE ?';
    const found = await session.articles['manager'].query<unknown[]>(sql, [`%${table}%`]);
    return found.length > 0 || undefined;
  }

  async function backInTime(): Promise<void> {
    await store.write((session) => session.articles['manager'].update('article_revision', { id: 1 }, { revision: 1 }));
  }
});
