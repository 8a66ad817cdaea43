/** Questions as JSON lines in, what the bot would suggest as JSON lines out, in the same order. */
import type { KnowledgeIndex, SuggestOptions } from './knowledge-index';

/** How many results a line has when all articles are ranked and no limit is given. */
const ALL_LIMIT = 10;

/**
 * Answers each line `{"id","text"}` with `{"id","results":[{"id","score"}]}`, best first. A line that cannot be read gives
 * `{"id":null,"error",…,"results":[]}` and the next one is answered as usual; blank lines are passed over.
 * @param input the lines, without their ends, as `readline` gives them
 */
export async function* searchLines(
  index: KnowledgeIndex,
  input: AsyncIterable<string>,
  options: SuggestOptions = {},
): AsyncGenerator<string, void, undefined> {
  const limits = options.all === true ? { limit: ALL_LIMIT, ...options } : options;
  let number = 0;
  for await (const line of input) {
    number += 1;
    if (line.trim() !== '') yield JSON.stringify(answer(index, line, number, limits));
  }
}

function answer(index: KnowledgeIndex, line: string, number: number, options: SuggestOptions): object {
  let query: unknown;
  try {
    query = JSON.parse(line.replace(/^\ufeff/, ''));
  } catch (error) {
    return { id: null, error: `line ${number} is not JSON: ${(error as Error).message}`, results: [] };
  }
  const { id, text } = (query ?? {}) as { id?: unknown; text?: unknown };
  if ((typeof id !== 'string' && typeof id !== 'number') || typeof text !== 'string') {
    const known = typeof id === 'string' || typeof id === 'number' ? id : null;
    return {
      id: known,
      error: `line ${number} needs "id" and "text": {"id": "1", "text": "my question"}`,
      results: [],
    };
  }
  const results = index.suggest(text, options).map(({ article, score }) => ({ id: article.id, score }));
  return { id, results };
}
