/** How a value is written in XML, so that it is text wherever it stands. */
import { toUSVString } from 'node:util';

/** Characters that XML 1.0 cannot hold in any form. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ILLEGAL = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** For element text and for attributes, which would turn a plain line break or tab into a space. Illegal characters become U+FFFD. */
export function escapeXml(text: string): string {
  return legal(text).replace(/[&<>"'\r\n\t]/g, (character) => ENTITIES[character] ?? character);
}

/** For a CDATA section, which knows no entities: what could end it is written between two sections. */
export function escapeCdata(text: string): string {
  return legal(text).replace(/[\]>\r]/g, (character) => `]]>&#${character.charCodeAt(0)};<![CDATA[`);
}

function legal(text: string): string {
  return toUSVString(text).replace(ILLEGAL, '\ufffd');
}
