/** What others would search the articles with: the libraries as their manuals use them, at their best settings we know. */
import { create, insertMultiple, search } from '@orama/orama';
import Fuse from 'fuse.js';
import lunr from 'lunr';
import MiniSearch from 'minisearch';
import { detectLanguage, fold } from '../src/knowledge/words';
import { stemOf } from '../src/knowledge/stems';
import type { Engine } from './answers';

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

function miniSearch(name: string, processTerm?: (term: string, language: 'en' | 'pl') => string): Engine {
  return {
    name,
    open: (articles) => {
      const language =
        detectLanguage(
          articles
            .slice(0, 20)
            .map(({ body }) => body)
            .join(' '),
        ) ?? 'en';
      const index = new MiniSearch({
        fields: ['title', 'body'],
        ...(processTerm === undefined ? {} : { processTerm: (term: string) => processTerm(term, language) }),
        searchOptions: { boost: { title: 3 }, prefix: true, fuzzy: 0.2 },
      });
      index.addAll(articles.map(({ id, title, body }) => ({ id, title, body })));
      return Promise.resolve((text) =>
        index
          .search(text)
          .slice(0, LIMIT)
          .map(({ id, score }) => ({ id: id as string, score })),
      );
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
  miniSearch('MiniSearch'),
  miniSearch('MiniSearch, stemmed', (term, language) => stemOf(fold(term), language)),
  lunrEngine,
  orama,
];
