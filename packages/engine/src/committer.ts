/** The group committer alone, for who commits commands of another kind. It opens nothing. */
export { type Deadline, deadlineAfter } from './deadline.ts';
export { Draining, EngineFault, Overloaded } from './faults.ts';
export { createGroupCommitter } from './lane/group-committer.ts';
export type {
  CommandGroup,
  GroupCommitter,
  GroupCommitterOptions,
  OutcomeUnknown,
} from './lane/group-words.ts';
