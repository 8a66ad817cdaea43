/** What others would search the articles with: the libraries as their manuals use them, at their best settings we know. */
import { create, insertMultiple, search } from '@orama/orama';
import Fuse from 'fuse.js';
import lunr from 'lunr';
import MiniSearch from 'minisearch';
import { detectLanguage, wordsOf } from '../src/knowledge/words';
import type { Engine } from './answers';
import type { Result } from './answers-figures';

const LIMIT = 10;

function fuse(name: string, useTokenSearch: boolean): Engine {
  return {
    name,
    open: (articles) => {
      const keys = [
        { name: 'title', weight: 3 },
        { name: 'body', weight: 1 },
      ];
      const options = { keys, includeScore: true, ignoreLocation: true, useTokenSearch };
      const index = new Fuse(articles, options);
      return Promise.resolve((text) =>
        index.search(text, { limit: LIMIT }).map(({ item, score = 1 }) => ({ id: item.id, score: 1 - score })),
      );
    },
  };
}

/** With stemming the common words are left out; then it is at its best with only long words, or none, looked for fuzzily. */
function miniSearch(name: string, how: 'plain' | 'stemmed' | 'stemmed, fuzzy'): Engine {
  return {
    name,
    open: (articles) => {
      const opening = articles.slice(0, 20).map(({ body }) => body);
      const language = detectLanguage(opening.join(' ')) ?? 'en';
      const stemmed = {
        processTerm: (term: string) => wordsOf(term, language)[0]?.stem || null,
        searchOptions: {
          boost: { title: 3 },
          fuzzy: (term: string) => (how === 'stemmed, fuzzy' && term.length > 5 ? 0.2 : false),
        },
      };
      const plain = { searchOptions: { boost: { title: 3 }, prefix: true, fuzzy: 0.2 } };
      const index = new MiniSearch({ fields: ['title', 'body'], ...(how === 'plain' ? plain : stemmed) });
      index.addAll(articles.map(({ id, title, body }) => ({ id, title, body })));
      const results = (text: string): Result[] =>
        index
          .search(text)
          .slice(0, LIMIT)
          .map(({ id, score }) => ({ id: id as string, score }));
      return Promise.resolve(results);
    },
  };
}

const lunrEngine: Engine = {
  name: 'lunr',
  open: (articles) => {
    const index = lunr((builder) => {
      builder.ref('id');
      builder.field('title', { boost: 3 });
      builder.field('body');
      for (const { id, title, body } of articles) builder.add({ id, title, body });
    });
    return Promise.resolve((text) => {
      const words = lunr
        .tokenizer(text)
        .map(String)
        .filter((word) => word !== '');
      const found = index.query((query) => {
        for (const word of words) {
          query.term(word, { boost: 10 });
          if (word.length > 4) query.term(word, { editDistance: 1 });
        }
      });
      return found.slice(0, LIMIT).map(({ ref, score }) => ({ id: ref, score }));
    });
  },
};

const orama: Engine = {
  name: 'Orama',
  open: async (articles) => {
    const index = create({ schema: { key: 'string', title: 'string', body: 'string' } as const });
    await insertMultiple(
      index,
      articles.map(({ id, title, body }) => ({ key: id, title, body })),
    );
    return async (term) => {
      const options = { term, properties: ['title', 'body'], boost: { title: 3 }, tolerance: 1, limit: LIMIT };
      const { hits } = await search(index, options as Parameters<typeof search>[1]);
      return hits.map(({ document, score }) => ({ id: (document as { key: string }).key, score }));
    };
  },
};

export const PEERS: readonly Engine[] = [
  fuse('fuse.js', false),
  fuse('fuse.js, token search', true),
  miniSearch('MiniSearch', 'plain'),
  miniSearch('MiniSearch, stemmed', 'stemmed'),
  miniSearch('MiniSearch, fuzzy stems', 'stemmed, fuzzy'),
  lunrEngine,
  orama,
];
