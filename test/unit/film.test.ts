import assert from 'node:assert/strict';
import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { animated, chunksOf } from '../e2e/film.ts';

/** A picture of one colour. */
function png(width: number, height: number, grey: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(width, grey)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const chunk = (type: string, data: Buffer) => {
    const framed = Buffer.alloc(data.length + 12);
    framed.writeUInt32BE(data.length, 0);
    framed.write(type, 4, 'latin1');
    data.copy(framed, 8);
    framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)), data.length + 8);
    return framed;
  };
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('an animated picture', () => {
  it('holds every frame in order, each for its time, numbered without a gap', () => {
    const frames = [0, 128, 255].map((grey, index) => ({ png: png(4, 2, grey), ms: (index + 1) * 100 }));
    const chunks = chunksOf(animated(frames));
    assert.deepEqual(
      chunks.map(({ type }) => type),
      ['IHDR', 'acTL', 'fcTL', 'IDAT', 'fcTL', 'fdAT', 'fcTL', 'fdAT', 'IEND'],
    );
    const controls = chunks.filter(({ type }) => type === 'fcTL').map(({ data }) => data);
    assert.deepEqual(
      controls.map((data) => data.readUInt16BE(20)),
      [100, 200, 300],
    );
    const later = chunks.filter(({ type }) => type === 'fdAT').map(({ data }) => data);
    assert.deepEqual([...controls, ...later].map((data) => data.readUInt32BE(0)).sort(), [0, 1, 2, 3, 4]);
    assert.deepEqual(
      later.map((data) => inflateSync(data.subarray(4))[1]),
      [128, 255],
    );
  });

  it('is not made of frames of several sizes', () => {
    const frames = [png(4, 2, 0), png(4, 3, 0)].map((picture) => ({ png: picture, ms: 100 }));
    assert.throws(() => animated(frames), /one size/);
  });
});
