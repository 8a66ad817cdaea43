/** Messages that were posted besides the cards of tickets: lines of threads, answers, summaries. Kept to be redrawn. */
import { Like } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Address } from '../domain/person';
import type { PostedMessage } from './rows';
import { postedMessages } from './schema';
import { Table } from './table';

export class Posted {
  private readonly table: Table<PostedMessage>;

  constructor(private readonly manager: EntityManager) {
    this.table = new Table(postedMessages, manager);
  }

  /** Posted once for each key; a repetition knows the newest place of it. */
  async note(message: Omit<PostedMessage, 'id'>): Promise<void> {
    await this.table.upsert([message], ['key'], ['ref']);
  }

  find(id: number): Promise<PostedMessage | null> {
    return this.table.one({ id });
  }

  /** @param place one with few messages, such as a person's: all of them are looked at */
  at(place: Address, ref: string): Promise<PostedMessage | null> {
    return this.table.one({ place, ref });
  }

  ofTicket(ticketId: number): Promise<PostedMessage[]> {
    return this.table.find({ ticketId });
  }

  answersTo(inquiryId: number): Promise<PostedMessage[]> {
    return this.manager.findBy(postedMessages, { key: Like(`answer:${inquiryId}:%`) });
  }

  /** What the authors of a draft were told of it. */
  reviewsOf(draftId: number): Promise<PostedMessage[]> {
    return this.manager.findBy(postedMessages, { key: Like(`reviewed:${draftId}:%`) });
  }

  /** The summaries of a line that were posted between two moments. */
  summaries(line: string, from: Date, to: Date): Promise<PostedMessage[]> {
    return this.manager
      .createQueryBuilder(postedMessages, 'p')
      .where('p.key LIKE :key AND p.at BETWEEN :from AND :to', {
        key: `summary:${line}:%`,
        from: from.getTime(),
        to: to.getTime(),
      })
      .getMany();
  }
}
