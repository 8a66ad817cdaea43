/** Choosing from which score on an article is shown. */
import fc from 'fast-check';
import type { Trial } from '../../src/domain/calibration';
import { calibrate, NEEDED_OF_EACH, WRONGLY_SHOWN_MOST } from '../../src/domain/calibration';

const trials = (count: number, score: (at: number) => number, right: boolean | null): Trial[] =>
  Array.from({ length: count }, (_, at) => ({ score: score(at), right }));

it('the threshold is the lowest that bothers at most one in ten of those whom nothing helps', () => {
  const { before, after, answerable, unanswerable } = calibrate(
    [...trials(100, (at) => at / 100, true), ...trials(100, (at) => at / 200, null)],
    0.3,
  );

  expect([answerable, unanswerable]).toEqual([100, 100]);
  expect(before).toEqual({ shownFrom: 0.3, shownRight: 0.7, wronglyShown: 0.4 });
  expect(after).toEqual({ shownFrom: 0.45, shownRight: 0.55, wronglyShown: 0.1 });
});

it('a wrong article that is shown for an answerable question is not counted as right', () => {
  const all = [...trials(50, () => 0.8, true), ...trials(50, () => 0.8, false), ...trials(50, () => 0, null)];

  expect(calibrate(all, 0.5).after.shownRight).toBe(0.5);
});

it('where unanswerable questions look like answered ones it is as strict as it gets, and says what is left', () => {
  const { after } = calibrate([...trials(50, () => 0.95, true), ...trials(50, () => 0.95, null)], 0.5);

  expect(after).toEqual({ shownFrom: 0.9, shownRight: 1, wronglyShown: 1 });
});

it.each([
  [NEEDED_OF_EACH - 1, NEEDED_OF_EACH],
  [NEEDED_OF_EACH, NEEDED_OF_EACH - 1],
])('%i questions that an article answers and %i that none does are too few', (answerable, unanswerable) => {
  const all = [...trials(answerable, () => 0.9, true), ...trials(unanswerable, () => 0.1, null)];

  expect(() => calibrate(all, 0.5)).toThrow(RangeError);
});

it('whatever the scores, the threshold keeps the promise or is the strictest, and shows no less than a stricter one', () => {
  const score = fc.double({ min: 0, max: 1, noNaN: true });
  const some = (right: fc.Arbitrary<boolean | null>) =>
    fc.array(fc.record({ score, right }), { minLength: NEEDED_OF_EACH, maxLength: 80 });
  fc.assert(
    fc.property(some(fc.boolean()), some(fc.constant(null)), (answerable, unanswerable) => {
      const { after } = calibrate([...answerable, ...unanswerable], 0.5);

      expect(after.wronglyShown <= WRONGLY_SHOWN_MOST || after.shownFrom === 0.9).toBe(true);
      expect(after.shownFrom).toBeGreaterThanOrEqual(0.2);
    }),
  );
});
