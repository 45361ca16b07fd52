/** The importable examples as tests need them: read from their files, with another address and with the secrets that files never hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../src/json';

/** A node as a flow file holds it. */
export type SavedNode = JsonObject & { readonly id: string; readonly type: string };

export interface ExampleFlow {
  /** The file name without its extension: the text in Import > Examples. */
  readonly title: string;
  readonly nodes: readonly SavedNode[];
}

/** Where every example thinks that Node-RED is. */
export const WRITTEN_ADDRESS = 'http://127.0.0.1:1880';

const FOLDER = join(__dirname, '../../examples');

/** All examples, by title. Throws where a file is no flow. */
export function readExamples(): readonly ExampleFlow[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ title: name.slice(0, -'.json'.length), nodes: nodesOf(name) }));
}

function nodesOf(file: string): SavedNode[] {
  const saved: unknown = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
  if (!Array.isArray(saved) || !saved.every(isSavedNode)) throw new Error(`examples/${file} is no list of nodes`);
  return saved;
}

function isSavedNode(value: unknown): value is SavedNode {
  return isJsonObject(value) && typeof value['id'] === 'string' && typeof value['type'] === 'string';
}

export interface Surroundings {
  /** Of the Node-RED in which the examples run. */
  readonly address: string;
  /** Of the Asterisk, and who may log in there. */
  readonly asterisk: { readonly port: number; readonly username: string; readonly secret: string };
  /** That the comments ask for: template name → secrets. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The nodes as they are deployed. */
export function deployable(
  examples: readonly ExampleFlow[],
  { address, asterisk, secrets }: Surroundings,
): SavedNode[] {
  const moved: unknown = JSON.parse(
    JSON.stringify(examples.flatMap(({ nodes }) => nodes)).replaceAll(WRITTEN_ADDRESS, address),
  );
  return (moved as SavedNode[]).map((node) => {
    if (node['kind'] === 'asterisk-ami') {
      const { port, ...credentials } = asterisk;
      return { ...node, host: '127.0.0.1', port, credentials };
    }
    const own = node.type === 'telephony-webhook-template' ? secrets[String(node['name'])] : undefined;
    return own === undefined ? node : { ...node, credentials: { secrets: JSON.stringify(own) } };
  });
}
