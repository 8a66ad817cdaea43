/** An import beside a chat: what is published while it runs is neither overwritten nor taken out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import { Library } from '../src/library';
import { createLog } from '../src/log';
import { openDataSource } from '../src/store/data-source';
import { Store } from '../src/store/store';
import type { TestDatabase } from './support/databases';
import { databases } from './support/databases';
import { until } from './support/until';

const AT = new Date('2026-11-24T09:00:00Z');
const WRITTEN = { author: 'slack:U0ANNA', approvedBy: null, kind: 'written' } as const;

describe.each(databases())('an import beside a chat, on $name', ({ name, create }) => {
  let database: TestDatabase;
  let folder: string;
  let chat: Store;
  let importing: Store;
  let library: Library;

  beforeEach(async () => {
    database = await create();
    folder = mkdtempSync(join(tmpdir(), 'helpdesk-library-'));
    chat = await Store.open(database.url);
    await chat.migrate();
    importing = await Store.open(database.url);
    const [index, log] = [createKnowledgeIndex(), createLog('silent')];
    const clock = { now: () => AT };
    library = new Library({ store: importing, index, clock, audiences: null, learns: false, snapshot: null, log });
    writeFileSync(join(folder, 'mail.md'), '---\ntitle: Mail\n---\nWhat stays.');
    writeFileSync(join(folder, 'vpn.md'), '---\ntitle: VPN\n---\nAs the file says.');
    await library.import([folder], { prune: false, dryRun: false });
  });

  afterEach(async () => {
    await Promise.all([chat.close(), importing.close()]);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Until the import waits for whoever is publishing; SQLite has one who writes at a time in any case. */
  const waits = async (): Promise<void> => {
    if (name === 'SQLite') return;
    const source = await openDataSource(database.url);
    await until(
      async () => {
        const waiting = await source.query<unknown[]>(
          "SELECT 1 FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE p.db = DATABASE() AND t.trx_state = 'LOCK WAIT'",
        );
        return waiting.length > 0 ? true : undefined;
        // The server looks anew only once nobody has asked for a tenth of a second.
      },
      10_000,
      200,
    );
    await source.destroy();
  };

  it.each<[string, boolean]>([
    ['taken out with its file', true],
    ['taken for what its file says', false],
  ])('what is published meanwhile is not %s', async (_what, prune) => {
    const {
      version: _version,
      changedAt: _changedAt,
      ...vpn
    } = (await chat.read(({ articles }) => articles.find('vpn')))!;
    const inChat = { ...vpn, source: 'chat', fileHash: 'what it said before' } as const;
    if (prune) rmSync(join(folder, 'vpn.md'));
    else await chat.write(({ articles }) => articles.write([inChat], WRITTEN, AT));
    let done: Promise<unknown> = Promise.resolve();
    await chat.write(async ({ articles }) => {
      await articles.write([{ ...inChat, body: 'As Anna says.' }], WRITTEN, AT);
      // What is written travels with what is read next.
      await articles.find('vpn');
      done = library.import([folder], { prune, dryRun: false });
      await waits();
    });
    await done;

    const kept = await chat.read(({ articles }) => articles.find('vpn'));
    expect(kept).toMatchObject({ body: 'As Anna says.', source: 'chat' });
  });
});
