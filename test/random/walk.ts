/** One seed: a random project, then rounds of edits, kills and runs; after each the properties that must hold. */
import {cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {RunEvent, StageEnd} from '../../src/model/event.ts';
import type {Plan} from '../../src/model/plan.ts';
import type {Outcome} from '../../src/model/run.ts';
import {Random} from '../fakes/random.ts';
import {Rig} from '../rig/rig.ts';
import {checkFiles, checkLock, checkLog, checkOutcomes, checkPlan, leftovers, recoveredIn} from './checks.ts';
import {edit, put, type Workplace} from './edits.ts';
import {processesWith, runEngine} from './engines.ts';
import {randomProject} from './generate.ts';
import {allowedOutcomes, type Allowed, type Knowledge} from './outcomes.ts';
import {build, type Project, type Work} from './project.ts';
import {paramsYaml, pipelineYaml, type Outside} from './render.ts';
import {tempFolder} from './temp-folder.ts';

/** Rounds of edits of one seed, at most. */
const ROUNDS = 3;

export class Walk implements Workplace {
  readonly random: Random;
  project: Project;
  readonly history: Project[] = [];
  root: string;
  readonly #seed: number;
  /** Holds the project, its clones, and what commands write outside of it. */
  readonly #around: string;
  readonly #outside: Outside;
  #knowledge: Knowledge = {known: new Set(), maybe: new Set()};
  /** Stage -> key of the result that mlp.lock must hold. */
  #locked = new Map<string, string>();
  /** Stages of the last run when it was killed. */
  #killed: ReadonlySet<string> = new Set();
  /** Keys that only mlp.lock knew when the database was deleted: the next run writes it anew and may forget them. */
  #faded: readonly string[] = [];
  #moves = 0;
  readonly #steps: string[] = [];

  constructor(seed: number) {
    this.#seed = seed;
    this.random = new Random(seed * 7919 + 1);
    this.#around = tempFolder();
    this.#outside = {log: join(this.#around, 'log'), kill: join(this.#around, 'kill-')};
    this.root = join(this.#around, 'p0');
    this.project = randomProject(this.random);
  }

  /** @returns what is wrong, with everything that is needed to see it again; '' when all is well. */
  async go(): Promise<string> {
    try {
      for (const [path, content] of Object.entries(this.project.sources)) put(this.root, path, content);
      writeFileSync(this.#outside.log, '');
      this.#write();
      await this.#round('first run');
      for (let rounds = 1 + this.random.below(ROUNDS); rounds > 0; rounds--) {
        this.history.push(structuredClone(this.project));
        for (let edits = this.random.below(4); edits >= 0; edits--) this.#steps.push(edit(this));
        this.#write();
        await this.#round('run');
      }
      await this.#cloneWithLock();
      if (this.random.chance(0.1)) await this.#cleanClone();
      const left = await processesWith(this.#around);
      if (left.length > 0) throw new Error(`processes are left: ${left.join('; ')}`);
      rmSync(this.#around, {recursive: true, force: true});
      return '';
    } catch (error) {
      return [
        `seed ${this.#seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        `steps:\n${this.#steps.map((step) => `  ${step}`).join('\n')}`,
        `in ${this.root}, pipeline.yaml:\n${readFileSync(join(this.root, 'pipeline.yaml'), 'utf8')}`,
        `again: MLP_SEED=${this.#seed} npx vitest run test/random/pipelines`,
      ].join('\n\n');
    }
  }

  move(): void {
    const to = join(this.#around, `moved ${++this.#moves}`);
    renameSync(this.root, to);
    this.root = to;
  }

  forget(): void {
    this.#faded = [...this.#locked.values()];
    this.#knowledge = {known: new Set(), maybe: new Set(this.#faded)};
  }

  #write(): void {
    const order = [...this.project.stages];
    for (let at = order.length - 1; at > 0; at--) {
      const other = this.random.below(at + 1);
      [order[at], order[other]] = [order[other] as (typeof order)[0], order[at] as (typeof order)[0]];
    }
    writeFileSync(join(this.root, 'pipeline.yaml'), pipelineYaml(this.project, this.#outside, order));
    writeFileSync(join(this.root, 'params.yaml'), paramsYaml(this.project));
  }

  async #round(what: string): Promise<void> {
    const {works} = build(this.project);
    const kind = this.random.below(20);
    if (kind < 4) await this.#killedRun(works, {atWrite: 1 + this.random.below(20 + 22 * works.length)});
    else if (kind < 5) await this.#killedRun(works, {afterLines: 1 + this.random.below(2 + 2 * works.length)});
    else if (kind < 7) await this.#killedStage(works);
    const allowed = this.#allowed(works);
    const plan = this.#killed.size === 0 ? await this.#plan() : undefined;
    await this.#goodRun(what, works, allowed, plan);
    const nothing = new Map(works.map((work) => [work.name, new Set<Outcome>(['skipped'])]));
    await this.#goodRun('second run', works, nothing, undefined);
  }

  #allowed(works: readonly Work[]): Allowed {
    return allowedOutcomes(this.root, works, this.#knowledge, this.#killed);
  }

  async #plan(): Promise<Plan> {
    const {code, out, talk} = await new Rig(this.root).mlp('plan', '--json');
    if (code !== 0) throw new Error(`mlp plan gave ${code}: ${out}${talk}`);
    return {rows: (JSON.parse(out) as {stages: Plan['rows']}).stages};
  }

  /** One run that must succeed, and everything that must then be true. */
  async #goodRun(what: string, works: readonly Work[], allowed: Allowed, plan: Plan | undefined): Promise<void> {
    const jobs = String(1 + this.random.below(3));
    const leftBefore = leftovers(this.root);
    const logged = readFileSync(this.#outside.log, 'utf8').length;
    const rig = new Rig(this.root);
    const {code, events, out, talk} = await rig.run('-j', jobs);
    this.#steps.push(`${what} -j ${jobs}: ${summary(events)}`);
    if (code !== 0) throw new Error(`${what} gave ${code}: ${talk}\n${out}`);
    const outcomes = outcomesOf(events);
    const wrong = [
      ...checkOutcomes(outcomes, allowed),
      ...checkFiles(this.root, works),
      ...checkLog(readFileSync(this.#outside.log, 'utf8').slice(logged), works, outcomes, recoveredIn(events)),
      ...leftovers(this.root)
        .filter((path) => !leftBefore.includes(path))
        .map((path) => `${path} was left behind`),
      ...checkLock(this.root, works),
      ...(plan === undefined ? [] : checkPlan(plan, outcomes, allowed)),
    ];
    if (wrong.length > 0) throw new Error(`after the ${what}:\n  ${wrong.join('\n  ')}`);
    for (const work of works) this.#knowledge.known.add(work.key);
    this.#knowledge.maybe = new Set(this.#faded);
    this.#locked = new Map(works.map((work) => [work.name, work.key]));
    this.#killed = new Set();
  }

  /** The engine is killed; what it announced is recorded, what it was at may be. */
  async #killedRun(works: readonly Work[], death: {atWrite?: number; afterLines?: number}): Promise<void> {
    const allowed = this.#allowed(works);
    const {code, events, talk} = await runEngine(this.root, death, ['-j', '2']);
    this.#steps.push(`run that is killed (${JSON.stringify(death)}), exit ${String(code)}: ${summary(events)}`);
    if (code !== undefined && code !== 0) throw new Error(`a run that was to be killed gave ${code}: ${talk}`);
    const outcomes = outcomesOf(events);
    const wrong = checkOutcomes(outcomes, allowed, true);
    if (wrong.length > 0) throw new Error(`a killed run:\n  ${wrong.join('\n  ')}`);
    this.#learn(works, outcomes);
    for (const work of works) if (!outcomes.has(work.name)) this.#knowledge.maybe.add(work.key);
    this.#killed = new Set(works.map((work) => work.name));
  }

  /** One stage is killed in the middle of the run: the run fails, and says so. */
  async #killedStage(works: readonly Work[]): Promise<void> {
    const {id, name} = this.random.pick(works).stage;
    const allowed = this.#allowed(works);
    const flag = `${this.#outside.kill}${id}`;
    writeFileSync(flag, '');
    const {code, events, talk} = await new Rig(this.root).run('-j', '2', ...(this.random.chance(0.5) ? ['-k'] : []));
    rmSync(flag);
    this.#steps.push(`run in which ${name} is killed, exit ${code}: ${summary(events)}`);
    const outcomes = outcomesOf(events);
    const mine = works.filter((work) => work.stage.id === id);
    const failed = mine.filter((work) => outcomes.get(work.name) === 'failed');
    const mustFail = mine.some((work) => onlyRuns(allowed.get(work.name)));
    const wrong = checkOutcomes(
      new Map([...outcomes].filter(([stage]) => !failed.some((work) => work.name === stage))),
      allowed,
      true,
    );
    if (code !== (failed.length > 0 ? 1 : 0)) wrong.push(`exit ${code} with ${failed.length} failed: ${talk}`);
    if (mustFail && code === 0) wrong.push(`${name} was killed and the run succeeded`);
    if (wrong.length > 0) throw new Error(`a run in which ${name} was killed:\n  ${wrong.join('\n  ')}`);
    this.#learn(works, outcomes);
    for (const work of works) {
      const outcome = outcomes.get(work.name);
      if (outcome === 'ran' || outcome === 'skipped' || outcome === 'restored') this.#locked.set(work.name, work.key);
    }
  }

  #learn(works: readonly Work[], outcomes: ReadonlyMap<string, Outcome>): void {
    for (const work of works) if (outcomes.get(work.name) === 'ran') this.#knowledge.known.add(work.key);
  }

  /** Sources, mlp.lock and the cache, without the database: what is in the cache is not run again. */
  async #cloneWithLock(): Promise<void> {
    const {works} = build(this.project);
    const clone = this.#clone('clone', ['mlp.lock', '.mlp/cache']);
    const allowed = allowedOutcomes(clone, works, {known: new Set(works.map((work) => work.key)), maybe: new Set()});
    const root = this.root;
    this.root = clone;
    await this.#goodRun('run of a clone with lock and cache', works, allowed, undefined);
    this.root = root;
  }

  /** What the model says is what mlp itself makes from nothing. */
  async #cleanClone(): Promise<void> {
    const {works} = build(this.project);
    const root = this.root;
    this.root = this.#clone('clean clone', []);
    const allowed = new Map(works.map((work) => [work.name, new Set<Outcome>(['ran'])]));
    await this.#goodRun('run of a clean clone', works, allowed, undefined);
    this.root = root;
  }

  #clone(name: string, also: readonly string[]): string {
    const clone = join(this.#around, name);
    // No output of the pipeline may be one that is kept: then there is no cache.
    for (const path of ['pipeline.yaml', 'params.yaml', ...also].filter((file) => existsSync(join(this.root, file))))
      cpSync(join(this.root, path), join(clone, path), {recursive: true});
    for (const [path, content] of Object.entries(this.project.sources)) put(clone, path, content);
    return clone;
  }
}

const outcomesOf = (events: readonly RunEvent[]): ReadonlyMap<string, Outcome> =>
  new Map(
    events
      .filter((event): event is StageEnd => event.type === 'stage.end')
      .map((event) => [event.stage, event.outcome]),
  );

function summary(events: readonly RunEvent[]): string {
  const ends = events.filter((event): event is StageEnd => event.type === 'stage.end');
  return ends
    .filter(({outcome}) => outcome !== 'skipped')
    .map(({stage, outcome, reason}) => `${stage} ${outcome} (${reason.kind})`)
    .join(', ');
}

const onlyRuns = (allowed: ReadonlySet<Outcome> | undefined): boolean => allowed?.size === 1 && allowed.has('ran');
