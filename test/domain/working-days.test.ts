import {
  daysBefore,
  dueDate,
  isLocalDate,
  localDate,
  periodBefore,
  periodOf,
  previousWorkingDay,
  startOfDay,
} from '../../src/domain/working-days';

const WEEKDAYS = { days: [1, 2, 3, 4, 5], timezone: 'Europe/Warsaw' };
const AT_NINE = { ...WEEKDAYS, at: '09:00' };

describe('the period of a day', () => {
  it('is that day, from its midnight to the next', () => {
    expect(periodOf('2026-11-19', WEEKDAYS)).toEqual({
      from: new Date('2026-11-18T23:00:00Z'),
      to: new Date('2026-11-19T23:00:00Z'),
      firstDay: '2026-11-19',
      lastDay: '2026-11-19',
    });
  });

  it('takes the weekend in after a Friday', () => {
    expect(periodOf('2026-11-20', WEEKDAYS)).toEqual({
      from: new Date('2026-11-19T23:00:00Z'),
      to: new Date('2026-11-22T23:00:00Z'),
      firstDay: '2026-11-20',
      lastDay: '2026-11-22',
    });
  });

  it('is a day off alone, compared with the day before it', () => {
    expect(periodOf('2026-11-21', WEEKDAYS)).toMatchObject({ firstDay: '2026-11-21', lastDay: '2026-11-21' });
    expect(periodBefore('2026-11-21', WEEKDAYS)).toMatchObject({ firstDay: '2026-11-20', lastDay: '2026-11-20' });
  });

  it('is compared with the working day before and its days off', () => {
    expect(periodBefore('2026-11-23', WEEKDAYS)).toMatchObject({ firstDay: '2026-11-20', lastDay: '2026-11-22' });
    expect(periodBefore('2026-11-24', WEEKDAYS)).toMatchObject({ firstDay: '2026-11-23', lastDay: '2026-11-23' });
  });

  it('is a whole week where one day of the week is worked', () => {
    expect(periodOf('2026-11-16', { ...WEEKDAYS, days: [1] })).toMatchObject({ lastDay: '2026-11-22' });
  });

  it.each([
    ['spring 2026', '2026-03-29', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
    ['autumn 2026', '2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
    ['spring 2027', '2027-03-28', '2027-03-27T23:00:00Z', '2027-03-28T22:00:00Z'],
    ['autumn 2027', '2027-10-31', '2027-10-30T22:00:00Z', '2027-10-31T23:00:00Z'],
  ])('has 23 or 25 hours when the clock changes in Warsaw (%s)', (_when, day, from, to) => {
    expect(periodOf(day, WEEKDAYS)).toMatchObject({ from: new Date(from), to: new Date(to) });
  });

  it('begins at the first of two midnights, and after a midnight that is skipped', () => {
    expect(startOfDay('2026-11-01', 'America/Havana')).toEqual(new Date('2026-11-01T04:00:00Z'));
    expect(startOfDay('2026-03-08', 'America/Havana')).toEqual(new Date('2026-03-08T05:00:00Z'));
  });
});

it('some days before is the same time on the wall, over a change of the clock, too', () => {
  const moment = new Date('2026-10-26T08:00:00Z');
  expect(daysBefore(moment, 1, 'Europe/Warsaw')).toEqual(new Date('2026-10-25T08:00:00Z'));
  expect(daysBefore(moment, 4, 'Europe/Warsaw')).toEqual(new Date('2026-10-22T07:00:00Z'));
});

it('finds the working day before, over a weekend and where there is none', () => {
  expect(previousWorkingDay('2026-11-23', [1, 2, 3, 4, 5])).toBe('2026-11-20');
  expect(previousWorkingDay('2026-11-23', [1])).toBe('2026-11-16');
  expect(previousWorkingDay('2026-11-23', [])).toBe('2026-11-22');
});

it('knows a date from what only looks like one', () => {
  expect(isLocalDate('2028-02-29')).toBe(true);
  expect(['2026-02-29', '2026-13-01', '26-01-01', '2026-1-1', 'today', ''].filter(isLocalDate)).toEqual([]);
});

it('tells the date on the wall where the line is, not where the server is', () => {
  expect(localDate(new Date('2026-11-19T23:30:00Z'), 'Europe/Warsaw')).toBe('2026-11-20');
  expect(localDate(new Date('2026-11-19T23:30:00Z'), 'America/New_York')).toBe('2026-11-19');
});

describe('a summary is due', () => {
  it('from its hour until midnight, on working days', () => {
    expect(dueDate(AT_NINE, new Date('2026-11-20T07:59:59Z'))).toBeNull();
    expect(dueDate(AT_NINE, new Date('2026-11-20T08:00:00Z'))).toBe('2026-11-20');
    expect(dueDate(AT_NINE, new Date('2026-11-20T22:59:59Z'))).toBe('2026-11-20');
    expect(dueDate(AT_NINE, new Date('2026-11-20T23:00:00Z'))).toBeNull();
    expect(dueDate(AT_NINE, new Date('2026-11-21T12:00:00Z'))).toBeNull();
  });

  const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
  it.each([
    ['09:00', '2026-03-29', '2026-03-29T07:00:00Z'],
    ['09:00', '2026-10-25', '2026-10-25T08:00:00Z'],
    ['09:00', '2027-03-28', '2027-03-28T07:00:00Z'],
    ['09:00', '2027-10-31', '2027-10-31T08:00:00Z'],
    // 02:30 is skipped in spring and comes twice in autumn.
    ['02:30', '2026-03-29', '2026-03-29T01:00:00Z'],
    ['02:30', '2026-10-25', '2026-10-25T00:30:00Z'],
  ])('at %s in Warsaw on %s, when the clock changes, first at %s', (at, day, expected) => {
    const schedule = { at, days: EVERY_DAY, timezone: 'Europe/Warsaw' };
    const minutes = Array.from(
      { length: 26 * 60 },
      (_, minute) => Date.parse(`${day}T00:00:00+02:00`) + minute * 60_000,
    );

    const due = minutes.filter((ms) => dueDate(schedule, new Date(ms)) === day);

    expect(new Date(due[0]!)).toEqual(new Date(expected));
  });
});
