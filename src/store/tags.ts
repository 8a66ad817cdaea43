/** An article's tags as they are kept: a JSON list, or whatever something else than this program wrote there. */
import type { ValueTransformer } from 'typeorm';

/** What tags are read as that something else than this program wrote wrongly: this very array, so that it can be told from none. */
export const UNREADABLE_TAGS: readonly string[] = Object.freeze([]);

/** Never throws: one row must not keep all others from being read. */
function tagsOf(written: unknown): readonly string[] {
  try {
    const tags: unknown = JSON.parse(String(written));
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : UNREADABLE_TAGS;
  } catch {
    return UNREADABLE_TAGS;
  }
}

export const asTags: ValueTransformer = { to: (tags: readonly string[]) => JSON.stringify(tags), from: tagsOf };
