import type { RowWrite } from '../faults';
import { effectError } from './effects';
import type { Execution } from './execution';
import type { Commit, RowValues, Table } from './model';
import { ODataError } from './odataError';
import type { Org } from './org';

/** A plug-in step somebody registered (S-15). */
export interface PluginStep {
	readonly id: string;
	readonly table: string;
	readonly operation: RowWrite['operation'];
	readonly mode: 'sync' | 'async';
	/** Microsoft's own logic is never bypassed. */
	readonly byMicrosoft?: boolean;
	/** Columns the step fills. */
	readonly sets?: Readonly<RowValues>;
	/** The step refuses the operation with these words. */
	readonly refuses?: string;
}

/** One run of a step or a flow. */
export interface LogicRun {
	/** The step's id; `flow` for a Power Automate flow. */
	readonly by: string;
	readonly table: string;
	readonly operation: RowWrite['operation'];
	/** The shared variable the request carried as `?tag=`. */
	readonly tag?: string;
}

/** A published duplicate detection rule: rows equal in all columns are duplicates. */
export interface DuplicateRule {
	readonly table: string;
	readonly columns: readonly string[];
}

/** Custom logic of the organisation; tests add to the lists and read `runs`. */
export class BusinessLogic {
	readonly steps: PluginStep[] = [];
	readonly duplicateRules: DuplicateRule[] = [];
	/** Tables whose changes start a flow. */
	readonly flows: string[] = [];
	readonly runs: LogicRun[] = [];
	readonly #executions = new WeakMap<Commit, Execution>();

	/** Remembers how a change came about, until it is committed or taken back. */
	remember(commit: Commit, execution: Execution): void {
		this.#executions.set(commit, execution);
	}

	#due(
		execution: Execution,
		write: Pick<RowWrite, 'table' | 'operation'>,
		mode: PluginStep['mode'],
	) {
		const skipsAll = mode === 'sync' ? execution.skipsSync : execution.skipsAsync;
		return this.steps.filter(
			(step) =>
				step.mode === mode &&
				step.table === write.table &&
				step.operation === write.operation &&
				(step.byMicrosoft === true ||
					(!skipsAll && !execution.skippedSteps.has(step.id.toLowerCase()))),
		);
	}

	/** Synchronous steps run inside the operation: what they set is written with it. */
	beforeCommit(org: Org, write: Pick<RowWrite, 'table' | 'operation'>, values: RowValues): void {
		for (const step of this.#due(org.execution, write, 'sync')) {
			this.runs.push({ ...write, by: step.id, tag: org.execution.tag });
			if (step.refuses !== undefined) {
				const error = effectError({ kind: 'pluginAbort', message: step.refuses });
				if (error !== undefined) throw error;
			}
			Object.assign(values, step.sets);
		}
	}

	/** Asynchronous steps and flows run once the change is committed. */
	afterCommit(org: Org, commit: Commit): void {
		const execution = this.#executions.get(commit);
		if (execution === undefined) return;
		const { table, operation, id } = commit;
		for (const step of this.#due(execution, commit, 'async')) {
			this.runs.push({ by: step.id, table, operation, tag: execution.tag });
			org.jobs.after(0, () => this.#apply(org, step, id));
		}
		if (!execution.skipsFlows && this.flows.includes(table)) {
			this.runs.push({ by: 'flow', table, operation });
		}
	}

	#apply(org: Org, step: PluginStep, id: string): void {
		const table = org.schema.named(step.table);
		const row = org.store.get(table, id);
		if (row === undefined || step.sets === undefined) return;
		org.store.update(table, row, { ...row.values, ...step.sets }, { ...step.sets });
	}

	clear(): void {
		for (const list of [this.steps, this.duplicateRules, this.flows, this.runs]) list.length = 0;
	}
}

const folded = (value: unknown) =>
	typeof value === 'string' ? value.toLowerCase().trimEnd() : value;

/** Refuses a row that a duplicate rule finds a second time, when the request asked for it (U-17). */
export function checkDuplicates(org: Org, table: Table, values: RowValues, id: string): void {
	if (!org.execution.detectsDuplicates) return;
	const rules = org.logic.duplicateRules.filter((rule) => rule.table === table.name);
	for (const { columns } of rules) {
		const found = org.store
			.rows(table)
			.some(
				(row) =>
					row.id !== id &&
					columns.every(
						(name) =>
							row.values[name] !== undefined && folded(row.values[name]) === folded(values[name]),
					),
			);
		if (!found) continue;
		throw new ODataError(
			Number(org.switches['U-17']),
			'0x80040333',
			'A record was not created or updated because a duplicate of the current record already exists.',
		);
	}
}
