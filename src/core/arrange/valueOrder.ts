/**
 * The indices of values in ascending order, those of NaN last, equal ones as they were. Sorts by eleven bits at a
 * time, from the lowest: the time grows with how many there are and with nothing else, and digits that all values
 * share, as the upper ones of dates do, are passed over.
 */
export function orderOf(values: Float64Array): Uint32Array {
  const words = sortableWords(values);
  let order = new Uint32Array(values.length).map((_, index) => index);
  let next = new Uint32Array(values.length);
  const ends = new Uint32Array(digits);
  for (const { word, shift } of passes) {
    ends.fill(0);
    for (let index = word; index < words.length; index += 2) {
      const digit = ((words[index] ?? 0) >>> shift) & mask;
      ends[digit] = (ends[digit] ?? 0) + 1;
    }
    if (ends.includes(values.length)) {
      continue;
    }
    for (let digit = 1; digit < digits; digit++) {
      ends[digit] = (ends[digit] ?? 0) + (ends[digit - 1] ?? 0);
    }
    for (let place = order.length - 1; place >= 0; place--) {
      const index = order[place] ?? 0;
      const digit = ((words[2 * index + word] ?? 0) >>> shift) & mask;
      const end = (ends[digit] ?? 0) - 1;
      ends[digit] = end;
      next[end] = index;
    }
    [order, next] = [next, order];
  }
  return order;
}

const digits = 2048;
const mask = digits - 1;
const passes = [0, 1].flatMap((word) => [0, 11, 22].map((shift) => ({ word, shift })));

/**
 * Each value as two words, the lower one first, which are in order when they are compared as whole numbers without
 * a sign. Of IEEE 754's doubles the positive ones nearly are; negative ones have their bits turned over.
 */
function sortableWords(values: Float64Array): Uint32Array {
  const words = new Uint32Array(2 * values.length);
  const one = new DataView(new ArrayBuffer(8));
  values.forEach((value, index) => {
    one.setFloat64(0, value + 0); // There is one zero, then.
    const high = one.getUint32(0);
    const low = one.getUint32(4);
    const isNegative = high >>> 31 === 1;
    const isNumber = !Number.isNaN(value);
    words[2 * index] = isNumber ? (isNegative ? ~low : low) : 0xffff_ffff;
    words[2 * index + 1] = isNumber ? (isNegative ? ~high : high | 0x8000_0000) : 0xffff_ffff;
  });
  return words;
}
