/**
 * The articles themselves, as bytes: thousands of texts that nobody looks at most of the time cost the garbage collector
 * nothing so. Who may see an article is kept beside it and never written to a file: whoever reads the file must ask for it.
 */
import type { Article, ArticleId } from '../domain/article';
import { Lists } from './lists';
import type { Kept, Sections } from './sections';

export class Records implements Kept {
  private readonly texts = new Lists<Uint8Array>('bytes');
  /** By slot; the slot of a removed article is null until another takes it. */
  private idOfSlot: (ArticleId | null)[] = [];
  private stamps: string[] = [];
  private audiences: string[] = [];
  private free: number[] = [];
  private readonly slotOfId = new Map<ArticleId, number>();

  get size(): number {
    return this.slotOfId.size;
  }

  get slots(): number {
    return this.idOfSlot.length;
  }

  ids(): IterableIterator<ArticleId> {
    return this.slotOfId.keys();
  }

  slotOf(id: ArticleId): number | undefined {
    return this.slotOfId.get(id);
  }

  idAt(slot: number): ArticleId {
    return this.idOfSlot[slot]!;
  }

  /** '' for an article of which nobody said yet who may see it. */
  audienceAt(slot: number): string {
    return this.audiences[slot]!;
  }

  stampOf(id: ArticleId): string | undefined {
    const slot = this.slotOfId.get(id);
    return slot === undefined ? undefined : this.stamps[slot];
  }

  articleAt(slot: number): Article {
    const { buffer, byteOffset, byteLength } = this.texts.of(slot);
    const stored = JSON.parse(Buffer.from(buffer, byteOffset, byteLength).toString('utf8')) as Omit<
      Article,
      'audience'
    >;
    return { ...stored, audience: this.audienceAt(slot) };
  }

  /** @returns the article's slot */
  put(article: Article, stamp: string): number {
    const { audience, ...stored } = article;
    const slot = this.free.pop() ?? this.slots;
    this.texts.growTo(slot + 1);
    this.texts.fill(slot, Buffer.from(JSON.stringify(stored)));
    this.idOfSlot[slot] = article.id;
    this.slotOfId.set(article.id, slot);
    this.restamp(article.id, stamp, audience);
    return slot;
  }

  take(id: ArticleId): void {
    const slot = this.slotOfId.get(id);
    if (slot === undefined) return;
    this.texts.fill(slot, new Uint8Array(0));
    this.idOfSlot[slot] = null;
    this.audiences[slot] = '';
    this.slotOfId.delete(id);
    this.free.push(slot);
  }

  restamp(id: ArticleId, stamp: string, audience: string): void {
    const slot = this.slotOfId.get(id);
    if (slot === undefined) return;
    this.stamps[slot] = stamp;
    this.audiences[slot] = audience;
  }

  save(to: Sections): void {
    this.texts.save(to.within('texts'));
    to.note('ids', [...this.idOfSlot]);
    to.note('stamps', [...this.stamps]);
  }

  restore(from: Sections): void {
    this.texts.restore(from.within('texts'));
    this.idOfSlot = from.fact('ids') as (ArticleId | null)[];
    this.stamps = from.fact('stamps') as string[];
    this.audiences = this.idOfSlot.map(() => '');
    this.free = this.idOfSlot.flatMap((id, slot) => (id === null ? [slot] : []));
    this.slotOfId.clear();
    this.idOfSlot.forEach((id, slot) => id !== null && this.slotOfId.set(id, slot));
  }
}
