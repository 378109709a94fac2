/** The environment, as a process gets it. */
export type Variables = Readonly<Record<string, string | undefined>>;
