/**
 * What a kind of source is to those who configure one: its fields, what it saves, how that is read. Panels draw their form from
 * it, so it and all that it imports runs in a browser, too. What hears the phone system is the kind's driver (driver.ts).
 */
import type { Reading } from '../parse';

export interface SourceKind<Id extends string = string, Settings extends object = object> {
  /** The saved `kind`; the name of its folder, too. */
  readonly id: Id;
  /** In the order in which the form shows them. */
  readonly fields: readonly KindField[];
  /** What a new source saves. Every kind's properties are saved side by side, so no two kinds share a name. */
  readonly defaults: Settings;
  /** What tells sources of this kind apart, for those without a name: a path, a host. */
  placeOf?(settings: Settings): string;
  /** The catalogue parameters that its events can have. Undefined: any, or that depends on its settings. */
  readonly told?: readonly string[];
  /** Reads the kind's own properties. What is wrong becomes a Problem of `from`. */
  read(from: Reading): Settings;
}

/** One row of the form. */
export interface KindField {
  /** The saved property; or the credential, which kinds may share. */
  readonly name: string;
  /** Of Font Awesome. */
  readonly icon: string;
  readonly input: KindInput;
  /** True: Node-RED keeps the value among its credentials. Passwords always are. */
  readonly credential?: true;
  /** Further conditions under which it shows: `verify=token|basic tls=true`, all of them. */
  readonly when?: string;
  /** The key of its words (`label`, `tip`, `wrong`) in the locales. Undefined: its name. */
  readonly words?: string;
}

export type KindInput =
  | { readonly kind: 'text' | 'number' | 'password'; readonly placeholder?: string }
  | { readonly kind: 'checkbox' }
  /** A word of a few; the words are saved, `options.<word>` is what the form shows. */
  | { readonly kind: 'choice'; readonly options: readonly string[] }
  /** Texts, one a row. */
  | { readonly kind: 'list'; readonly placeholder?: string; readonly fits?: (text: string) => boolean }
  /** Rows with the name of a parameter and a text. */
  | { readonly kind: 'parameters' }
  /** Nothing to type or save: what follows from other fields, as `nodes/editor/source/shown.ts` puts it. */
  | { readonly kind: 'shown' }
  /** Any of these; titled by what the library calls them. */
  | { readonly kind: 'ticks'; readonly options: readonly { readonly id: string; readonly title: string }[] };

/** Whether a field holds a property that is saved with the flow. */
export function isProperty(field: KindField): boolean {
  return field.input.kind !== 'shown' && !isCredential(field);
}

/** Whether a field holds a credential, which is saved apart from the rest. */
export function isCredential({ credential, input }: KindField): boolean {
  return credential === true || input.kind === 'password';
}
