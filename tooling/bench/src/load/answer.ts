/**
 * What a caller was told. `failed` is every other answer: a conflict, a fault, something that cannot
 * be read, another booking than the one that was asked for. A fast wrong answer must not count as a
 * right one.
 */
export type AnswerStatus = 'confirmed' | 'sold_out' | 'read' | 'failed';

/** How answers begin and what they contain: tRPC's, and plain HTTP's in the words of the guide. */
const spellings = [
  { begin: '{"result":{"data":{', idKey: '"id":"', soldOut: '"reason":"sold_out"' },
  { begin: '{"booking_id":"', idKey: '"booking_id":"', soldOut: null },
  { begin: '{"type":"urn:holdfast:problem:', idKey: null, soldOut: '"error":"sold_out"' },
] as const;

/**
 * Reads an answer by looking for what it must contain, since parsing JSON would take more of the
 * generator's time than all else.
 *
 * @param bookingId that was asked for
 * @example readAnswer('{"result":{"data":{"status":"refused","reason":"sold_out",…}}}', id) // 'sold_out'
 */
export function readAnswer(body: string, bookingId: string): AnswerStatus {
  const spelling = spellings.find(({ begin }) => body.startsWith(begin));
  if (spelling === undefined) return 'failed';
  const { idKey, soldOut } = spelling;
  if (idKey !== null && body.includes('"status":"confirmed"')) {
    const isOwn = body.startsWith(bookingId, body.indexOf(idKey) + idKey.length);
    return isOwn ? 'confirmed' : 'failed';
  }
  if (soldOut !== null && body.includes(soldOut)) return 'sold_out';
  const isRead = body.includes('"items":[') || body.includes('"availableSeats":');
  return isRead ? 'read' : 'failed';
}
