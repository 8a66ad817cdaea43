/** How much is delivered beside those who wait for their acknowledgement. */
import { Pace } from '../../src/delivery/pace';

describe('the pace of a courier', () => {
  let now = 0;
  let pace: Pace;

  beforeEach(() => {
    now = 1000;
    pace = new Pace(() => now);
  });

  /** Somebody acts so many times a second, for five seconds. */
  const busy = (perSecond: number): void => {
    for (let count = 0; count < 5 * perSecond; count += 1) {
      now += 1000 / perSecond;
      pace.count();
    }
  };
  /** How many deliveries, all begun just now, are under way before no other may begin. */
  const atOnce = (): number => {
    const begun: number[] = [];
    while (pace.allows(begun)) begun.push(now);
    return begun.length;
  };

  it('is ten places at once while few act', () => {
    expect(atOnce()).toBe(10);
    busy(3);
    expect(atOnce()).toBe(10);
  });

  it('is one place at a time while very many act, and never none', () => {
    busy(20);
    expect(atOnce()).toBe(3);
    busy(100);
    expect(atOnce()).toBe(1);
    busy(2000);
    expect(atOnce()).toBe(1);
  });

  it('rests after each delivery of a rush, the longer the more act and the longer it took, but never long', () => {
    expect(pace.restMs(20)).toBe(0);
    busy(50);
    expect(pace.restMs(20)).toBe(0);
    busy(100);
    const rest = pace.restMs(20);
    expect(rest).toBeGreaterThan(0);
    expect(pace.restMs(40)).toBeCloseTo(2 * rest);
    busy(1000);
    expect(pace.restMs(10)).toBeGreaterThan(5 * rest);
    expect(pace.restMs(10_000)).toBe(250);
  });

  it('is ten again seconds after the rush', () => {
    busy(100);
    now += 4000;
    expect(atOnce()).toBe(10);
  });

  it('a place that waits for its chat holds up no other, also in a rush, up to ten', () => {
    busy(100);
    const waiting = now - 600;

    expect(pace.allows([waiting])).toBe(true);
    expect(pace.allows([waiting, now])).toBe(false);
    expect(pace.allows(Array.from({ length: 10 }, () => waiting))).toBe(false);
  });
});
