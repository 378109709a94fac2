/** A year of a shop, compressed. */
export interface YearPlan {
  readonly eventsPerDay: number;
  /** Seats of an event: three of four are sold. */
  readonly seatCount: number;
  /** The shop's customers, who come back all year. */
  readonly userCount: number;
  /** `null`: everything is kept, which is the control. */
  readonly retention: { readonly eventDays: number; readonly outboxHours: number } | null;
}

export const monthCount = 12;
export const daysPerMonth = 30;

/** A sale begins so long before its event. */
export const saleDays = 10;

/** How often each query is timed. */
export const timedCount = 20;

/** The first month after which as much is archived as is sold: a month is kept, and one is being sold. */
export const steadyMonth = 3;

/** Live tables at the end of the year over those of the steady month, and times of queries over those of the first. */
export const bytesRatioMax = 1.3;
export const timeRatioMax = 1.5;
/** What is so short is noise. */
export const timeNoiseMs = 1;
