/** Under which keys TanStack Query keeps what these hooks read. Each begins with its user: nobody sees another's. */
export function keysOf(userId: string) {
  const all = ['holdfast', userId] as const;
  return {
    all,
    hold: (eventId: string) => [...all, 'hold', eventId] as const,
    bookings: [...all, 'bookings'] as const,
  };
}
