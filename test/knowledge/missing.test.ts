/** Which questions without an answer are one missing article. */
import { MissingArticles } from '../../src/knowledge/missing';

test('the same words are one missing article, whichever language those who ask use, when the words do not say theirs', () => {
  const missing = new MissingArticles();
  for (const language of ['en', 'pl', null, 'pl', 'en'] as const) {
    missing.add('rezerwacja sali konferencyjnej', language);
    missing.add('coffee machine leaks', language);
  }
  missing.add('rezerwacja konferencyjnej sali 4', 'en');

  expect(missing.groupsFound()).toEqual([
    { questions: 6, example: 'rezerwacja sali konferencyjnej' },
    { questions: 5, example: 'coffee machine leaks' },
  ]);
});
