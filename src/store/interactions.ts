/** What was handled already: written in the transaction of its effect, so a repetition is answered again but not done again. */
import { LessThan } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { createHash } from 'node:crypto';
import type { HandledInteraction } from './rows';
import { interactions, KEY_LENGTH } from './schema';
import { isTaken, Table } from './table';

export class Interactions {
  private readonly table: Table<HandledInteraction>;

  constructor(private readonly manager: EntityManager) {
    this.table = new Table(interactions, manager);
  }

  /**
   * Marks an interaction as under way; waits for the outcome of a repetition that is.
   * @param result what it will come to, as far as that is known; see finish
   * @returns the ticket or question that its first delivery was about; null when this is the first
   */
  async begin(id: string, at: Date, result: number): Promise<number | null> {
    const key = storedKey(id);
    try {
      await this.table.insert({ key, result, at });
      return null;
    } catch (error) {
      const earlier = isTaken(error) ? await this.table.one({ key }) : null;
      // Forgotten in between, it is begun once more.
      if (earlier === null) throw error;
      return earlier.result;
    }
  }

  /** Keeps what its repetition will be answered. */
  async finish(id: string, result: number): Promise<void> {
    await this.table.set({ key: storedKey(id) }, { result });
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
