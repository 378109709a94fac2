import { canonicalId, idSpelling } from '@holdfast/data';
import { checkCommand, checkOrderCommand, InvalidInput, type OrderCommand } from '@holdfast/domain';
import { reason as reasonRule, userId as userIdRule } from '@holdfast/process';
import type { GivenCommand } from './lane/words.ts';

/** A command that somebody hands to the engine in this process, and its event. */
export interface GivenInput {
  readonly eventId: string;
  readonly command: GivenCommand;
}

/**
 * The same with the event's id in its one spelling: there is a lane for each.
 *
 * @throws InvalidInput, which names the field: what PostgreSQL cannot keep would fail the whole group.
 * @example checkInput({ eventId, command }).eventId
 */
export function checkInput({ eventId, command }: GivenInput): GivenInput {
  checkCommand('command', command);
  checkType(command);
  const canonical = checkId('eventId', eventId);
  if ('bookingId' in command) checkId('command.bookingId', command.bookingId);
  if ('actor' in command && command.actor !== undefined) {
    checkUser('command.actor.id', command.actor.id);
    checkReason('command.actor.reason', command.actor.reason);
  }
  if (command.type === 'transfer' && command.toUserId !== null) {
    checkUser('command.toUserId', command.toUserId);
  }
  if ('userId' in command) checkUser('command.userId', command.userId);
  else checkUser('command.organizerId', command.organizerId);
  if (command.type === 'create' && checkId('command.eventId', command.eventId) !== canonical) {
    throw new InvalidInput('command.eventId', 'must be the event that the command is given to');
  }
  return { eventId: canonical, command };
}

/**
 * A command about an order that somebody hands to the engine in this process, with its ids in their one
 * spelling.
 *
 * @throws InvalidInput, which names the field
 * @example checkOrder({ type: 'confirmOrder', orderId, userId: 'ada' })
 */
export function checkOrder(command: OrderCommand): OrderCommand {
  checkOrderCommand('command', command);
  checkUser('command.userId', command.userId);
  const orderId = checkId('command.orderId', command.orderId);
  if (command.type !== 'placeOrder') return { ...command, orderId };
  const lines = command.lines.map((line, index) => {
    return { ...line, eventId: checkId(`command.lines[${index}].eventId`, line.eventId) };
  });
  return { ...command, orderId, lines };
}

/** The type of a command in JavaScript may be any that the rules know. */
function checkType({ type }: { readonly type: string }): void {
  if (type === 'expire')
    throw new InvalidInput('command.type', 'must not be expire: workers sweep');
}

/**
 * An id in its one spelling.
 *
 * @throws InvalidInput
 * @example checkId('eventId', eventId)
 */
export function checkId(field: string, id: unknown): string {
  if (typeof id === 'string' && idSpelling.test(id)) return canonicalId(id);
  throw new InvalidInput(field, 'must be a UUID, as randomUUID() of node:crypto makes it');
}

function checkUser(field: string, id: string): void {
  const { error } = userIdRule.safeParse(id);
  if (error !== undefined) throw new InvalidInput(field, error.issues[0]?.message ?? 'is no name');
}

function checkReason(field: string, text: string): void {
  const { error } = reasonRule.safeParse(text);
  if (error !== undefined)
    throw new InvalidInput(field, error.issues[0]?.message ?? 'is no reason');
}
