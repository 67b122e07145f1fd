import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Page } from 'playwright-core';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

interface Frame {
  readonly png: Buffer;
  readonly ms: number;
}

/** An animated picture of what a window shows, from its screenshots. */
export class Film {
  readonly #page: Page;
  readonly #frames: Frame[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** @param ms for how long it is shown; what looks like the frame before it is shown no second time */
  async shoot(ms: number): Promise<void> {
    const png = await this.#page.screenshot();
    if (!this.#frames.at(-1)?.png.equals(png)) {
      this.#frames.push({ png, ms });
    }
  }

  /** Shoots again and again until it is over, but for no more than so many frames. */
  async shootWhile(ms: number, most: number, act: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = act.finally(() => {
      isOver = true;
    });
    const enough = this.#frames.length + most;
    while (!isOver && this.#frames.length < enough) {
      await this.shoot(ms);
    }
    await over;
  }

  /** @returns how many bytes it has */
  write(path: string): number {
    const picture = animated(this.#frames);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, picture);
    return picture.length;
  }
}

/**
 * One PNG that shows several, one after the other, for good: https://www.w3.org/TR/png-3/#apng-frame-based-animation
 * @throws Error when they differ in size or kind of pixels, which one PNG cannot have
 */
export function animated(frames: readonly Frame[]): Buffer {
  const parsed = frames.map(({ png, ms }) => ({ chunks: chunksOf(png), ms }));
  const [header, ...others] = parsed.map(({ chunks }) => chunks.find(({ type }) => type === 'IHDR')?.data);
  if (!header || others.some((other) => !other?.equals(header))) {
    throw new Error('The frames of a picture have one size and one kind of pixels.');
  }
  let sequence = 0;
  const body = parsed.flatMap(({ chunks, ms }, index) => {
    const control = chunk('fcTL', [
      uint32(sequence++),
      header.subarray(0, 8),
      uint32(0),
      uint32(0),
      uint16(ms),
      uint16(1000),
      Buffer.from([0, 0]),
    ]);
    const pixels = chunks
      .filter(({ type }) => type === 'IDAT')
      .map(({ data }) => (index === 0 ? chunk('IDAT', [data]) : chunk('fdAT', [uint32(sequence++), data])));
    return [control, ...pixels];
  });
  const animation = chunk('acTL', [uint32(frames.length), uint32(0)]);
  return Buffer.concat([signature, chunk('IHDR', [header]), animation, ...body, chunk('IEND', [])]);
}

export function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = signature.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

function chunk(type: string, parts: readonly Buffer[]): Buffer {
  const data = Buffer.concat(parts);
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), named, uint32(crc32(named))]);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
}
