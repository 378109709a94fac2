/** A database that nobody answers for: nothing listens on this port. */
export const nowhereUrl = 'postgres://somebody:something@127.0.0.1:1/nothing';
