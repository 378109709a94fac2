/** One way to stand between the crowd and PostgreSQL. */
export interface Variant {
  readonly name: string;
  readonly title: string;
  readonly hasRedis: boolean;
  /** Changes to the api's environment. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What is compared. The first is what the others are measured against. */
export const variants: readonly Variant[] = [
  { name: 'no_redis', title: 'no Redis', hasRedis: false, settings: {} },
  { name: 'holdfast', title: 'Holdfast', hasRedis: true, settings: {} },
];
