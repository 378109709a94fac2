/**
 * What a caller was told. `failed` is every other answer: a conflict, a fault, something that cannot
 * be read. A fast wrong answer must not count as a right one.
 */
export type Answer =
  | { readonly status: 'confirmed'; readonly bookingId: string }
  | { readonly status: 'sold_out' | 'read' | 'failed' };

const soldOut: Answer = { status: 'sold_out' };
const read: Answer = { status: 'read' };
const failed: Answer = { status: 'failed' };

const dataBegin = '{"result":{"data":{';
const idKey = '"id":"';
const idLength = 36;

/**
 * Reads an answer by looking for what it must contain, since parsing JSON would take a tenth of the
 * generator's time.
 *
 * @example readAnswer('{"result":{"data":{"status":"refused","reason":"sold_out",…}}}') // { status: 'sold_out' }
 */
export function readAnswer(body: string): Answer {
  if (!body.startsWith(dataBegin)) return failed;
  if (body.includes('"status":"confirmed"')) {
    const begin = body.indexOf(idKey) + idKey.length;
    return { status: 'confirmed', bookingId: body.slice(begin, begin + idLength) };
  }
  if (body.includes('"reason":"sold_out"')) return soldOut;
  const isRead = body.includes('"items":[') || body.includes('"availableSeats":');
  return isRead ? read : failed;
}
