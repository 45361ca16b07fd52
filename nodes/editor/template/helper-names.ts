/** The helpers of templates, for completion: the names of src/template/helpers.ts, which needs Node. */
export const HELPERS: readonly string[] = [
  ...['date', 'json', 'default', 'upper', 'lower', 'replace', 'e164', 'lookup'],
  ...['md5', 'crc32', 'sha1', 'sha256', 'hmac'],
];
