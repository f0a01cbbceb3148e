import './engineEnvironment';
import 'reflect-metadata';

import { ExecutionLifecycleHooks } from 'n8n-core';
import type { INodeExecutionData, IRun, NodeExecutionHint } from 'n8n-workflow';

/** A finished execution and the way to read it. */
export interface EngineRun {
	readonly run: IRun;
	readonly status: IRun['status'];
	/** The error that ended the execution. */
	readonly error?: Error;
	/** Nodes that ran, in order. */
	readonly executed: readonly string[];
	/** Items of one output. Throws when the node did not run. */
	items(node: string, output?: number, runIndex?: number): INodeExecutionData[];
	/** The records of one output. */
	records(node: string, output?: number, runIndex?: number): Array<Record<string, unknown>>;
	/** How often the node ran. */
	runs(node: string): number;
	hints(node: string, runIndex?: number): NodeExecutionHint[];
	/** Resolves when `onExecutionFinish` handlers have ended; a cancelled execution does not wait for them itself. */
	handlersEnded(): Promise<void>;
}

/** n8n's hooks, which remember the handlers that a cancel starts and nobody waits for. */
export class TrackedHooks extends ExecutionLifecycleHooks {
	readonly started: Array<Promise<void>> = [];

	override async runHook(
		...[name, parameters]: Parameters<ExecutionLifecycleHooks['runHook']>
	): Promise<void> {
		const running = super.runHook(name, parameters);
		this.started.push(running);
		await running;
	}
}

/** Makes the engine's result readable by node and output. */
export function readRun(run: IRun, hooks: TrackedHooks): EngineRun {
	const { runData, error } = run.data.resultData;
	const taskOf = (node: string, runIndex: number) => {
		const task = runData[node]?.[runIndex];
		if (!task) {
			const reason = error ? `; the execution failed: ${error.message}` : '';
			throw new Error(`Node "${node}" has no run ${runIndex}${reason}`);
		}
		return task;
	};
	const items = (node: string, output = 0, runIndex = 0) =>
		taskOf(node, runIndex).data?.main[output] ?? [];
	return {
		run,
		status: run.status,
		error: error as Error | undefined,
		executed: Object.entries(runData)
			.flatMap(([node, tasks]) => tasks.map((task) => ({ node, at: task.executionIndex })))
			.sort((a, b) => a.at - b.at)
			.map(({ node }) => node),
		items,
		records: (...where) => items(...where).map(({ json }) => json),
		runs: (node) => runData[node]?.length ?? 0,
		hints: (node, runIndex = 0) => taskOf(node, runIndex).hints ?? [],
		handlersEnded: async () => void (await Promise.allSettled(hooks.started)),
	};
}
