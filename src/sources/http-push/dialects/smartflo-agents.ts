/** Agents as Smartflo sends them: an object, a list of objects, either of them as JSON text, or a bare number. */
import type { TelephonyEvent } from '../../../event/telephony-event';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../json';
import { textParameter } from '../dialect';
import { structureOf, textOf } from '../values';

/** The last agent of a list: after a transfer that is the one who dealt with the call. */
export function agentOf(
  value: JsonValue | undefined,
): Readonly<Record<'id' | 'name' | 'email' | 'number', string | undefined>> | undefined {
  const structure = structureOf(value);
  const agent = Array.isArray(structure) ? structure.filter(isJsonObject).at(-1) : structure;
  if (!isJsonObject(agent)) return undefined;
  return {
    id: textOf(agent['id'] ?? agent['agent_id']),
    name: textOf(agent['name'] ?? agent['agent_name']),
    email: textOf(agent['email']),
    number: agentNumber(agent['number'] ?? agent['agent_number']),
  };
}

/** The agent of any event, in Smartflo's shape. */
export function writeAgent(event: TelephonyEvent): JsonObject | undefined {
  const parts = { id: 'employeeId', name: 'employeeName', email: 'employeeEmail', number: 'answeredBy' };
  const agent = Object.entries(parts).flatMap(([key, parameter]) => {
    const value = textParameter(event, parameter);
    return value === undefined ? [] : [[key, value] as const];
  });
  return agent.length === 0 ? undefined : Object.fromEntries(agent);
}

/** `_number` is what is left of `$answered_agent_number` where nobody answered. */
export function agentNumber(value: JsonValue | undefined): string | undefined {
  const number = textOf(value);
  return number === '_number' ? undefined : number;
}

/** The numbers of several agents; a name stands for one that has none. */
export function numbersOf(value: JsonValue): JsonValue[] | undefined {
  const structure = structureOf(value);
  if (structure === undefined) return undefined;
  const agents = (Array.isArray(structure) ? structure : [structure]).map((agent) => {
    if (!isJsonObject(agent)) return textOf(agent);
    return agentNumber(agent['number'] ?? agent['agent_number']) ?? textOf(agent['name'] ?? agent['id']);
  });
  const numbers = agents.filter((number) => number !== undefined);
  return numbers.length === 0 ? undefined : numbers;
}
