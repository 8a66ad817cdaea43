/** Waits for something to become true, with a bound: no test sleeps. */
export async function until<T>(look: () => Promise<T | undefined>, limitMs = 10_000, pauseMs = 20): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`it did not happen within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
