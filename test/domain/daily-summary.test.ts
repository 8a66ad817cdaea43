import { median, sparkline } from '../../src/domain/daily-summary';

it.each([
  [[], null],
  [[7], 7],
  [[9, 1, 5], 5],
  [[10, 2, 4, 100], 7],
  [[100, 9, 80], 80],
])('the median of %j is %j', (values, expected) => expect(median(values)).toBe(expected));

it('draws nothing as the lowest bar and the largest as the highest', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([0, 1, 100])).toBe('▁▂█');
  expect(sparkline([0, 0, 0])).toBe('▁▁▁');
});

it('draws two rows on one scale', () => {
  expect(sparkline([7, 0], 14)).toBe('▅▁');
});
