/** The parts of the search that can be left out, to measure what each earns (`npm run bench:answers`). */
export const SEARCH_PARTS = [
  'title',
  'line',
  'passage',
  'pairs',
  'letters',
  'compounds',
  'spelling',
  'fuse',
  'synonyms',
] as const;

export type SearchPart = (typeof SEARCH_PARTS)[number];
