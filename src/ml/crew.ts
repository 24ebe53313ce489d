/**
 * Work that several threads share. A trainer gives each member the same data in shared memory and calls its methods; what
 * it makes of the answers may not depend on how many members there are. This folder starts no threads: whoever calls a
 * trainer brings a crew, `soloCrew` works in the thread it is in.
 */
import {createBoostingMember, type BoostingMember, type BoostingSetup} from './trees/boosting-member.ts';
import {createForestMember, type ForestMember} from './trees/forest-member.ts';
import type {ForestSetup} from './trees/forest-setup.ts';

export interface MemberKinds {
  readonly forest: {readonly setup: ForestSetup; readonly member: ForestMember};
  readonly boosting: {readonly setup: BoostingSetup; readonly member: BoostingMember};
}

export interface Crew {
  /** Members of a team: as many as there are threads. */
  readonly size: number;
  /** @param setup of a member; goes to its thread by structured clone. */
  start<Kind extends keyof MemberKinds>(
    kind: Kind,
    setup: (index: number) => MemberKinds[Kind]['setup'],
  ): Team<MemberKinds[Kind]['member']>;
}

type Method = (argument: never) => unknown;

/** Of type `Member`, each in its thread. */
export interface Team<Member> {
  readonly size: number;
  call<Name extends keyof Member>(
    index: number,
    name: Name,
    argument: Member[Name] extends Method ? Parameters<Member[Name]>[0] : never,
  ): Promise<Member[Name] extends Method ? ReturnType<Member[Name]> : never>;
  /** To be called when the work is done, also when it failed. */
  end(): void;
}

/** A member by name: what a thread makes of the setup that it is sent. */
export function createMember(kind: string, setup: unknown): ForestMember | BoostingMember {
  return kind === 'forest' ? createForestMember(setup as ForestSetup) : createBoostingMember(setup as BoostingSetup);
}

/** One member, in this thread. */
export const soloCrew: Crew = {
  size: 1,
  start: (kind, setup) => {
    const member = createMember(kind, setup(0)) as unknown as Record<PropertyKey, (argument: unknown) => never>;
    return {
      size: 1,
      call: (_index, name, argument) => Promise.resolve(member[name]?.(argument) as never),
      end: () => undefined,
    };
  },
};
