/** A full disk under SQLite: what does not fit is refused, what was kept stays, and afterwards commits are commits again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Person } from '../../src/domain/person';
import { isStorageError, Store } from '../../src/store/store';

const person = (id: string, name = id): Person => ({ id, name, email: null, language: null, address: id });

const large = Array.from({ length: 300 }, (_, index) => person(`slack:U${index}${'X'.repeat(150)}`));

/** SQLite's own way to make a disk that is full: the file may not grow. */
async function fill(store: Store): Promise<DataSource> {
  const { source } = store as unknown as { source: DataSource };
  const [{ page_count: pages } = { page_count: 0 }] = await source.query<{ page_count: number }[]>('PRAGMA page_count');
  await source.query(`PRAGMA max_page_count = ${pages}`);
  return source;
}

it('a write too large for what is left of the disk does not take the small ones beside it along', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-'));
  const url = { kind: 'sqlite', path: join(folder, 'helpdesk.sqlite') } as const;
  const store = await Store.open(url);
  const witness = await Store.open(url);
  try {
    await store.migrate();
    await fill(store);

    let refused = 0;
    const outcomes = await Promise.allSettled([
      store.write(() => {
        refused += 1;
        throw new Error('a refusal');
      }),
      store.write((session) => session.people.remember(person('slack:U1'))),
      store.write(async (session) => {
        for (const each of large) await session.people.remember(each);
      }),
      store.write((session) => session.people.remember(person('slack:U2'))),
    ]);

    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    // Whoever was told is not tried again: it might succeed behind their back.
    expect(refused).toBe(1);
    const seen = await witness.read((session) => session.people.named(['slack:U1', 'slack:U2', large[0]!.id]));
    expect([...seen.keys()].sort()).toEqual(['slack:U1', 'slack:U2']);
  } finally {
    await store.close();
    await witness.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

it('after the disk was full, what is acknowledged is there for every other reader', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'helpdesk-'));
  const url = { kind: 'sqlite', path: join(folder, 'helpdesk.sqlite') } as const;
  const store = await Store.open(url);
  const witness = await Store.open(url);
  try {
    await store.migrate();
    await store.write((session) => session.people.remember(person('slack:U1')));
    const source = await fill(store);

    const failure: unknown = await store
      .write(async (session) => {
        for (const each of large) await session.people.remember(each);
      })
      .catch((error: unknown) => error);
    expect(isStorageError(failure)).toBe(true);
    await source.query('PRAGMA max_page_count = 1000000');

    const refused = store.write(async (session) => {
      await session.people.remember(person('slack:U2'));
      throw new Error('a refusal');
    });
    await expect(refused).rejects.toThrow('a refusal');
    await store.write((session) => session.people.remember(person('slack:U3')));

    const seen = await witness.read((session) =>
      session.people.named(['slack:U1', 'slack:U2', 'slack:U3', large[0]!.id]),
    );
    expect([...seen.keys()].sort()).toEqual(['slack:U1', 'slack:U3']);
  } finally {
    await store.close();
    await witness.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
