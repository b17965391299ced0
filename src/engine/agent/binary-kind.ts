/** What a file that is no text is, by its first bytes, so that a model need not ask again. */

/** Bytes as Latin-1; `?` stands for any one. */
const signatures: ReadonlyArray<readonly [string, string]> = [
  ['\x89PNG\r\n\x1a\n', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF87a', 'a GIF image'],
  ['GIF89a', 'a GIF image'],
  ['RIFF????WEBP', 'a WebP image'],
  ['RIFF????WAVE', 'a WAV recording'],
  ['\0\0\x01\0', 'an icon (ICO)'],
  ['%PDF-', 'a PDF document'],
  ['PK\x03\x04', 'a ZIP archive (or an office document, JAR or the like)'],
  ['\x1f\x8b', 'a gzip archive'],
  ['BZh', 'a bzip2 archive'],
  ['\xfd7zXZ\0', 'an xz archive'],
  ['\x28\xb5\x2f\xfd', 'a Zstandard archive'],
  ['7z\xbc\xaf\x27\x1c', 'a 7-Zip archive'],
  ['\x7fELF', 'an executable (ELF)'],
  ['\xcf\xfa\xed\xfe', 'an executable (Mach-O)'],
  ['\xca\xfe\xba\xbe', 'a Java class or universal binary'],
  ['\0asm', 'a WebAssembly module'],
  ['SQLite format 3\0', 'a SQLite database'],
  ['wOFF', 'a web font'],
  ['wOF2', 'a web font'],
  ['\0\x01\0\0', 'a TrueType font'],
  ['OTTO', 'an OpenType font'],
  ['ID3', 'an MP3 recording'],
  ['OggS', 'an Ogg recording'],
  ['????ftyp', 'a video or picture (MP4 family)'],
];

/** @returns undefined for what may be text */
export function binaryKind(bytes: Uint8Array): string | undefined {
  const found = signatures.find(([signature]) =>
    [...signature].every((each, at) => each === '?' || bytes[at] === each.charCodeAt(0)),
  )?.[1];
  // Letters alone may begin a text as well; a binary file goes on with a NUL or with what is no letter.
  return found !== undefined && (bytes.includes(0) || bytes.some((byte) => byte > 127))
    ? found
    : undefined;
}
