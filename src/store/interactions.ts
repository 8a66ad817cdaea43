/** What was handled already: written in the transaction of its effect, so a repetition is answered again but not done again. */
import { LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { createHash } from 'node:crypto';
import { interactions, KEY_LENGTH } from './schema';

export class Interactions {
  constructor(private readonly manager: EntityManager) {}

  /** What the first delivery of this interaction resulted in; undefined when this is the first. */
  async resultOf(id: string): Promise<unknown> {
    const row = await this.manager.findOneBy(interactions, { key: storedKey(id) });
    return row === null ? undefined : row.result;
  }

  /** @throws the driver's unique-key error when a repetition was faster. */
  async add(id: string, result: unknown, at: Date): Promise<void> {
    await this.manager.insert(interactions, { key: storedKey(id), result: result as object, at });
  }

  async prune(before: Date): Promise<void> {
    await this.manager.delete(interactions, { at: LessThan(before) });
  }
}

/** Ids of chats are short ASCII; whatever else arrives is kept by its hash. */
function storedKey(id: string): string {
  const plain = id.length <= KEY_LENGTH && /^[\x21-\x7e]+$/.test(id);
  return plain ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;
}
