/** Waiting for something for a while and no longer. What was begun goes on. */

/** The outcome, or null when it takes longer than `limitMs`. @throws what the work threw */
export function within<T>(limitMs: number, work: Promise<T>): Promise<T | null> {
  return race<T | null>(limitMs, work, (resolve) => resolve(null));
}

/** The outcome. @throws what the work threw, or an Error when it takes longer than `limitMs` */
export function inTime<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return race<T>(limitMs, work, (_resolve, reject) => reject(new Error(`no answer within ${limitMs} ms`)));
}

async function race<T>(
  limitMs: number,
  work: Promise<T>,
  whenLate: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => whenLate(resolve, reject), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
