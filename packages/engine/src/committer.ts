/** The group committer alone, for who commits commands of another kind. It opens nothing. */
export { type Deadline, deadlineAfter } from './deadline.ts';
export { Draining, EngineFault, Overloaded } from './faults.ts';
export {
  type CommandGroup,
  createGroupCommitter,
  type GroupCommitter,
  type OutcomeUnknown,
} from './lane/group-committer.ts';
