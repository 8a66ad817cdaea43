/** What was handled already: written in the transaction of its effect, so a repetition is answered again but not done again. */
import { LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { createHash } from 'node:crypto';
import { interactions, KEY_LENGTH } from './schema';

export class Interactions {
  constructor(private readonly manager: EntityManager) {}

  /** The ticket or question that the first delivery of this interaction was about; null when this is the first. */
  async resultOf(id: string): Promise<number | null> {
    const row = await this.manager.findOneBy(interactions, { key: storedKey(id) });
    return row?.result ?? null;
  }

  /** Marks an interaction as under way. @throws the driver's unique-key error when a repetition was faster. */
  async begin(id: string, at: Date): Promise<void> {
    await this.manager.insert(interactions, { key: storedKey(id), result: 0, at });
  }

  /** Keeps what its repetition will be answered. */
  async finish(id: string, result: number): Promise<void> {
    await this.manager.update(interactions, { key: storedKey(id) }, { result });
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
