/** What a booking can be, in the order of its life. */
export const statuses = ['held', 'confirmed', 'cancelled', 'expired'] as const;
