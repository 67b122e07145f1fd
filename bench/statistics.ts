/** What is told of a row of measurements. */
export interface Summary {
  readonly median: number;
  readonly p25: number;
  readonly p75: number;
}

export function summary(values: readonly number[]): Summary {
  return { median: quantile(values, 0.5), p25: quantile(values, 0.25), p75: quantile(values, 0.75) };
}

/** Between two neighbours in proportion (the seventh of Hyndman and Fan's definitions). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) {
    throw new RangeError('There is no quantile of nothing.');
  }
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * How much more one takes than another: the ratio of the medians, and the spread of the ratios of what was
 * measured in the same round, since whatever else the machine does lasts longer than a round.
 */
export function ratio(values: readonly number[], others: readonly number[]): Summary {
  const median = quantile(values, 0.5) / quantile(others, 0.5);
  const rounds = values.flatMap((value, round) => {
    const other = others[round];
    return other === undefined ? [] : [value / other];
  });
  return { median, p25: quantile(rounds, 0.25), p75: quantile(rounds, 0.75) };
}

/** The power of the size with which something grows: the slope of the best line through the logarithms. */
export function exponent(points: readonly { readonly size: number; readonly value: number }[]): number {
  const logarithms = points.map(({ size, value }) => ({ x: Math.log(size), y: Math.log(value) }));
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, next) => sum + next, 0) / numbers.length;
  const x = mean(logarithms.map((point) => point.x));
  const y = mean(logarithms.map((point) => point.y));
  const covariance = mean(logarithms.map((point) => (point.x - x) * (point.y - y)));
  return covariance / mean(logarithms.map((point) => (point.x - x) ** 2));
}

/** The same in a random order. */
export function shuffled<T>(items: readonly T[], random: () => number = Math.random): T[] {
  const rest = [...items];
  const order: T[] = [];
  while (rest.length > 0) {
    order.push(...rest.splice(Math.floor(random() * rest.length), 1));
  }
  return order;
}

/**
 * Measures several things side by side, all of them once a round, in another order each round.
 * @param measures each resolves to what it took
 * @param unmeasured how many rounds go before, for warming up
 */
export async function interleaved<Name extends string>(
  rounds: number,
  unmeasured: number,
  measures: Readonly<Record<Name, () => Promise<number> | number>>,
): Promise<Record<Name, number[]>> {
  const names = keys(measures);
  const results = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = -unmeasured; round < rounds; round++) {
    for (const name of shuffled(names)) {
      const took = await measures[name]();
      if (round >= 0) {
        results.get(name)?.push(took);
      }
    }
  }
  return record(names, (name) => results.get(name) ?? []);
}

/** How many milliseconds something takes. */
export async function duration(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The names in an object, as its type has them. */
export function keys<Name extends string>(object: Readonly<Record<Name, unknown>>): Name[] {
  const names: Name[] = [];
  for (const name in object) {
    names.push(name);
  }
  return names;
}

export function record<Name extends string, T>(
  names: readonly Name[],
  of: (name: Name) => T,
): Record<Name, T>;
export function record(names: readonly string[], of: (name: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}
