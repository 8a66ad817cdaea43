/**
 * The index in a file, so that a start need not read every article again: a head that names each array, its length and its
 * checksum, then the arrays as they lie in memory. What does not fit in any way is not used; whoever reads it asks the
 * database which articles are still the same and whom they are for. Deleting the file is always safe.
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { makeFolder } from '../folder';
import { Sections } from './sections';
import type { Numbers } from './sections';
import { turns } from './turns';
import type { Phrases } from './words';

/** What the file begins with; the number changes with the shape of the head. */
const MAGIC = Buffer.from('HELPIDX1');
/** Magic, length of the head, its checksum. */
const START = MAGIC.length + 8;
/** So much is checked or copied at once. */
const PIECE = 2 ** 20;
/** A file that is still being written after so long never will be. */
const ABANDONED_MS = 3_600_000;
/** No index has a longer head: what claims one is none of ours. */
const HEAD_LIMIT = 2 ** 28;

const KINDS = { ints: Int32Array, letters: Uint16Array, bytes: Uint8Array } as const;

interface Head {
  /** Which program wrote it: another would read words differently. */
  readonly program: string;
  /** Which state of the articles it holds, in the words of whoever keeps them. */
  readonly state: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly arrays: readonly { name: string; kind: keyof typeof KINDS; length: number; check: number }[];
}

/**
 * What a snapshot was made by: the code that reads words and lays out the index, and what it runs on.
 * @param phrases what synonyms make one word of two
 */
export async function programFingerprint(phrases: Phrases = new Set()): Promise<string> {
  const files = (await readdir(__dirname)).filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts')).sort();
  const paths = [...files.map((name) => path.join(__dirname, name)), require.resolve('porter2')];
  const hash = createHash('sha256').update(`${process.version} ${new Uint8Array(Uint16Array.of(1).buffer).join()}`);
  hash.update(JSON.stringify([...phrases].sort()));
  for (const text of await Promise.all(paths.map((file) => readFile(file)))) hash.update(text);
  return hash.digest('hex');
}

/**
 * Writes a snapshot beside the file it shall become.
 * @returns what puts it in the place of the file; until then nothing is changed, and the arrays are no longer needed
 * @throws Error of the file system; nothing is left behind
 */
export async function writeSnapshot(
  file: string,
  program: string,
  state: string,
  { facts, arrays }: Sections,
): Promise<() => Promise<void>> {
  const draft = `${file}.${process.pid}-${randomUUID()}.tmp`;
  const giveWay = turns();
  const entries: Head['arrays'][number][] = [];
  for (const [name, numbers] of arrays) {
    const check = await checksum(bytesOf(numbers), giveWay);
    entries.push({ name, kind: kindOf(numbers), length: numbers.length, check });
  }
  const head = Buffer.from(JSON.stringify({ program, state, facts, arrays: entries } satisfies Head));
  const start = Buffer.alloc(START);
  MAGIC.copy(start);
  start.writeUInt32LE(head.length, MAGIC.length);
  start.writeUInt32LE(crc32(head), MAGIC.length + 4);
  await makeFolder(path.dirname(file));
  const handle = await open(draft, 'wx', 0o600);
  try {
    // First: it may be what fills the disk.
    await clearAbandoned(file, (await handle.stat()).mtimeMs);
    for (const bytes of [start, head, ...[...arrays.values()].map(bytesOf)]) await writeWhole(handle, bytes);
  } catch (error) {
    await discard(handle, draft);
    throw error;
  }
  return async () => {
    try {
      await handle.sync();
      await handle.close();
      await rename(draft, file);
    } catch (error) {
      await discard(handle, draft);
      throw error;
    }
  };
}

/** The state that a file holds; null when there is none that this program could use, as far as its head tells. */
export async function stateOfSnapshot(file: string, program: string): Promise<string | null> {
  try {
    const handle = await open(file, 'r');
    try {
      const { head } = await readHead(handle);
      return head.program === program ? head.state : null;
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}

/**
 * Reads a snapshot.
 * @throws Error that says why it cannot be used: there is none, another program wrote it, or it is damaged
 */
export async function readSnapshot(file: string, program: string): Promise<Sections> {
  const handle = await open(file, 'r');
  try {
    const { head, end: start } = await readHead(handle);
    if (head.program !== program) throw new Error('another version of the program wrote it');
    const giveWay = turns();
    let end = start;
    // All at once: the disk reads on while one is checked.
    const reading = head.arrays.map(async ({ name, kind, length, check }): Promise<[string, Numbers]> => {
      const bytes = Buffer.allocUnsafeSlow(length * KINDS[kind].BYTES_PER_ELEMENT);
      const at = end;
      end += bytes.length;
      await readWhole(handle, bytes, at);
      if ((await checksum(bytes, giveWay)) !== check) throw new Error('it is damaged');
      return [name, new KINDS[kind](bytes.buffer)];
    });
    const arrays = new Map(await Promise.all(reading));
    return new Sections(arrays, { ...head.facts });
  } finally {
    await handle.close();
  }
}

/** @returns what the file says of itself, and where that ends */
async function readHead(handle: FileHandle): Promise<{ head: Head; end: number }> {
  const start = Buffer.alloc(START);
  await readWhole(handle, start, 0);
  if (!start.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('it is no index');
  const length = start.readUInt32LE(MAGIC.length);
  const { size } = await handle.stat();
  if (length > HEAD_LIMIT || START + length > size) throw new Error('it is damaged');
  const text = Buffer.alloc(length);
  await readWhole(handle, text, START);
  if (crc32(text) !== start.readUInt32LE(MAGIC.length + 4)) throw new Error('it is damaged');
  const head = JSON.parse(text.toString('utf8')) as Head;
  const rest = head.arrays.reduce((sum, { kind, length: count }) => sum + count * KINDS[kind].BYTES_PER_ELEMENT, 0);
  if (START + length + rest !== size) throw new Error('it is damaged');
  return { head, end: START + length };
}

async function readWhole(handle: FileHandle, into: Uint8Array, from: number): Promise<void> {
  for (let at = 0; at < into.length;) {
    const { bytesRead } = await handle.read(into, at, Math.min(into.length - at, 16 * PIECE), from + at);
    if (bytesRead === 0) throw new Error('it is cut short');
    at += bytesRead;
  }
}

async function writeWhole(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
}

async function checksum(bytes: Uint8Array, giveWay: () => Promise<void> | undefined): Promise<number> {
  let check = 0;
  for (let at = 0; at < bytes.length; at += PIECE) {
    check = crc32(bytes.subarray(at, at + PIECE), check);
    await giveWay();
  }
  return check;
}

function bytesOf({ buffer, byteOffset, byteLength }: Numbers): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function kindOf(numbers: Numbers): keyof typeof KINDS {
  if (numbers instanceof Int32Array) return 'ints';
  return numbers instanceof Uint16Array ? 'letters' : 'bytes';
}

async function discard(handle: FileHandle, draft: string): Promise<void> {
  await handle.close().catch(() => undefined);
  await unlink(draft).catch(() => undefined);
}

/** What a process left that died while it wrote. */
async function clearAbandoned(file: string, nowMs: number): Promise<void> {
  const folder = path.dirname(file);
  const drafts = (await readdir(folder)).filter((name) => name.startsWith(`${path.basename(file)}.`));
  for (const name of drafts.filter((each) => each.endsWith('.tmp'))) {
    const draft = path.join(folder, name);
    const left = await stat(draft).catch(() => null);
    if (left !== null && left.mtimeMs < nowMs - ABANDONED_MS) await unlink(draft).catch(() => undefined);
  }
}
