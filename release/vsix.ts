import { inflateRawSync } from 'node:zlib';

export interface VsixFile {
  readonly name: string;
  readonly packedBytes: number;
  readonly content: Buffer;
}

/** The files of a zip, by its central directory (APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16). */
export function filesOf(zip: Buffer): VsixFile[] {
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  if (end < 0) {
    throw new Error('This is no VSIX file.');
  }
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: zip.readUInt16LE(end + 10) }, () => {
    const nameLength = zip.readUInt16LE(at + 28);
    const packedBytes = zip.readUInt32LE(at + 20);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const header = zip.readUInt32LE(at + 42);
    const from = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const packed = zip.subarray(from, from + packedBytes);
    const isStored = zip.readUInt16LE(at + 10) === 0;
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    return { name, packedBytes, content: isStored ? packed : inflateRawSync(packed) };
  });
}
