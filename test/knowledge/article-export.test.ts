/** What an export promises of the files it writes. */
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KeptArticle } from '../../src/domain/authoring';
import { exportArticles } from '../../src/knowledge/article-export';
import { readArticles } from '../../src/knowledge/article-file';

const KEPT = { version: 2, source: 'file', fileHash: null, retiredAt: null, confirmedAt: null } as const;

function kept(id: string): KeptArticle {
  const words = { title: `About ${id}`, body: `What to do about ${id}.`, tags: [], language: null };
  return { id, ...words, audience: 'everyone', url: null, ...KEPT, changedAt: new Date('2026-11-23T08:00:00Z') };
}

describe('an export', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'helpdesk-export-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const before = (id: string): string => `---\nid: ${id}\ntitle: Before\n---\n\nAs it was.\n`;

  it('that is stopped at any moment leaves in each file what was there or what is exported, and nothing else', async () => {
    const ids = Array.from({ length: 100 }, (_, number) => `article-${number}`);
    for (const id of ids.slice(50)) writeFileSync(join(folder, `${id}.md`), before(id));
    let isDone = false;
    const exported = exportArticles(ids.map(kept), folder, { overwrite: true }).finally(() => (isDone = true));
    const seen = new Set<string>();
    while (!isDone) {
      for (const name of readdirSync(folder).filter((each) => !each.startsWith('.')))
        seen.add(readFileSync(join(folder, name), 'utf8'));
      await nextTurn();
    }

    expect(await exported).toMatchObject({ written: ids.slice(0, 50), changed: ids.slice(50) });
    expect((await readArticles([folder])).articles.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(readdirSync(folder)).toHaveLength(100);
    const whole = (text: string): boolean => text.endsWith('As it was.\n') || /\nWhat to do about \S+\.\n$/.test(text);
    expect([...seen].filter((text) => !whole(text))).toEqual([]);
  });

  it('keeps a link and the rights of a file that was there', async () => {
    const [link, file] = [join(folder, 'linked.md'), join(folder, 'elsewhere.txt')];
    writeFileSync(file, before('linked'), { mode: 0o640 });
    symlinkSync(file, link);

    await exportArticles([kept('linked')], folder, { overwrite: true });

    expect(readFileSync(file, 'utf8')).toContain('What to do about linked.');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });
});
