/** Several processes on one database and one snapshot, whatever befalls them: in the end each knows what is stored. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Article } from '../src/domain/article';
import { Follower } from '../src/follower';
import { createKnowledgeIndex } from '../src/knowledge/knowledge-index';
import type { LiveIndex } from '../src/knowledge/knowledge-index';
import { createLog } from '../src/log';
import { Store } from '../src/store/store';
import type { Chance } from './support/chance';
import { chance } from './support/chance';
import { databases } from './support/databases';

const IDS = Array.from({ length: 30 }, (_, n) => (n % 3 === 0 ? `ż-${n} ü` : `a${n}`));
const WORDS = 'printer vpn tunnel wombat zebra queue giraffe paper'.split(' ');
const READERS = [['everyone'], ['everyone', 'agents'], ['department:x']];
const STEPS = 60;

function made(lot: Chance, id: string): Article {
  const words = Array.from({ length: lot.between(2, 20) }, () => lot.of(WORDS)!);
  const audience = lot.of(['everyone', 'agents', 'department:x'])!;
  return {
    id,
    title: words.slice(0, 2).join(' '),
    body: words.join(' '),
    tags: [],
    language: 'en',
    audience,
    url: null,
  };
}

const answers = (index: LiveIndex): unknown =>
  WORDS.map((word) =>
    READERS.map((audience) =>
      index
        .suggest(`${word} zebra`, { all: true, limit: 50, audience })
        .map(({ article: { id, title, body, audience: its }, score }) => [id, title, body, its, score]),
    ),
  );

/** A database that is away now and then. */
function unreliable(store: Store, isAway: () => boolean): Pick<Store, 'read'> {
  return {
    read: async (work) => {
      if (isAway()) throw new Error('away before');
      const result = await store.read(work);
      if (isAway()) throw new Error('away after');
      return result;
    },
  };
}

describe.each(databases())('processes on $name', ({ create }) => {
  test.each([0, 1, 2, 3, 4])('know what is stored, whatever befell them (seed %i)', async (seed) => {
    const lot = chance(seed);
    const database = await create();
    const folder = mkdtempSync(join(tmpdir(), 'helpdesk-chance-'));
    const snapshot = join(folder, 'knowledge.index');
    const stores = [await Store.open(database.url), await Store.open(database.url)] as const;
    await stores[0].migrate();
    let isBad = false;
    const begin = (): { index: LiveIndex; follower: Follower } => {
      const store = unreliable(lot.of(stores)!, () => isBad && lot.between(0, 3) === 0) as Store;
      const index = createKnowledgeIndex();
      return { index, follower: new Follower({ store, index, snapshot, log: createLog('silent') }) };
    };
    const processes = [begin(), begin(), begin()];
    const at = (): Date => new Date(1_800_000_000_000 + lot.between(-1000, 1000));
    const some = (): string[] => [...new Set(Array.from({ length: lot.between(1, 12) }, () => lot.of(IDS)!))];
    const deeds: (() => unknown)[] = [
      () =>
        lot.of(stores)!.write(({ articles }) =>
          articles.save(
            some().map((id) => made(lot, id)),
            at(),
          ),
        ),
      () => lot.of(stores)!.write(({ articles }) => articles.remove(some())),
      () =>
        lot.of(stores)!.write(async ({ articles }) => {
          const kept = await articles.find(lot.of(IDS)!);
          const retired = kept === null ? [] : [{ ...kept, retiredAt: lot.of([null, at()])! }];
          await articles.write(retired, { author: 'slack:UANNA', approvedBy: null, kind: 'retired' }, at());
        }),
      // A process that was killed, and a file that went bad.
      () => (processes[lot.between(0, 3)] = begin()),
      () => {
        if (!existsSync(snapshot)) return;
        const file = readFileSync(snapshot);
        file[lot.between(0, file.length)]! ^= 1 << lot.between(0, 8);
        writeFileSync(snapshot, file.subarray(0, lot.of([file.length, lot.between(0, file.length)])));
      },
      () => Promise.all(processes.map(({ follower }) => follower.save())),
    ];

    for (let step = 0; step < STEPS; step += 1) {
      isBad = lot.between(0, 6) === 0;
      const looks = processes.filter(() => lot.between(0, 2) === 0);
      await Promise.all([lot.of(deeds)!(), ...looks.map(({ follower }) => follower.refresh().catch(() => undefined))]);
    }

    isBad = false;
    const fresh = createKnowledgeIndex();
    await fresh.load(await stores[0].read(({ articles }) => articles.all()));
    for (const { index, follower } of [...processes, begin()]) {
      await follower.refresh();
      expect(answers(index)).toEqual(answers(fresh));
      await follower.save();
    }
    for (const store of stores) await store.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });
});
